from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from tradepost.law.models import BusinessFacts
from tradepost.law.types import Customers, ShopSize, Turnover
from tradepost.ui.form_options import FormData

_UNSAID = ("", _("I do not say (the laws are then read strictly)"))
_CHOICES = {"customers": Customers, "size": ShopSize, "turnover": Turnover}


class BusinessForm(forms.ModelForm[BusinessFacts]):
    """Whom the shop sells to and how large it is; each may stay unsaid."""

    class Meta:
        model = BusinessFacts
        fields = ("customers", "size", "turnover")
        widgets: ClassVar = dict.fromkeys(fields, forms.RadioSelect)

    def __init__(self, data: FormData | None = None, *, instance: BusinessFacts) -> None:
        super().__init__(data, instance=instance)
        for name, said in _CHOICES.items():
            field = self.fields[name]
            assert isinstance(field, forms.TypedChoiceField)
            field.choices = [_UNSAID, *said.choices]

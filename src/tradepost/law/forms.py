from django import forms
from django.utils.translation import gettext_lazy as _

from tradepost.law.models import BusinessFacts
from tradepost.law.types import Customers, ShopSize, Turnover

_UNSAID = ("", _("I do not say (the laws are then read strictly)"))


class BusinessForm(forms.ModelForm[BusinessFacts]):
    """Whom the shop sells to and how large it is."""

    class Meta:
        model = BusinessFacts
        fields = ("customers", "size", "turnover")
        widgets = {
            "customers": forms.RadioSelect(choices=[_UNSAID, *Customers.choices]),
            "size": forms.RadioSelect(choices=[_UNSAID, *ShopSize.choices]),
            "turnover": forms.RadioSelect(choices=[_UNSAID, *Turnover.choices]),
        }

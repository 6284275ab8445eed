"""Forms of the console."""

from typing import Unpack

from django import forms
from django.utils.translation import gettext_lazy as _

from tradepost.datamap.vocabulary import Kind
from tradepost.datamap.words import word
from tradepost.lib.addresses import InvalidEmail, normalise_email
from tradepost.merchants.models import Merchant
from tradepost.ui.form_options import FormData, FormFiles, FormOptions


class DisclosureForm(forms.Form):
    """Only a keyed hash of the address is kept."""

    authority = forms.CharField(label=_("Authority"), max_length=200)
    basis = forms.CharField(
        label=_("Law and file number"),
        max_length=120,
        help_text=_("The person reads this in their portal. Name nobody."),
    )
    email = forms.EmailField(
        label=_("E-mail address of the person"), help_text=_("Only a keyed hash of it is kept.")
    )
    shop = forms.ModelChoiceField(
        label=_("As a customer of"),
        queryset=Merchant.objects.order_by("handle"),
        to_field_name="handle",
        required=False,
        empty_label=_("nobody: an account holder"),
    )
    kinds = forms.MultipleChoiceField(
        label=_("What was given"), widget=forms.CheckboxSelectMultiple, choices=[]
    )

    def __init__(
        self,
        data: FormData | None = None,
        files: FormFiles | None = None,
        **kwargs: Unpack[FormOptions],
    ) -> None:
        super().__init__(data, files, **kwargs)
        kinds = self.fields["kinds"]
        assert isinstance(kinds, forms.MultipleChoiceField)
        kinds.choices = [(kind.value, word(kind)) for kind in Kind]

    def clean_email(self) -> str:
        try:
            return normalise_email(self.cleaned_data["email"])
        except InvalidEmail as problem:
            raise forms.ValidationError(str(problem)) from None

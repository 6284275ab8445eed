"""The form of a bulletin. It names nobody."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tradepost.bulletins.types import BulletinKind


class BulletinForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What it is about"),
        choices=BulletinKind,
        widget=forms.RadioSelect,
        help_text=_("All shops get it, and none can refuse it. So no news, no offers, no surveys."),
    )
    title = forms.CharField(label=_("Title"), max_length=120)
    words = forms.CharField(
        label=_("Text"),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=4000,
        help_text=_("Plain text: what happens, when, and what shops have to do. Name nobody."),
    )

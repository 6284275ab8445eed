"""What a merchant types about the shop front, and what a buy button should be like."""

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from tradepost.lib.weblinks import web_address
from tradepost.storefront.models import ShopFront
from tradepost.storefront.types import Typeface
from tradepost.ui.drawing.pictures import MOST_BYTES
from tradepost.ui.form_options import FormData, Text

_FIELDS = ("tagline", "introduction", "accent", "typeface", "dark")
_MARKDOWN = _("Markdown: **bold**, - lists, [a link](https://…).")


def _text(label: Text, help_text: Text) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=50_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )


class FrontForm(forms.Form):
    tagline = forms.CharField(
        label=_("One sentence about the shop"), max_length=160, required=False
    )
    introduction = forms.CharField(
        label=_("Greeting on the first page"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_MARKDOWN,
    )
    accent = forms.CharField(
        label=_("Colour"),
        widget=forms.TextInput(attrs={"type": "color"}),
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$")],
        help_text=_(
            "Buttons have it by day and in the dark. Words and lines in it are made darker or lighter where they could not be read."
        ),
    )
    typeface = forms.ChoiceField(label=_("Typefaces"), choices=Typeface, widget=forms.RadioSelect)
    dark = forms.BooleanField(
        label=_("A dark look for visitors whose device is set to dark"),
        required=False,
        help_text=_("Without it the shop, the cart and the checkout are light for everybody."),
    )

    def __init__(self, front: ShopFront, data: FormData | None = None) -> None:
        super().__init__(data, initial={name: getattr(front, name) for name in _FIELDS})


class TextsForm(forms.Form):
    """What many laws ask a shop to say about itself; the same words stand in shop and checkout."""

    imprint = _text(
        _("Imprint"), _("Who sells here, with a postal address: many countries ask for it by law.")
    )
    terms = _text(_("Terms of sale"), _("Buyers accept them when they order."))
    returns = _text(_("Returns"), _("How people send things back, and by when."))


class PictureField(forms.FileField):
    """One picture; what it holds is looked at when it is drawn anew."""

    def clean(self, data: object, initial: object = None) -> object:
        file = super().clean(data, initial)
        if file and file.size > MOST_BYTES:
            raise forms.ValidationError(
                _("The picture is larger than %(limit)d MB.") % {"limit": MOST_BYTES // 1_000_000}
            )
        return file


def _picture(label: Text, help_text: Text) -> PictureField:
    widget = forms.FileInput(attrs={"accept": "image/*"})
    return PictureField(label=label, help_text=help_text, required=False, widget=widget)


class FrontPicturesForm(forms.Form):
    logo = _picture(_("Logo"), _("PNG or WebP with a clear ground looks best."))
    remove_logo = forms.BooleanField(label=_("Remove the logo"), required=False)
    logo_dark = _picture(
        _("Logo for the dark look"),
        _("In light colours. Without one, your logo stands on a light plate in the dark."),
    )
    remove_logo_dark = forms.BooleanField(label=_("Remove the dark logo"), required=False)
    banner = _picture(_("Picture at the head"), _("Wide: about 1600 × 350. Stands on page one."))
    remove_banner = forms.BooleanField(label=_("Take the picture away"), required=False)


class ButtonForm(forms.Form):
    """All by the address, so that the page can be kept as a bookmark."""

    words = forms.CharField(label=_("Words on the button"), max_length=60, required=False)
    ask_quantity = forms.BooleanField(label=_("Ask how many"), required=False)
    back = forms.CharField(
        label=_("Where buyers go on shopping"),
        max_length=500,
        required=False,
        help_text=_("The address of your page. Empty: your shop here."),
    )

    def chosen(self) -> tuple[str, bool, str]:
        """Words, whether to ask how many, and a clean address to go back to."""
        self.is_valid()
        found = self.cleaned_data
        return (
            found.get("words", ""),
            found.get("ask_quantity", False),
            web_address(found.get("back", "")),
        )

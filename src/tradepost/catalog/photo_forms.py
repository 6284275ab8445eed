"""Uploading several photos at once."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tradepost.catalog.models import Photo
from tradepost.ui.drawing.pictures import MOST_BYTES
from tradepost.ui.form_options import FormData

_MOST_AT_ONCE = 12


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """Several files at once; cleans to a list of them."""

    widget = ManyFiles(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"})

    def clean(self, data: object, initial: object = None) -> object:
        files = data if isinstance(data, list | tuple) else [data]
        files = [file for file in files if file]
        if len(files) > _MOST_AT_ONCE:
            raise forms.ValidationError(
                _("Send at most %(most)d pictures at once.") % {"most": _MOST_AT_ONCE}
            )
        cleaned = [super(PicturesField, self).clean(file, initial) for file in files]
        for file in cleaned:
            if file.size > MOST_BYTES:
                raise forms.ValidationError(
                    _("%(name)s is larger than %(limit)d MB.")
                    % {"name": file.name, "limit": MOST_BYTES // 1_000_000}
                )
        return cleaned


class PhotosForm(forms.Form):
    pictures = PicturesField(
        label=gettext_lazy("New photos"),
        required=False,
        help_text=format_lazy(
            gettext_lazy(
                "JPEG, PNG, WebP or GIF, up to {limit} MB each. Place and camera data are taken out."
            ),
            limit=MOST_BYTES // 1_000_000,
        ),
    )
    alt = forms.CharField(
        label=gettext_lazy("What they show"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For people who do not see them. Empty: the product's name."),
    )


class PhotoForm(forms.Form):
    """A photo that hangs there: its place, what it shows, whether it goes."""

    place = forms.IntegerField(label=gettext_lazy("Place"), min_value=1, max_value=999)
    alt = forms.CharField(label=gettext_lazy("What it shows"), max_length=200, required=False)
    remove = forms.BooleanField(label=gettext_lazy("Delete this photo"), required=False)

    def __init__(self, photo: Photo, place: int, data: FormData | None = None) -> None:
        super().__init__(data, prefix=photo.public_id, initial={"place": place, "alt": photo.alt})
        self.photo = photo

    def place_and_alt(self) -> tuple[int, str]:
        return self.cleaned_data["place"], self.cleaned_data["alt"]

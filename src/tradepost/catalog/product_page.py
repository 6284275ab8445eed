"""The page of one product: several forms that are one, saved by one button."""

from collections.abc import Mapping

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from tradepost.catalog.actions.saving import ProductChanges
from tradepost.catalog.forms import OptionsForm, ProductForm, VariantForm
from tradepost.catalog.models import Product
from tradepost.catalog.photo_forms import PhotoForm, PhotosForm
from tradepost.catalog.queries import variants_of
from tradepost.catalog.types import CannotBeSaved
from tradepost.merchants.models import Merchant
from tradepost.ui.form_options import FormFiles


class ProductEditor:
    """``data`` None: as it is; else as somebody sent it."""

    def __init__(
        self,
        merchant: Merchant,
        product: Product | None = None,
        data: Mapping[str, object] | None = None,
        files: FormFiles | None = None,
    ) -> None:
        self.product, self._data, self._files = product, data, files
        photos = list(product.photos.all()) if product else []
        variants = variants_of(product) if product else []
        self.form = ProductForm(merchant, data, product)
        self.options = OptionsForm(product, data)
        self.rows = [VariantForm(variant, data, photos) for variant in variants]
        self.photos = [PhotoForm(photo, place, data) for place, photo in enumerate(photos, 1)]
        self.upload = PhotosForm(data, files)

    def is_valid(self) -> bool:
        forms = (self.form, self.options, self.upload, *self.rows, *self.photos)
        valid = [form.is_valid() for form in forms]
        if not all(valid):
            self._ask_for_files_again()
        return all(valid)

    @property
    def refused(self) -> bool:
        forms = (self.form, self.options, self.upload, *self.rows, *self.photos)
        return self._data is not None and any(form.errors for form in forms)

    def changes(self) -> ProductChanges:
        kept = [photo for photo in self.photos if not photo.cleaned_data["remove"]]
        gone = [photo.photo for photo in self.photos if photo.cleaned_data["remove"]]
        moved = any(photo.changed_data for photo in kept)
        return ProductChanges(
            fields=self.form.changes() if self.product else self.form.cleaned_data,
            variants={row.variant.pk: found for row in self.rows if (found := row.changes())},
            removed_variants=[row.variant.pk for row in self.rows if row.cleaned_data["remove"]],
            options=self.options.options() if self.options.changed_data else None,
            photos={p.photo.pk: p.place_and_alt() for p in kept} if moved else {},
            removed_photos=gone,
        )

    def refuse(self, refused: CannotBeSaved) -> None:
        """Put the refusal of the action beside what it is about."""
        row = next((row for row in self.rows if row.variant.pk == refused.row), None)
        if row:
            row.add_error("sku", str(refused))
        elif refused.field == "options":
            self.options.add_error(None, str(refused))
        else:
            self.form.refuse(refused.field, str(refused))
        self._ask_for_files_again()

    def new_photos(self) -> "tuple[list[UploadedFile[bytes]], str]":
        return self.upload.cleaned_data["pictures"], self.upload.cleaned_data["alt"]

    def _ask_for_files_again(self) -> None:
        """Browsers do not send the same files twice."""
        if self._files and "pictures" not in self.upload.errors:
            self.upload.add_error("pictures", _("Nothing is saved yet: choose the photos again."))

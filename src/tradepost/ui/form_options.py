"""What may be given to a form besides its own words, for forms that hand it on to Django's."""

from collections.abc import Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, TypedDict

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model
from django.forms import BaseForm, Field, Widget
from django.forms.renderers import BaseRenderer
from django.forms.utils import ErrorList
from django.utils.datastructures import MultiValueDict

if TYPE_CHECKING:  # a class of the type checker's alone
    from django.utils.functional import _StrPromise

type Text = str | _StrPromise
type FormData = Mapping[str, object]
type FormFiles = MultiValueDict[str, UploadedFile[Any]]


class FormOptions(TypedDict, total=False):
    """Of every form, without what the browser sent."""

    auto_id: bool | str
    prefix: str | None
    initial: MutableMapping[str, object] | None
    error_class: type[ErrorList]
    label_suffix: str | None
    empty_permitted: bool
    use_required_attribute: bool | None
    renderer: BaseRenderer | None


class BoundFormOptions(FormOptions, total=False):
    """Of every form, with what the browser sent."""

    data: FormData | None
    files: FormFiles | None


class ModelFormOptions[Row: Model](FormOptions, total=False):
    """Of a form over a row."""

    instance: Row | None


class BoundModelFormOptions[Row: Model](BoundFormOptions, total=False):
    """Of a form over a row, with what the browser sent."""

    instance: Row | None


class FieldOptions(TypedDict, total=False):
    """Of every field of a form, without the control it is drawn as."""

    required: bool
    label: Text | None
    initial: object
    help_text: Text
    error_messages: Mapping[str, Text] | None
    disabled: bool
    label_suffix: str | None


class TextFieldOptions(FieldOptions, total=False):
    """Of every field that takes text."""

    widget: Widget | type[Widget] | None
    max_length: int | None
    min_length: int | None
    strip: bool


def field_of[Kind: Field](form: BaseForm, name: str, kind: type[Kind]) -> Kind:
    """A field of the form, as the kind it is. Raises: TypeError, where it is another."""
    field = form.fields[name]
    if not isinstance(field, kind):
        raise TypeError(f"{name} is no {kind.__name__}")
    return field

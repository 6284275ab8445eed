"""How every form of the house is drawn; `FORM_RENDERER` names `Renderer`."""

from django.forms import BoundField, Widget
from django.forms.renderers import TemplatesSetting


class HouseField(BoundField):
    """A field on the page. One that nobody meets (`hidden`) is described to nobody: HTML forbids it."""

    def build_widget_attrs(
        self, attrs: dict[str, str | bool], widget: Widget | None = None
    ) -> dict[str, str | bool]:
        built = super().build_widget_attrs(attrs, widget)
        if not (widget or self.field.widget).is_hidden:
            return built
        return {name: value for name, value in built.items() if not name.startswith("aria-")}


class Renderer(TemplatesSetting):
    """Draws forms with the house's templates, found through the ordinary template settings.

    `{{ form }}` draws the whole form, `{{ form.email.as_field_group }}` one field: label, help,
    the control, and its errors beside it, tied together by `aria-describedby`.
    """

    bound_field_class = HouseField
    form_template_name = "ui/forms/form.html"
    formset_template_name = "ui/forms/formset.html"
    field_template_name = "ui/forms/field.html"

"""How every form of the house is drawn; `FORM_RENDERER` names `Renderer`."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Draws forms with the house's templates, found through the ordinary template settings.

    `{{ form }}` draws the whole form, `{{ form.email.as_field_group }}` one field: label, help,
    the control, and its errors beside it, tied together by `aria-describedby`.
    """

    form_template_name = "ui/forms/form.html"
    formset_template_name = "ui/forms/formset.html"
    field_template_name = "ui/forms/field.html"

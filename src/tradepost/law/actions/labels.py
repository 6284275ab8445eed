from django.utils.translation import gettext_lazy as _

LABELS = {"law.business": _("Said what the business is")}

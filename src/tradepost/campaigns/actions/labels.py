"""What the record calls the actions of campaigns, after the name of whoever did it."""

from django.utils.translation import gettext_lazy as _

LABELS = {
    "campaigns.add_picture": _("added a picture for letters"),
    "campaigns.cancel": _("cancelled a campaign"),
    "campaigns.change": _("changed a campaign"),
    "campaigns.change_settings": _("changed the letter settings"),
    "campaigns.create": _("created a campaign"),
    "campaigns.delete": _("deleted a campaign"),
    "campaigns.delete_picture": _("deleted a picture for letters"),
    "campaigns.look": _("looked at the recipients of a campaign"),
    "campaigns.pause": _("paused a campaign"),
    "campaigns.resume": _("resumed a campaign"),
    "campaigns.retry": _("tried failed recipients again"),
    "campaigns.schedule": _("scheduled a campaign"),
    "campaigns.send_back": _("sent a scheduled campaign back"),
    "campaigns.send_trial": _("sent a test letter"),
    "campaigns.start": _("started a campaign"),
    "campaigns.unschedule": _("took a campaign off the schedule"),
}

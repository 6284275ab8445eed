"""Joins the operator's bulletins to the house."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from tradepost.bulletins.actions.labels import LABELS
from tradepost.bulletins.queries import KEPT_FOR, over_long_ago, unread_bulletins
from tradepost.datamap.rooms import MailTemplate, NavigationEntry, Periodic, Room
from tradepost.datamap.vocabulary import Purpose
from tradepost.merchants.types import HOME
from tradepost.modules.office_notices import notices
from tradepost.rights.keep_rules import rule_over

room = Room(
    name="bulletins",
    actions=LABELS,
    mail_templates=(
        MailTemplate(name="bulletins/bulletin", purpose=Purpose.ANNOUNCEMENTS, service=True),
    ),
    schedule=(
        Periodic(
            name="mail announcements to shops",
            every=timedelta(minutes=1),
            call="tradepost.bulletins.actions.tell_shops.tell_shops",
        ),
    ),
    navigation=(
        NavigationEntry(
            group="settings",
            label=_("Announcements"),
            url_name="bulletins_office:list",
            permission=HOME,
            order=95,
            icon="bell",
        ),
    ),
    keep_rules=(
        rule_over(
            over_long_ago,
            id="bulletins.bulletin",
            label="Announcements of the operator",
            since="it was written",
            why="shows what shops were told of the service, for as long as claims can be made",
            period=KEPT_FOR,
        ),
    ),
    extensions=(notices.adding(unread_bulletins),),
    not_collecting={
        "is about the service and names nobody": ("tradepost.bulletins.forms.BulletinForm",),
    },
)

"""Joins the console to the house."""

from datetime import timedelta

from tradepost.datamap.rooms import MailTemplate, Periodic, Room
from tradepost.datamap.vocabulary import Purpose

room = Room(
    name="console",
    schedule=(
        Periodic(
            name="look for what operators must know",
            every=timedelta(minutes=1),
            call="tradepost.console.actions.alarm.look_after",
        ),
    ),
    mail_templates=(MailTemplate(name="console/alarm", purpose=Purpose.SECURITY, service=True),),
    url_prefix="operator/",
    not_collecting={
        "only a keyed hash of the address is kept": ("tradepost.console.forms.DisclosureForm",),
    },
)

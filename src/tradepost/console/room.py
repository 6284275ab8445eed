"""Joins the console to the house."""

from datetime import timedelta

from tradepost.console.actions.labels import LABELS
from tradepost.datamap.rooms import MailTemplate, Periodic, Room
from tradepost.datamap.vocabulary import Purpose

room = Room(
    name="console",
    places={
        "operator": "console:overview",
        "operator's shops": "console:merchants",
        "operator's incident": "console:incident",
        "operator's conversation": "console:question",
        "agreement of a shop": "console:agreement",
        "reading of mail": "console:review",
        "readings of mail": "console:reviews",
        "asking to read mail": "console:ask-review",
        "agreeing to read mail": "console:approve-review",
        "refusing to read mail": "console:refuse-review",
        "ending the reading of mail": "console:end-review",
        "mail that is read": "console:reviewed-mail",
        "plans of the operator": "console:plans",
        "new plan of the operator": "console:new-plan",
        "free plan of the operator": "console:free-plan",
        "shops on the operator's plans": "console:subscriptions",
        "plan of the operator": "console:plan",
        "changing a plan": "console:plan-change",
        "pricing a plan": "console:plan-price",
        "closing a plan": "console:plan-close",
    },
    ways_out={
        "mail_check.py": ("dns.resolver",),  # our own domain's public records
        "relay/certificate.py": ("smtplib",),  # our own relay's certificate
    },
    actions=LABELS,
    schedule=(
        Periodic(
            name="look for what operators must know",
            every=timedelta(minutes=1),
            call="tradepost.console.actions.alarm.look_after",
            on_each_machine=True,
        ),
        Periodic(
            name="look at the relay's certificate",
            every=timedelta(hours=24),
            call="tradepost.console.actions.look_at_relay.look_daily",
        ),
    ),
    beside_scheduler=("tradepost.console.metrics.serve",),
    mail_templates=(MailTemplate(name="console/alarm", purpose=Purpose.SECURITY, service=True),),
    url_prefix="operator/",
    not_collecting={
        "only a keyed hash of the address is kept": ("tradepost.console.forms.DisclosureForm",),
    },
)

"""Joins the reading of a shop's mail in an emergency to the house."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from tradepost.breakglass.actions.labels import LABELS
from tradepost.breakglass.queries import KEPT_FOR, most_hours, over_long_ago
from tradepost.datamap.rooms import MailTemplate, NavigationEntry, Periodic, Room
from tradepost.datamap.vocabulary import Purpose
from tradepost.notice.figures import figures
from tradepost.rights.keep_rules import rule_over
from tradepost.rights.types import SEE_PRIVACY

_FORMS = "tradepost.breakglass.forms"

room = Room(
    name="breakglass",
    extensions=(figures.adding({"mail_review_hours": lambda merchant: most_hours()}),),
    actions=LABELS,
    mail_templates=(
        MailTemplate(name="breakglass/asked", purpose=Purpose.SECURITY, service=True),
        MailTemplate(name="breakglass/told", purpose=Purpose.SECURITY, service=True),
    ),
    schedule=(
        Periodic(
            name="tell shops whose mail was open to the operator",
            every=timedelta(minutes=1),
            call="tradepost.breakglass.actions.letters.tell_over",
        ),
    ),
    navigation=(
        NavigationEntry(
            group="privacy",
            label=_("Mail read by the operator"),
            url_name="breakglass_office:list",
            permission=SEE_PRIVACY,
            order=20,
            icon="privacy",
        ),
    ),
    keep_rules=(
        rule_over(
            over_long_ago,
            id="breakglass.review",
            label="Requests to read a shop's mail",
            since="the access was asked for",
            why="shows that mail was read only for a reason, for as long as claims can be made",
            period=KEPT_FOR,
        ),
    ),
    not_collecting={
        "names a shop and a suspicion, and no person": (
            f"{_FORMS}.AskReviewForm",
            f"{_FORMS}.RefuseReviewForm",
            f"{_FORMS}.ReviewShopForm",
        ),
    },
)

"""Joins plans and billing accounts to the house."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from tradepost.billing.actions.labels import LABELS
from tradepost.billing.meters import meters
from tradepost.billing.meters.team import METERS, refuse_full_team
from tradepost.billing.queries import accounts_without_plan
from tradepost.billing.types import BILLING_ROLE, CHANGE_BILLING, OPEN_BILLING
from tradepost.datamap.collection import CollectionPoint
from tradepost.datamap.rooms import MailTemplate, NavigationEntry, Periodic, Room, TeamRole
from tradepost.datamap.vocabulary import Purpose, Subject
from tradepost.merchants.newcomers import answers
from tradepost.merchants.types import HOME
from tradepost.rights.keep_rules import rule_over

_FORMS = "tradepost.billing.forms"

room = Room(
    name="billing",
    permissions=(OPEN_BILLING, CHANGE_BILLING),
    roles=(
        TeamRole(
            name=BILLING_ROLE,
            label=_("Billing only"),
            order=30,
            holds=(HOME, OPEN_BILLING, CHANGE_BILLING).__contains__,
        ),
    ),
    actions=LABELS,
    navigation=(
        NavigationEntry(
            group="settings",
            label=_("Plan"),
            url_name="billing_office:plan",
            permission=OPEN_BILLING,
            order=82,
            icon="receipt",
        ),
        NavigationEntry(
            group="settings",
            label=_("Billing account"),
            url_name="billing_office:account",
            permission=CHANGE_BILLING,
            order=84,
            icon="receipt",
        ),
    ),
    mail_templates=(
        *(
            MailTemplate(name=f"billing/{name}", purpose=Purpose.BILLING, service=True)
            for name in ("access", "joined", "renewal", "cancelled")
        ),
        MailTemplate(name="billing/allowance", purpose=Purpose.SERVICE, service=True),
    ),
    schedule=(
        Periodic(
            name="remind of, renew and end subscriptions",
            every=timedelta(minutes=10),
            call="tradepost.billing.actions.renew.tend_subscriptions",
        ),
        Periodic(
            name="warn shops of allowances that are nearly used",
            every=timedelta(hours=1),
            call="tradepost.billing.actions.warn.warn_of_allowances",
            heavy=True,
        ),
    ),
    keep_rules=(
        rule_over(
            accounts_without_plan,
            id="billing.account",
            label="Billing accounts",
            since="the shop left its paid plan",
            why="on the free plan there is nothing to bill",
            period=timedelta(0),
        ),
    ),
    extensions=(meters.adding(METERS), answers.adding(refuse_full_team)),
    collection_points=(
        CollectionPoint(
            id="billing.account",
            meaning="a shop that joins a paid plan says who pays",
            takes=(f"{_FORMS}.BillingAccountForm",),
            subject=Subject.MEMBER,
        ),
    ),
    not_collecting={
        "describes what the operator offers; about nobody": (
            f"{_FORMS}.PlanForm",
            f"{_FORMS}.FreePlanForm",
            f"{_FORMS}.PriceForm",
        ),
    },
)

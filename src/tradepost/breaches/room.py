"""Joins the breach desk to the house."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from tradepost.breaches import law_checks
from tradepost.breaches.actions.labels import LABELS
from tradepost.breaches.queries import KEPT_FOR, closed_long_ago
from tradepost.breaches.types import hours_to_report
from tradepost.breaches.views.tiles import TILES
from tradepost.datamap.collection import CollectionPoint
from tradepost.datamap.rooms import MailTemplate, NavigationEntry, Periodic, Room
from tradepost.datamap.vocabulary import Purpose
from tradepost.law import facts as law
from tradepost.lib import clock
from tradepost.notice.figures import figures
from tradepost.rights.keep_rules import rule_over
from tradepost.rights.types import SEE_PRIVACY

_FORMS = "tradepost.breaches.forms"


room = Room(
    name="breaches",
    extensions=(
        law.checks.adding(law_checks.CHECKS),
        figures.adding({"breach_hours": lambda merchant: hours_to_report(clock.now()).value}),
    ),
    actions=LABELS,
    places={"what happened to my data": "breaches:mine"},
    tiles=TILES,
    mail_templates=tuple(
        MailTemplate(name=f"breaches/{name}", purpose=Purpose.LEGAL, service=True)
        for name in ("told", "reminder", "shop")
    ),
    schedule=(
        Periodic(
            name="remind of incidents whose time runs",
            every=timedelta(minutes=10),
            call="tradepost.breaches.actions.remind.remind_all",
        ),
    ),
    navigation=(
        NavigationEntry(
            group="privacy",
            label=_("Incidents"),
            url_name="breaches_office:list",
            permission=SEE_PRIVACY,
            order=17,
            icon="privacy",
        ),
    ),
    keep_rules=(
        rule_over(
            closed_long_ago,
            id="breaches.incident",
            label="Breaches and whom they touched",
            since="the incident was closed",
            why="every breach must be documented (Art. 33(5) GDPR), for as long as claims can be made",
            period=KEPT_FOR,
        ),
    ),
    collection_points=(
        CollectionPoint(
            id="breaches.desk",
            meaning="whom a breach touched is worked out from the access record and the data map",
            takes=(f"{_FORMS}.ScopeForm",),
            purpose=Purpose.LEGAL,
        ),
    ),
    not_collecting={
        "describes an incident; names nobody": (
            f"{_FORMS}.NewIncidentForm",
            f"{_FORMS}.FactsForm",
            f"{_FORMS}.AssessForm",
            f"{_FORMS}.ReportForm",
            f"{_FORMS}.DecideForm",
        ),
    },
)

"""Joins holds to the house."""

from django.utils.translation import gettext_lazy as _

from tradepost.datamap.collection import CollectionPoint
from tradepost.datamap.held import finding, leaving_out
from tradepost.datamap.rooms import MailTemplate, NavigationEntry, Room
from tradepost.datamap.vocabulary import Purpose
from tradepost.holds.actions.labels import LABELS
from tradepost.holds.closing import held_records
from tradepost.holds.queries import KEPT_FOR, held_rows, last_hold, over, standing_on, without
from tradepost.merchants import closing
from tradepost.rights.keep_rules import rule_over
from tradepost.rights.restrictions.holds import GeneralHold, general_holds
from tradepost.rights.types import SEE_PRIVACY

# Erasure leaves what is held, of whatever model.
_ON_ANY_ROW = GeneralHold(
    held=standing_on,
    because=_("a hold with an end date stands on it; the portal shows why and until when"),
)
room = Room(
    name="holds",
    actions=LABELS,
    extensions=(
        general_holds.adding(_ON_ANY_ROW),
        leaving_out.adding(without),
        finding.adding(last_hold),
        closing.kept.adding(held_rows),
        closing.matter_sources.adding(held_records),
    ),
    places={"held records": "holds:mine"},
    mail_templates=(MailTemplate(name="holds/held", purpose=Purpose.LEGAL, service=True),),
    navigation=(
        NavigationEntry(
            group="privacy",
            label=_("Holds"),
            url_name="holds_office:list",
            permission=SEE_PRIVACY,
            order=13,
            icon="privacy",
        ),
    ),
    keep_rules=(
        rule_over(
            over,
            id="holds.hold",
            label="Holds on records",
            since="the hold ended",
            why="shows why a record stayed, for as long as claims can be made",
            period=KEPT_FOR,
        ),
    ),
    collection_points=(
        CollectionPoint(
            id="holds.desk",
            meaning="staff write down why a record must stay",
            takes=("tradepost.holds.forms.RecordHoldForm",),
            purpose=Purpose.LEGAL,
        ),
    ),
    not_collecting={
        "names a person whose records are looked up; it is not kept": (
            "tradepost.holds.forms.HeldPersonForm",
        ),
    },
)

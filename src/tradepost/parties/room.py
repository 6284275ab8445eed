"""Joins the register of outside parties to the house."""

from django.utils.translation import gettext_lazy as _

from tradepost.datamap.processors import added_parties
from tradepost.datamap.rooms import NavigationEntry, Room
from tradepost.law import facts as law
from tradepost.parties import law_checks
from tradepost.parties.actions.labels import LABELS
from tradepost.parties.queries import added_recipients
from tradepost.parties.views.tiles import TILES
from tradepost.rights.types import SEE_PRIVACY

_FORMS = "tradepost.parties.forms"

room = Room(
    name="parties",
    actions=LABELS,
    tiles=TILES,
    extensions=(
        added_parties.adding(added_recipients),
        law.checks.adding(law_checks.CHECKS),
    ),
    navigation=(
        NavigationEntry(
            group="privacy",
            label=_("Outside parties"),
            url_name="parties_office:list",
            permission=SEE_PRIVACY,
            order=14,
            icon="privacy",
        ),
    ),
    not_collecting={
        "describes a company and a contract; names nobody": (
            f"{_FORMS}.ContractForm",
            f"{_FORMS}.PartyForm",
        ),
    },
)

"""Joins the law clock to the house."""

from django.utils.translation import gettext_lazy as _

from tradepost.datamap.rooms import NavigationEntry, Room
from tradepost.law.actions.labels import LABELS
from tradepost.law.facts import OWN_FACTS, facts
from tradepost.law.views.words import TILES
from tradepost.merchants.types import SEE_SETTINGS

room = Room(
    name="law",
    actions=LABELS,
    extensions=(facts.adding(OWN_FACTS),),
    tiles=TILES,
    navigation=(
        NavigationEntry(
            group="settings",
            label=_("What the law asks"),
            url_name="law_office:laws",
            permission=SEE_SETTINGS,
            order=28,
            icon="book",
        ),
    ),
    not_collecting={
        "says how large a business is and whom it sells to; names nobody": (
            "tradepost.law.forms.BusinessForm",
        )
    },
)

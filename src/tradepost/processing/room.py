"""Joins the record of processing and the processing agreement to the house."""

from django.utils.translation import gettext_lazy as _

from tradepost.datamap.rooms import NavigationEntry, Room
from tradepost.law import facts as law
from tradepost.processing import law_checks
from tradepost.rights.types import SEE_PRIVACY

room = Room(
    name="processing",
    extensions=(law.checks.adding(law_checks.CHECKS),),
    navigation=tuple(
        NavigationEntry(
            group="privacy",
            label=label,
            url_name=f"processing_office:{name}",
            permission=SEE_PRIVACY,
            order=order,
            icon="privacy",
        )
        for name, label, order in (
            ("record", _("Record of processing"), 18),
            ("agreement", _("Processing agreement"), 19),
        )
    ),
)

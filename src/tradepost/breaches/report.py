"""The report to the authority, with all that Art. 33(3) GDPR asks for, as a paper."""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from tradepost.breaches.models import Incident
from tradepost.breaches.queries import (
    kinds_reached,
    people_counted,
    records_counted,
    severity,
)
from tradepost.breaches.types import Told, hours_to_report
from tradepost.datamap.words import word
from tradepost.lib import clock
from tradepost.rights.actions.letters import contact_of, sender_name
from tradepost.ui.drawing.papers import paper_pdf


def report_context(incident: Incident) -> dict[str, object]:
    counted, merchant = people_counted(incident), incident.merchant
    return {
        "incident": incident,
        "controller": sender_name(merchant),
        "address": merchant.postal_address if merchant else settings.TRADEPOST.operator_address,
        "contact": contact_of(merchant),
        "officer": "" if merchant else settings.TRADEPOST.protection_officer,
        "processor": settings.TRADEPOST.operator_name if merchant else "",
        "kinds": [word(kind) for kind in kinds_reached(incident)],
        "people": sum(counted.values()),
        "told": counted[Told.YES],
        "unreachable": counted[Told.NOBODY],
        "records": records_counted(incident),
        "severity": severity(incident),
        "law": hours_to_report(incident.known_at),
        "printed_at": clock.now(),
        "is_late": clock.now() > incident.due_at,
    }


def report_pdf(incident: Incident) -> bytes:
    """In the shop's language. Names nobody: the authority gets numbers and kinds."""
    language = incident.merchant.language if incident.merchant else settings.LANGUAGE_CODE
    with translation.override(language):
        return paper_pdf(render_to_string("breaches/print/report.html", report_context(incident)))

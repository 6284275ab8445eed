"""The record and the agreement as papers, and the record for programs."""

from dataclasses import asdict

from django.template.loader import render_to_string

from tradepost.merchants.models import Merchant
from tradepost.processing.agreement import agreement_context
from tradepost.processing.types import NamedParty, ProcessingRecord
from tradepost.ui.drawing.papers import paper_pdf

type Json = str | bool | list[Json] | dict[str, Json]


def record_pdf(record: ProcessingRecord) -> bytes:
    """PDF/A-3b in the reader's language."""
    return paper_pdf(render_to_string("processing/print/record.html", {"record": record}))


def agreement_pdf(merchant: Merchant) -> bytes:
    """Ready to be signed by both. Raises: PartiesBlank."""
    context = agreement_context(merchant)
    return paper_pdf(render_to_string("processing/print/agreement.html", context))


def record_json(record: ProcessingRecord) -> dict[str, Json]:
    """The same facts; purposes, kinds and bases by the names of the data map."""
    made: dict[str, Json] = {
        "record": record.law,
        "made_at": record.made_at.isoformat(),
        record.of.value: asdict(record.who),
        "data_protection_officer": record.officer,
        "representative": record.representative,
        "categories_of_people": str(record.people),
        "activities": [
            {
                "purpose": one.purpose.value,
                "kinds_of_data": [kind.value for kind in one.kinds],
                "legal_bases": [basis.value for basis in one.bases],
                "legitimate_interest": str(one.interest),
                "kept": list(one.kept),
                "recipients": list(one.recipients),
            }
            for one in record.activities
        ],
        "recipients": [_party(party) for party in record.recipients],
        "third_country_transfers": [_party(party) for party in record.transfers],
        "security_measures": [
            {
                "promise": one.promise,
                "text": one.text,
                "evidence": one.evidence_class,
                "checked_at": one.checked_at.isoformat(),
            }
            for one in record.measures
        ],
    }
    if record.processor:
        made["processor"] = asdict(record.processor)
    if record.customers:
        made["controllers"] = [asdict(one) for one in record.customers]
    return made


def _party(party: NamedParty) -> Json:
    return {
        "name": party.name,
        "role": party.role,
        "what_for": party.why,
        "kinds_of_data": [kind.value for kind in party.kinds],
        "country": party.country,
        "safeguard": party.safeguard,
    }

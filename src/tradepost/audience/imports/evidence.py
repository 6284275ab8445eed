"""The record of a consent that a file tells of: which words, when, from where, on whose word."""

from datetime import datetime

from tradepost.audience.consent import records
from tradepost.audience.imports import bulk
from tradepost.audience.imports.history import Past
from tradepost.audience.imports.rows import ContactRow
from tradepost.audience.models import Import
from tradepost.audience.types import Confirmation, ConsentKind, ContactSource
from tradepost.lib import clock

MOST_WORDINGS = 20


def where_of(run: Import) -> str:
    return run.file_name[:200]


class ImportEvidence:
    """Makes the values of consent records for one slice of an import."""

    def __init__(self, run: Import) -> None:
        self.run = run
        self.now = clock.now()
        self.wordings: dict[str, int] = {}

    def given_at(self, row: ContactRow) -> datetime:
        return (row.past and row.past.given_at) or self.now

    def since(self, row: ContactRow) -> object:
        return bulk.moment(self.given_at(row))

    def record(
        self, number: int, row: ContactRow, *, ended_at: datetime | None = None, how: str = ""
    ) -> bulk.Values:
        """In the order of ``bulk.CONSENT``."""
        past = row.past
        confirmed = Confirmation.RECORDED if past and past.has_evidence else Confirmation.STATED
        return (
            number,
            self.run.merchant_id,
            row.key,
            ConsentKind.NEWSLETTER.value,
            self._wording(row),
            self.run.contact_list_id,
            ContactSource.IMPORT.value,
            self._where(past),
            confirmed.value,
            self.since(row),
            past.network if past else "",
            bulk.moment(ended_at) if ended_at else None,
            how,
        )

    def _where(self, past: Past | None) -> str:
        """The file, and what it says of how and when without a column of its own."""
        more = past.evidence if past else ""
        return f"{where_of(self.run)} · {more}"[:200] if more else where_of(self.run)

    def _wording(self, row: ContactRow) -> int | None:
        """The file's own words where it has some; a column of a thousand different ones is no wording."""
        text = row.past.wording.strip() if row.past else ""
        if not text or (text not in self.wordings and len(self.wordings) >= MOST_WORDINGS):
            return self.run.wording_id
        if text not in self.wordings:
            kept = records.wording(
                merchant=self.run.merchant, kind=ConsentKind.NEWSLETTER, text=text
            )
            self.wordings[text] = kept.pk
        return self.wordings[text]

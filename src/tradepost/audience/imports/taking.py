"""One slice of an import: who is new, who is known, who must not be written; then one bulk write."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tradepost.audience import consent
from tradepost.audience.imports import bulk
from tradepost.audience.imports.rows import Row, as_json
from tradepost.audience.models import ConsentRecord, Contact, Import, ListMembership
from tradepost.audience.types import Confirmation, ConsentKind, MembershipState, Source
from tradepost.datamap.vocabulary import Purpose
from tradepost.delivery.models import Suppression
from tradepost.delivery.queries import suppression_key
from tradepost.merchants.models import Merchant
from tradepost.rights.stops import stopped_keys


@dataclass
class Refusals:
    """Keys of people whom a file must not bring back. Read at the start, topped up every slice."""

    merchant: Merchant
    since: datetime | None = None
    withdrawn: set[str] = field(default_factory=set)
    suppressed: set[str] = field(default_factory=set)
    stopped: set[str] = field(default_factory=set)

    def refresh(self) -> None:
        now, since = timezone.now(), self.since
        withdrawn = ConsentRecord.objects.filter(
            merchant=self.merchant, kind=ConsentKind.NEWSLETTER, withdrawn_at__isnull=False
        )
        ours = Q(merchant=self.merchant) | Q(merchant=None)
        suppressed = Suppression.objects.filter(ours)
        stopped = stopped_keys(self.merchant, Purpose.NEWSLETTERS)
        if since:
            withdrawn = withdrawn.filter(withdrawn_at__gte=since)
            suppressed = suppressed.filter(since__gte=since)
            stopped = stopped.filter(since__gte=since)
        self.withdrawn.update(withdrawn.values_list("email_key", flat=True))
        self.suppressed.update(suppressed.values_list("key", flat=True))
        self.stopped.update(row["subject_key"] for row in stopped)
        self.since = now


@dataclass
class Result:
    """What became of a slice. ``problems``: row number, address, reason."""

    added: int = 0
    merged: int = 0
    problems: list[tuple[int, str, str]] = field(default_factory=list)


class Taker:
    """Takes slices of validated rows into the database for one import."""

    def __init__(self, run: Import) -> None:
        self.run = run
        self.refusals = Refusals(run.merchant)
        self.seen = _hashes_of_known(run.merchant_id)
        self.joining = _joining_of(run)

    def take(self, rows: Iterable[Row]) -> Result:
        """Runs in the caller's transaction."""
        result = Result()
        self.refusals.refresh()
        people = self._merge_within(rows, result)
        self._refuse(people, result)
        again = people
        while again:
            lost = self._write(again, result)
            again = {email: row for email, row in again.items() if email in lost}
        return result

    def _merge_within(self, rows: Iterable[Row], result: Result) -> dict[str, Row]:
        """The same address twice in one slice: the later row counts as one more of the first."""
        people: dict[str, Row] = {}
        for row in rows:
            first = people.setdefault(row.email, row)
            if first is not row:
                result.merged += 1
                _merge_rows(first, row, self.run.rule)
        return people

    def _refuse(self, people: dict[str, Row], result: Result) -> None:
        reasons: dict[str, str] = {}
        if self.refusals.stopped:
            text = _("This person objected, or had processing restricted.")
            reasons |= {e: text for e, row in people.items() if row.key in self.refusals.stopped}
        if self.refusals.suppressed:
            text = _("The address is suppressed: it bounced, complained or unsubscribed.")
            reasons |= {e: text for e in people if suppression_key(e) in self.refusals.suppressed}
        reasons |= {email: _("This person unsubscribed.") for email in self._left(people)}
        for email, text in reasons.items():
            row = people.pop(email)
            result.problems.append((row.row_number, email, text))

    def _left(self, people: dict[str, Row]) -> list[str]:
        if self.run.contact_list is None or not self.refusals.withdrawn:
            return []
        asked = {row.key for row in people.values()} & self.refusals.withdrawn
        left = consent.keys_that_left(
            merchant=self.run.merchant, keys=asked, contact_list=self.run.contact_list
        )
        return [email for email, row in people.items() if row.key in left]

    def _write(self, people: dict[str, Row], result: Result) -> set[str]:
        """Returns addresses that another process created in this moment."""
        possible = [email for email in people if hash(email) in self.seen]
        known = bulk.known_contacts(self.run.merchant_id, possible)
        now = bulk.moment(timezone.now())
        batch = bulk.Batch(
            same={
                "merchant_id": self.run.merchant_id,
                "source": Source.IMPORT.value,
                "created_at": now,
                "last_active_at": now,
            },
            contacts=[
                (email, row.key, row.name, row.language, as_json(row.fields))
                for email, row in people.items()
                if email not in known
            ],
        )
        if known:
            self._update_known(batch, people, known, result)
            self._add_to_list(batch, self._joining(known, result, people), people, now)
        lost = bulk.write(batch, self.joining)
        self.seen.update(map(hash, people))
        result.added += len(batch.contacts) - len(lost)
        return lost

    def _update_known(
        self,
        batch: bulk.Batch,
        people: dict[str, Row],
        known: dict[str, bulk.Values],
        result: Result,
    ) -> None:
        result.merged += len(known)
        if self.run.rule == Import.Rule.SKIP:
            return
        for email, (number, name, language, fields) in known.items():
            row = people[email]
            held = Row(0, email, row.key, name, language, json.loads(fields or "{}"))
            before = (held.name, held.language, dict(held.fields))
            _merge_rows(held, row, self.run.rule)
            if (held.name, held.language, held.fields) != before:
                batch.updates.append((held.name, held.language, as_json(held.fields), number))

    def _joining(
        self,
        known: dict[str, bulk.Values],
        result: Result,
        people: dict[str, Row],
    ) -> dict[str, int]:
        """Known contacts that go on the list now: those that were never on it."""
        if self.run.contact_list is None:
            return {}
        ids = {values[0]: email for email, values in known.items()}
        rows = ListMembership.objects.filter(
            contact_list=self.run.contact_list, contact_id__in=list(ids)
        )
        joining = {email: number for number, email in ids.items()}
        for number, state in rows.values_list("contact_id", "state"):
            email = ids[number]
            del joining[email]
            if state == MembershipState.UNSUBSCRIBED:
                text = _("This person unsubscribed.")
                result.problems.append((people[email].row_number, email, text))
        return joining

    def _add_to_list(
        self, batch: bulk.Batch, joining: dict[str, int], people: dict[str, Row], now: Any
    ) -> None:
        consents = bulk.take_numbers(ConsentRecord, len(joining))
        memberships = bulk.take_numbers(ListMembership, len(joining))
        merchant, wording = self.run.merchant_id, self.run.wording_id
        one, where = self.run.contact_list_id, self.run.file_name[:200]
        kind, source, how = (
            ConsentKind.NEWSLETTER.value,
            Source.IMPORT.value,
            Confirmation.STATED.value,
        )
        state = MembershipState.SUBSCRIBED.value
        batch.consents = [
            (n, merchant, people[email].key, kind, wording, one, source, where, how, now, "", "")
            for n, email in zip(consents, joining, strict=True)
        ]
        batch.memberships = [
            (n, merchant, one, contact, state, consent_id, now, "")
            for n, consent_id, contact in zip(memberships, consents, joining.values(), strict=True)
        ]


def _joining_of(run: Import) -> bulk.Joining | None:
    if run.contact_list_id is None or run.wording_id is None:
        return None
    return bulk.Joining(
        contact_list=run.contact_list_id,
        wording=run.wording_id,
        where=run.file_name[:200],
        kind=ConsentKind.NEWSLETTER.value,
        confirmed_by=Confirmation.STATED.value,
        state=MembershipState.SUBSCRIBED.value,
    )


def _hashes_of_known(merchant_id: int) -> set[int]:
    """Hashes of all addresses there are, so that only likely ones are looked up (64 MB a million)."""
    addresses = Contact.objects.filter(merchant_id=merchant_id).values_list("email", flat=True)
    return {hash(email) for email in addresses.iterator(chunk_size=20_000)}


def _merge_rows(held: Row, new: Row, rule: str) -> None:
    """FILL keeps what is known; REPLACE takes what the file says, where it says something."""
    if rule == Import.Rule.SKIP:
        return
    replace = rule == Import.Rule.REPLACE
    held.name = (new.name or held.name) if replace else (held.name or new.name)
    held.language = (new.language or held.language) if replace else (held.language or new.language)
    held.fields = held.fields | new.fields if replace else new.fields | held.fields

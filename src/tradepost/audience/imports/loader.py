"""One slice of an import: who is new, who is known, who must not be written; then one bulk write."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from tradepost.audience.consent import records
from tradepost.audience.imports import bulk
from tradepost.audience.imports.evidence import ImportEvidence, where_of
from tradepost.audience.imports.history import KEPT_OUT, Past, PastStatus, worse_of
from tradepost.audience.imports.keeping_out import KeepingOut
from tradepost.audience.imports.rows import ContactRow, as_json
from tradepost.audience.models import ConsentRecord, Contact, Import, ListMembership
from tradepost.audience.types import (
    CONTACTS_METER,
    Confirmation,
    ConsentKind,
    ContactSource,
    MembershipState,
)
from tradepost.audit.types import Actor
from tradepost.billing.meters import room_left
from tradepost.datamap.vocabulary import Purpose
from tradepost.delivery.models import Suppression
from tradepost.delivery.queries import suppression_key
from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.rights.actions.letters import tell_of_change
from tradepost.rights.restrictions.stops import stopped_keys


@dataclass
class Refusals:
    """Keys of people whom a file must not bring back. Read at the start, topped up every slice."""

    merchant: Merchant
    since: datetime | None = None
    withdrawn: set[str] = field(default_factory=set)
    suppressed: set[str] = field(default_factory=set)
    stopped: set[str] = field(default_factory=set)

    def refresh(self) -> None:
        now, since = clock.now(), self.since
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
    kept_out: Counter[str] = field(default_factory=Counter)
    problems: list[tuple[int, str, str]] = field(default_factory=list)


class Taker:
    """Takes slices of validated rows into the database for one import."""

    def __init__(self, run: Import) -> None:
        self.run = run
        self.refusals = Refusals(run.merchant)
        self.seen = _hashes_of_known(run.merchant_id)
        self.joining = _joining_of(run)

    def take(self, rows: Iterable[ContactRow]) -> Result:
        """Runs in the caller's transaction."""
        result = Result()
        self.refusals.refresh()
        people = self._merge_within(rows, result)
        leavers = {
            e: row for e, row in people.items() if row.past and row.past.standing in KEPT_OUT
        }
        if leavers:
            for email in leavers:
                del people[email]
            self._refuse_stopped(leavers, result)
            self._keep_out(leavers, result)
        self._refuse(people, result)
        self._refuse_beyond_plan(people, result)
        told = {e: row for e, row in people.items() if row.past and self._is_told_apart(row.past)}
        plain = {email: row for email, row in people.items() if email not in told}
        for some, joining in ((plain, self.joining), (told, None)):
            self._write_all(some, joining, result)
        self._put_on_list(told, result)
        return result

    def _is_told_apart(self, past: Past) -> bool:
        """Whether the row has times and words of its own, or does not join the list at all."""
        return past.has_evidence or past.standing is not PastStatus.SUBSCRIBED

    def _write_all(
        self, people: dict[str, ContactRow], joining: bulk.Joining | None, result: Result
    ) -> None:
        again = people
        while again:
            lost = self._write(again, joining, result)
            again = {email: row for email, row in again.items() if email in lost}

    def _merge_within(self, rows: Iterable[ContactRow], result: Result) -> dict[str, ContactRow]:
        """The same address twice in one slice: the later row counts as one more of the first."""
        people: dict[str, ContactRow] = {}
        for row in rows:
            first = people.setdefault(row.email, row)
            if first is not row:
                result.merged += 1
                _merge_rows(first, row, self.run.rule)
                first.past = worse_of(first.past, row.past)
        return people

    def _keep_out(self, people: dict[str, ContactRow], result: Result) -> None:
        """Suppressed for this shop; the contact is kept so that anybody can see why."""
        keeping = KeepingOut(self.run)
        stayed = keeping.stayed_by_own_hand(people)
        for email in stayed:
            text = _(
                "Left elsewhere, but subscribed here by their own hand since; nothing is changed."
            )
            result.problems.append((people.pop(email).row_number, email, text))
        for row in people.values():
            result.kept_out[row.past.standing if row.past else PastStatus.LEFT] += 1
        gone = {e for e in people if suppression_key(e) in self.refusals.suppressed}
        self.refusals.suppressed |= keeping.suppress(people)
        seen = Result()
        self._write_all({e: row for e, row in people.items() if e not in gone}, None, seen)
        keeping.end_on_lists(people)

    def _refuse_stopped(self, people: dict[str, ContactRow], result: Result) -> None:
        text = _("This person objected, or had processing restricted.")
        for email in [e for e, row in people.items() if row.key in self.refusals.stopped]:
            result.problems.append((people.pop(email).row_number, email, text))

    def _refuse(self, people: dict[str, ContactRow], result: Result) -> None:
        self._refuse_stopped(people, result)
        reasons: dict[str, str] = {}
        if self.refusals.suppressed:
            text = _("The address is suppressed: it bounced, complained or unsubscribed.")
            reasons |= {e: text for e in people if suppression_key(e) in self.refusals.suppressed}
        reasons |= {email: _("This person unsubscribed.") for email in self._left(people)}
        for email, text in reasons.items():
            row = people.pop(email)
            result.problems.append((row.row_number, email, text))

    def _refuse_beyond_plan(self, people: dict[str, ContactRow], result: Result) -> None:
        """Known contacts are updated all the same; the first new ones of the file get the last places."""
        left = room_left(merchant=self.run.merchant, meter=CONTACTS_METER)
        if left is None:
            return
        known = bulk.known_contacts(self.run.merchant_id, list(people))
        text = _("Your plan allows no more contacts. The row is kept here; choose another plan.")
        for email in [email for email in people if email not in known][left:]:
            result.problems.append((people.pop(email).row_number, email, text))

    def _left(self, people: dict[str, ContactRow]) -> list[str]:
        if self.run.contact_list is None or not self.refusals.withdrawn:
            return []
        asked = {row.key for row in people.values()} & self.refusals.withdrawn
        left = records.keys_that_left(
            merchant=self.run.merchant, keys=asked, contact_list=self.run.contact_list
        )
        return [email for email, row in people.items() if row.key in left]

    def _write(
        self, people: dict[str, ContactRow], joining: bulk.Joining | None, result: Result
    ) -> set[str]:
        """Returns addresses that another process created in this moment."""
        possible = [email for email in people if hash(email) in self.seen]
        known = bulk.known_contacts(self.run.merchant_id, possible)
        now = bulk.moment(clock.now())
        batch = bulk.Batch(
            same={
                "merchant_id": self.run.merchant_id,
                "source": ContactSource.IMPORT.value,
                "created_at": now,
                "last_active_at": now,
            },
            contacts=[
                (email, row.key, *row.said, as_json(row.fields))
                for email, row in people.items()
                if email not in known
            ],
        )
        if known:
            self._update_known(batch, people, known, result)
            if joining:
                self._add_to_list(batch, self._joining(known, result, people), people)
        lost = bulk.write(batch, joining)
        self._tell(batch.changed)
        self.seen.update(map(hash, people))
        result.added += len(batch.contacts) - len(lost)
        return lost

    def _update_known(
        self,
        batch: bulk.Batch,
        people: dict[str, ContactRow],
        known: dict[str, bulk.Values],
        result: Result,
    ) -> None:
        result.merged += len(known)
        if self.run.rule == Import.Rule.SKIP:
            return
        for email, (number, *said, fields) in known.items():
            row = people[email]
            held = ContactRow(0, email, row.key, tuple(said), json.loads(fields or "{}"))
            before = (held.said, dict(held.fields))
            _merge_rows(held, row, self.run.rule)
            if (held.said, held.fields) != before:
                batch.updates.append((*held.said, as_json(held.fields), number))
                batch.changed.append(email)

    def _tell(self, changed: list[str]) -> None:
        """Those whose data the file changed; new contacts are told by the first letter to them."""
        if changed and self.run.by:
            tell_of_change(
                merchant=self.run.merchant,
                emails=changed,
                what="changed",
                by=Actor.user(self.run.by),
            )

    def _joining(
        self,
        known: dict[str, bulk.Values],
        result: Result,
        people: dict[str, ContactRow],
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

    def _put_on_list(self, people: dict[str, ContactRow], result: Result) -> None:
        """Those whose consent has times and words of its own; the contacts exist by now."""
        joins = [
            e
            for e, row in people.items()
            if row.past and row.past.standing is PastStatus.SUBSCRIBED
        ]
        if self.joining is None or not joins:
            return
        known = bulk.known_contacts(self.run.merchant_id, joins)
        batch = bulk.Batch(same={})
        self._add_to_list(batch, self._joining(known, result, people), people)
        bulk.write(batch, None)

    def _add_to_list(
        self, batch: bulk.Batch, joining: dict[str, int], people: dict[str, ContactRow]
    ) -> None:
        consents = bulk.take_numbers(ConsentRecord, len(joining))
        memberships = bulk.take_numbers(ListMembership, len(joining))
        evidence = ImportEvidence(self.run)
        state = MembershipState.SUBSCRIBED.value
        batch.consents = [
            evidence.record(n, people[email]) for n, email in zip(consents, joining, strict=True)
        ]
        batch.memberships = [
            (n, self.run.merchant_id, self.run.contact_list_id, contact, state, consent_id,
             evidence.since(people[email]), None, "")
            for n, consent_id, (email, contact) in zip(
                memberships, consents, joining.items(), strict=True
            )
        ]  # fmt: skip


def _joining_of(run: Import) -> bulk.Joining | None:
    if run.contact_list_id is None or run.wording_id is None:
        return None
    return bulk.Joining(
        contact_list=run.contact_list_id,
        wording=run.wording_id,
        where=where_of(run),
        kind=ConsentKind.NEWSLETTER.value,
        confirmed_by=Confirmation.STATED.value,
        state=MembershipState.SUBSCRIBED.value,
    )


def _hashes_of_known(merchant_id: int) -> set[int]:
    """Hashes of all addresses there are, so that only likely ones are looked up (64 MB a million)."""
    addresses = Contact.objects.filter(merchant_id=merchant_id).values_list("email", flat=True)
    return {hash(email) for email in addresses.iterator(chunk_size=20_000)}


def _merge_rows(held: ContactRow, new: ContactRow, rule: str) -> None:
    """FILL keeps what is known; REPLACE takes what the file says, where it says something."""
    if rule == Import.Rule.SKIP:
        return
    replace = rule == Import.Rule.REPLACE
    pairs = zip(held.said, new.said, strict=True)
    held.said = tuple([(now or old) if replace else (old or now) for old, now in pairs])
    held.fields = held.fields | new.fields if replace else new.fields | held.fields

"""People who left, bounced or complained at another service: never written to here, and seen to be so."""

from collections.abc import Iterable

from django.db.models import QuerySet

from tradepost.audience.imports import bulk
from tradepost.audience.imports.evidence import ImportEvidence
from tradepost.audience.imports.history import PastStatus
from tradepost.audience.imports.rows import ContactRow
from tradepost.audience.models import ConsentRecord, Import, ListMembership
from tradepost.audience.types import Confirmation, ConsentKind, ContactSource, MembershipState
from tradepost.delivery.models import Suppression
from tradepost.delivery.queries import suppression_key
from tradepost.delivery.types import SuppressionReason
from tradepost.lib import clock

HOW = "earlier mail service"
_REASONS = {
    PastStatus.LEFT: SuppressionReason.UNSUBSCRIBE,
    PastStatus.BOUNCED: SuppressionReason.BOUNCE,
    PastStatus.COMPLAINED: SuppressionReason.COMPLAINT,
}
_BY_OWN_HAND = (Confirmation.DOUBLE_OPT_IN.value, Confirmation.SIGNED_PAGE.value)
_SLICE = 5_000


class KeepingOut:
    """Of one slice of an import, in the caller's transaction."""

    def __init__(self, run: Import) -> None:
        self.run = run
        self.now = clock.now()

    def stayed_by_own_hand(self, people: dict[str, ContactRow]) -> set[str]:
        """Who confirmed a subscription to this shop after they left elsewhere.

        Where the file does not say when they left, their own yes counts, too, except to a complaint.
        """
        stayed = set()
        for membership in self._subscribed(people):
            row = people[membership.contact.email]
            consent, past = membership.consent, row.past
            is_own = consent and consent.source != ContactSource.IMPORT
            if not (is_own and consent and consent.confirmed_by in _BY_OWN_HAND):
                continue
            if past is None or past.standing is not PastStatus.LEFT:
                continue
            if past.at is None or past.at < consent.given_at:
                stayed.add(row.email)
        return stayed

    def suppress(self, people: dict[str, ContactRow]) -> set[str]:
        """One row each, the first cause stays; returns the keys."""
        keys = {email: suppression_key(email) for email in people}
        Suppression.objects.bulk_create(
            [
                Suppression(merchant_id=self.run.merchant_id, key=keys[email], reason=_reason(row))
                for email, row in people.items()
            ],
            ignore_conflicts=True,
            batch_size=_SLICE,
        )
        return set(keys.values())

    def end_on_lists(self, people: dict[str, ContactRow]) -> None:
        """Ends what an earlier import began, and writes down that they left the list of this one."""
        on = list(self._subscribed(people))
        for membership in on:
            row = people[membership.contact.email]
            membership.state = MembershipState.UNSUBSCRIBED
            membership.ended_at = (row.past and row.past.at) or self.now
            membership.reason = _words(row)
        ListMembership.objects.bulk_update(
            on, ["state", "ended_at", "reason"], batch_size=_SLICE // 10
        )
        ConsentRecord.objects.filter(
            pk__in=[one.consent_id for one in on if one.consent_id]
        ).update(withdrawn_at=self.now, withdrawn_how=HOW)
        if self.run.contact_list_id and self.run.wording_id:
            self._add_as_left(people)

    def _add_as_left(self, people: dict[str, ContactRow]) -> None:
        known = bulk.known_contacts(self.run.merchant_id, people)
        ids = {values[0]: email for email, values in known.items()}
        listed = ListMembership.objects.filter(
            contact_list_id=self.run.contact_list_id, contact_id__in=list(ids)
        ).values_list("contact_id", flat=True)
        for number in listed:
            del ids[number]
        consents = bulk.take_numbers(ConsentRecord, len(ids))
        memberships = bulk.take_numbers(ListMembership, len(ids))
        evidence = ImportEvidence(self.run)
        batch = bulk.Batch(same={})
        for consent_id, number, (contact, email) in zip(
            consents, memberships, ids.items(), strict=True
        ):
            row = people[email]
            ended = (row.past and row.past.at) or self.now
            batch.consents.append(evidence.record(consent_id, row, ended_at=ended, how=HOW))
            batch.memberships.append(
                (number, self.run.merchant_id, self.run.contact_list_id, contact,
                 MembershipState.UNSUBSCRIBED.value, consent_id, evidence.since(row),
                 bulk.moment(ended), _words(row))
            )  # fmt: skip
        bulk.write(batch, None)

    def _subscribed(self, emails: Iterable[str]) -> QuerySet[ListMembership]:
        known = bulk.known_contacts(self.run.merchant_id, emails)
        return ListMembership.objects.filter(
            contact_id__in=[values[0] for values in known.values()],
            state=MembershipState.SUBSCRIBED,
            consent__kind=ConsentKind.NEWSLETTER,
        ).select_related("contact", "consent")


def _reason(row: ContactRow) -> SuppressionReason:
    return _REASONS[row.past.standing if row.past else PastStatus.LEFT]


def _words(row: ContactRow) -> str:
    return ((row.past and row.past.why) or HOW)[:200]

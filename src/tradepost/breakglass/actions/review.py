"""Asking to read a shop's mail, agreeing or refusing, reading, ending it early."""

from datetime import timedelta

from django.db import transaction
from django_scopes import scopes_disabled

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.breakglass.actions.letters import ask_others, tell_shop
from tradepost.breakglass.covered import MailRow, ShownMail, covered_row, label_of, shown
from tradepost.breakglass.models import MailLook, MailReview
from tradepost.breakglass.queries import most_hours, other_operators
from tradepost.breakglass.types import (
    AlreadyAnswered,
    MailKind,
    NeedsTwoOperators,
    NotOpen,
    OwnRequest,
    ReviewScope,
    ReviewState,
    Suspicion,
)
from tradepost.lib import clock
from tradepost.merchants.models import Merchant


def ask_review(
    *,
    merchant: Merchant,
    scope: ReviewScope,
    covers: list[str],
    suspicion: Suspicion,
    reason: str,
    hours: int,
    by: Actor,
) -> MailReview:
    """Nothing can be read by it yet. The other operators get a mail. Raises: NeedsTwoOperators."""
    others = other_operators(by.account_id)
    if not others:
        raise NeedsTwoOperators
    with transaction.atomic(), scopes_disabled():
        review = MailReview.objects.create(
            merchant=merchant,
            scope=scope,
            covers=covers,
            suspicion=suspicion,
            reason=reason,
            hours=max(1, min(hours, most_hours())),
            asked_by_id=by.account_id,
        )
        record(actor=by, action="breakglass.ask", target=review, reason=reason)
        ask_others(review, others)
    return review


def approve_review(*, review: MailReview, by: Actor) -> None:
    """From now on whoever asked may read, for the hours asked. Raises: OwnRequest, AlreadyAnswered."""
    with transaction.atomic(), scopes_disabled():
        row = _asked(review, by)
        row.answered_by_id, row.answered_at = by.account_id, clock.now()
        row.ends_at = row.answered_at + timedelta(hours=min(row.hours, most_hours()))
        row.save(update_fields=["answered_by", "answered_at", "ends_at"])
        record(
            actor=by,
            action="breakglass.approve",
            target=row,
            merchant_id=row.merchant_id,
            reason=row.reason,
            detail={"hours": row.hours},
        )


def refuse_review(*, review: MailReview, because: str, by: Actor) -> None:
    """Raises: OwnRequest, AlreadyAnswered."""
    with transaction.atomic(), scopes_disabled():
        row = _asked(review, by)
        row.answered_by_id, row.answered_at, row.is_refused = by.account_id, clock.now(), True
        row.refused_because = because
        row.save(update_fields=["answered_by", "answered_at", "is_refused", "refused_because"])
        record(actor=by, action="breakglass.refuse", target=row, reason=because)


def _asked(review: MailReview, by: Actor) -> MailReview:
    """The row, held until the transaction ends. Raises: OwnRequest, AlreadyAnswered."""
    row = MailReview.objects.select_for_update(of=("self",)).get(pk=review.pk)
    if row.asked_by_id is None or row.asked_by_id == by.account_id:
        raise OwnRequest
    if row.state is not ReviewState.ASKED:
        raise AlreadyAnswered
    return row


def read_mail(*, review: MailReview, kind: MailKind, public_id: str, by: Actor) -> ShownMail:
    """One mail, for whoever asked, while the access lasts; written to the access record with the reason.

    Raises: NotOpen, NotCovered
    """
    with transaction.atomic(), scopes_disabled():
        row = MailReview.objects.select_for_update(of=("self",)).get(pk=review.pk)
        _require_open(row, by)
        mail = covered_row(row, kind, public_id)
        content = shown(mail)
        _note(row, kind, mail, by)
    return content


def _require_open(review: MailReview, by: Actor) -> None:
    """Raises: NotOpen."""
    if review.state is not ReviewState.RUNNING or review.asked_by_id != by.account_id:
        raise NotOpen


def _note(review: MailReview, kind: MailKind, mail: MailRow, by: Actor) -> None:
    MailLook.objects.create(review=review, kind=kind, number=mail.pk)
    record(
        actor=by,
        action="breakglass.look",
        target=label_of(kind, mail.pk),
        merchant_id=review.merchant_id,
        reason=review.reason,
        detail={"suspicion": review.suspicion},
    )


def end_review(*, review: MailReview, by: Actor) -> None:
    """Any operator may end it early; the shop is told at once. Raises: NotOpen."""
    with transaction.atomic(), scopes_disabled():
        row = MailReview.objects.select_for_update(of=("self",)).get(pk=review.pk)
        if row.state is not ReviewState.RUNNING:
            raise NotOpen
        row.ended_at = clock.now()
        row.save(update_fields=["ended_at"])
        record(actor=by, action="breakglass.end", target=row, merchant_id=row.merchant_id)
        tell_shop(row)

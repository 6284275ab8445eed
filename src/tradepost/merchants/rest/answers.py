"""Answers kept for calls with an ``Idempotency-Key``: how long, and how they are searched and erased."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta

from tradepost.datamap.subjects import SubjectRef
from tradepost.merchants.models import ApiAnswer

KEEP_FOR = timedelta(hours=24)
ERASED = 410  # the status of an answer that was erased


def due(now: datetime) -> int:
    return ApiAnswer.objects.filter(claimed_at__lt=now - KEEP_FOR).count()


def purge(now: datetime) -> int:
    return ApiAnswer.objects.filter(claimed_at__lt=now - KEEP_FOR).delete()[0]


def scan(needle: bytes) -> Iterable[str]:
    """Rows whose kept answer holds the text, written plainly or as JSON escapes it."""
    text = needle.decode("utf-8", "replace")
    for spelling in {text, json.dumps(text)[1:-1]}:
        for number in ApiAnswer.objects.filter(body__contains=spelling).values_list(
            "pk", flat=True
        ):
            yield f"merchants.ApiAnswer {number}"


def kept_about(subject: SubjectRef) -> Iterable[dict[str, object]]:
    """For the person's copy: when a program of the shop was answered with something about them.

    Not the answer: a list names others, too, and what it says of this person stands in the rows.
    """
    spelled = json.dumps(subject.email)[1:-1]
    answers = ApiAnswer.objects.filter(token__merchant=subject.merchant_id, body__contains=spelled)
    for row in answers.order_by("pk"):
        yield {"answered_at": row.finished_at, "named": subject.email}


def erase(subject: SubjectRef) -> int:
    """Empty all kept answers of the customer's merchant: a day's worth, and certain to miss nothing.

    The keys stay, so that a repeated call is still not done twice.
    """
    answers = ApiAnswer.objects.exclude(body="")
    if subject.merchant_id is not None:
        answers = answers.filter(token__merchant_id=subject.merchant_id)
    return answers.update(body="", status=ERASED)

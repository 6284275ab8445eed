"""``Idempotency-Key``: a call that is repeated with its key is answered again, not done again.

The effect and its answer are committed together. A process that dies in between leaves a claim
without an answer and no effect; after ``CLAIM_FOR`` the next try takes the claim over.
Follows draft-ietf-httpapi-idempotency-key-header: same key and other call, 422; still running, 409.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from ninja.decorators import decorate_view
from ninja.errors import HttpError

from tradepost.lib import clock
from tradepost.merchants.models import ApiAnswer, ApiToken
from tradepost.merchants.rest.answers import ERASED, KEEP_FOR
from tradepost.merchants.rest.auth import token_of
from tradepost.merchants.rest.problems import problem

CLAIM_FOR = timedelta(minutes=2)
LONGEST_KEY = 200


def idempotent[F: Callable[..., object]](operation: F) -> F:
    """Place directly below the ``@router.post`` line (or anywhere under it)."""
    decorated: F = decorate_view(_replaying)(operation)
    return decorated


def _replaying(run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(run)
    def once(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        key = request.headers.get("Idempotency-Key", "")
        token = token_of(request)
        if not key or token is None:
            return run(request, *args, **kwargs)
        if len(key) > LONGEST_KEY or not key.isprintable():
            return problem(422, f"Idempotency-Key is longer than {LONGEST_KEY} characters.")
        try:
            answer = _claim(token, _unreadable(key), _fingerprint(request))
        except HttpError as refused:
            return problem(refused.status_code, refused.message)
        if answer.finished_at:
            return _replay(answer)
        return _run_claimed(answer, lambda: run(request, *args, **kwargs))

    return once


def _claim(token: ApiToken, key: str, fingerprint: str) -> ApiAnswer:
    """A fresh claim, or the finished answer.

    Raises: HttpError 422 for another call under the same key, 409 while the first one runs.
    """
    now, claim = clock.now(), secrets.token_hex(16)
    ApiAnswer.objects.filter(token=token, key=key, claimed_at__lt=now - KEEP_FOR).delete()
    try:
        with transaction.atomic():
            return ApiAnswer.objects.create(
                token=token, key=key, fingerprint=fingerprint, claim=claim, claimed_at=now
            )
    except IntegrityError:
        answer = ApiAnswer.objects.filter(token=token, key=key).first()
    if answer is None:
        raise HttpError(409, "A call with this Idempotency-Key has just ended; try again.")
    if answer.fingerprint != fingerprint:
        raise HttpError(422, "This Idempotency-Key was used for another call.")
    if answer.finished_at:
        return answer
    taken = ApiAnswer.objects.filter(
        pk=answer.pk, claim=answer.claim, finished_at=None, claimed_at__lt=now - CLAIM_FOR
    ).update(claim=claim, claimed_at=now)
    if not taken:
        raise HttpError(409, "A call with this Idempotency-Key is still running.")
    answer.claim = claim
    return answer


def _run_claimed(answer: ApiAnswer, run: Callable[[], HttpResponse]) -> HttpResponse:
    """Do it and keep the answer, both or neither. A refused call releases its key."""
    mine = ApiAnswer.objects.filter(pk=answer.pk, claim=answer.claim, finished_at=None)
    try:
        with transaction.atomic():
            response = run()
            refused = response.status_code >= 400
            lost = not refused and not mine.update(
                finished_at=clock.now(),
                status=response.status_code,
                content_type=response.headers.get("Content-Type", ""),
                body=response.content.decode(),
            )
            if refused or lost:
                transaction.set_rollback(True)
    except BaseException:
        mine.delete()
        raise
    if refused:
        mine.delete()
    if lost:
        return problem(409, "A call with this Idempotency-Key is still running.")
    return response


def _replay(answer: ApiAnswer) -> HttpResponse:
    if answer.status == ERASED:
        return problem(ERASED, "The call was done; its answer has been erased since.")
    response = HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)
    response.headers["Idempotent-Replayed"] = "true"
    return response


def _unreadable(key: str) -> str:
    """A program may call it by its customer's address: it is compared, never read."""
    return hashlib.sha256(key.encode()).hexdigest()


def _fingerprint(request: HttpRequest) -> str:
    call = f"{request.method} {request.get_full_path()}\n".encode() + request.body
    return hashlib.sha256(call).hexdigest()

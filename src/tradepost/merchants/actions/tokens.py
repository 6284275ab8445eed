"""Making and revoking the keys of the API."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django_scopes import scopes_disabled

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.lib import clock
from tradepost.merchants.models import ApiToken, Merchant
from tradepost.modules.team import scopes as known_scopes

PREFIX = "tp_"
_USED_EVERY = timedelta(minutes=1)


class UnknownScope(ValueError):
    """The API has no such scope."""


def digest_of(text: str) -> str:
    """SHA-256 without salt: the secret has 256 random bits, so there is nothing to guess."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


@transaction.atomic
def create_token(
    *, merchant: Merchant, by: Actor, name: str, scopes: Iterable[str]
) -> tuple[ApiToken, str]:
    """Make a token; the second value is its text, which nobody can read again.

    Raises: UnknownScope.
    """
    wanted = sorted(set(scopes))
    unknown = sorted(set(wanted) - set(known_scopes))
    if not wanted or unknown:
        raise UnknownScope(", ".join(unknown))
    text = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        merchant=merchant,
        created_by_id=by.account_id,
        name=name,
        start=text[:8],
        digest=digest_of(text),
        scopes=wanted,
    )
    record(
        actor=by,
        action="merchants.create_token",
        target=token,
        merchant_id=merchant.pk,
        detail={"scopes": wanted},
    )
    return token, text


@transaction.atomic
def revoke_token(*, token: ApiToken, by: Actor) -> None:
    """The token opens nothing from now on; revoking it again changes nothing."""
    changed = ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=clock.now())
    if changed:
        record(
            actor=by, action="merchants.revoke_token", target=token, merchant_id=token.merchant_id
        )


def count_call(*, token: ApiToken, limit: int) -> bool:
    """Count a call in the minute that runs, in one UPDATE; False once ``limit`` is passed."""
    now = clock.now()
    fresh = Q(minute_began_at__gt=now - _USED_EVERY)
    with scopes_disabled():
        changed = (
            ApiToken.objects.filter(pk=token.pk, revoked_at=None)
            .filter(~fresh | Q(minute_began_at=None) | Q(calls_this_minute__lt=limit))
            .update(
                last_used_at=now,
                minute_began_at=Case(When(fresh, then=F("minute_began_at")), default=Value(now)),
                calls_this_minute=Case(
                    When(fresh, then=F("calls_this_minute") + 1), default=Value(1)
                ),
            )
        )
    return bool(changed)

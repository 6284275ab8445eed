"""Giving one's word for a promise that no program can check."""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction

from tradepost.assurance.actions.run_promises import NobodyVouches, UnknownPromise
from tradepost.assurance.checks import load_checks
from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.datamap.promises import Evidence, keeps
from tradepost.lib import clock
from tradepost.lib.addresses import normalise_email
from tradepost.notice.models import Attestation

VALID = timedelta(days=365)


def attestation_check(promise: str) -> Callable[[], str]:
    """Register the check of an attested promise: somebody's word that has not expired."""

    def check() -> str:
        word = (
            Attestation.objects.filter(promise=promise, expires_at__gt=clock.now())
            .order_by("-given_at")
            .first()
        )
        if word is None:
            raise NobodyVouches("Nobody vouches for this at the moment.")
        return (
            f"{word.by_name} vouches for it since {word.given_at:%Y-%m-%d}, "
            f"until {word.expires_at:%Y-%m-%d}: {word.statement}"
        )

    check.__name__ = f"vouched_{promise}".replace(".", "_").replace("-", "_")
    return keeps(promise, Evidence.ATTESTED)(check)


def attest(*, promise: str, by_name: str, by_email: str, statement: str) -> Attestation:
    """Store somebody's word; it holds for a year.

    Raises:
        UnknownPromise: no attested check is registered for it.
        InvalidEmail
    """
    if not any(check.evidence is Evidence.ATTESTED for check in load_checks().get(promise, ())):
        raise UnknownPromise(promise)
    now = clock.now()
    with transaction.atomic():
        word = Attestation.objects.create(
            promise=promise,
            by_name=by_name.strip(),
            by_email=normalise_email(by_email),
            statement=statement.strip(),
            given_at=now,
            expires_at=now + VALID,
        )
        record(
            actor=Actor.at_machine("attest"),
            action="assurance.attest",
            target=word,
            detail={"promise": promise},
        )
    return word

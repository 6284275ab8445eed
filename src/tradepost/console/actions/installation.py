"""Whose database this is: the key it was made with, and whether it may be a demo."""

import hmac

from django.conf import settings
from django.db import transaction

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.console.models import Installation
from tradepost.lib import clock
from tradepost.lib.keys import derived_key

LOST_WITH_THE_KEY = (
    "links in mail that was sent, unsubscribe links among them",
    "the list of addresses that must not be written to (import it again before you send anything)",
    "secrets of payment gateways and of servers that are told of orders, to be typed in again",
    "second factors and recovery codes, to be set up again; everybody is signed out",
    "hashes of buy buttons on the merchants' own pages, to be made again",
)


class ForeignKey(Exception):
    """The secret key is not the one that this database was made with."""


def settle_installation(*, as_demo: bool) -> Installation:
    """The row, made when there is none yet; ``as_demo`` counts only then.

    Raises: ForeignKey.
    """
    row, _is_new = Installation.objects.get_or_create(
        pk=1, defaults={"key_print": _print_of_key(), "is_demo": as_demo}
    )
    if not hmac.compare_digest(row.key_print, _print_of_key()):
        raise ForeignKey
    return row


def become_demo() -> None:
    """Asked for by hand, into an installation without shops."""
    Installation.objects.update_or_create(
        pk=1, defaults={"key_print": _print_of_key(), "is_demo": True}
    )


def require_own_key() -> None:
    """Raises: ForeignKey, before anything is read or written under a wrong key."""
    settle_installation(as_demo=False)


@transaction.atomic
def accept_key() -> bool:
    """Go on with another key, on record. False, when it is the known one already."""
    row = Installation.objects.select_for_update().filter(pk=1).first()
    if row is None or row.key_print == _print_of_key():
        return False
    detail = {"from": row.key_print[:12], "to": _print_of_key()[:12]}
    Installation.objects.filter(pk=1).update(key_print=_print_of_key(), key_changed_at=clock.now())
    record(actor=Actor.at_machine("accept_key"), action="console.accept_key", detail=detail)
    return True


def _print_of_key() -> str:
    return derived_key(settings.SECRET_KEY, "fingerprint of the installation").hex()

"""The merchant's access codes at providers. Only the folders of this package may import this file.

The promise collect.no-provider-secrets checks that, and that no page ever shows what is sealed here.
"""

import json

from django.conf import settings

from tradepost.lib import clock
from tradepost.lib.sealed import NotSealedHere, Sealer
from tradepost.payments.models import GatewayAccount


def _sealer() -> Sealer:
    return Sealer(settings.SECRET_KEY.encode(), "payments.gateways")


def seal_secrets(account: GatewayAccount, given: dict[str, str]) -> None:
    """Seal what was given over what is there; an empty value keeps the old one. ``account`` is unsaved."""
    changed = {name: value for name, value in given.items() if value}
    if changed:
        _seal(account, readable_secrets(account) | changed)


def seal_draft(account: GatewayAccount, given: dict[str, str], prefix: str) -> None:
    """Keep what was typed beside what is in use, under names of its own, until :func:`take_draft`."""
    seal_secrets(account, {prefix + name: value for name, value in given.items()})


def take_draft(account: GatewayAccount, given: dict[str, str], prefix: str) -> bool:
    """Put what was given, or else what was drafted, into use; whether anything has changed by it."""
    before = readable_secrets(account)
    drafted = {
        name.removeprefix(prefix): value
        for name, value in before.items()
        if name.startswith(prefix)
    }
    in_use = {name: value for name, value in before.items() if not name.startswith(prefix)}
    after = in_use | drafted | {name: value for name, value in given.items() if value}
    if after != before:
        _seal(account, after)
    return after != in_use


def _seal(account: GatewayAccount, secrets: dict[str, str]) -> None:
    account.sealed = _sealer().seal(json.dumps(secrets))
    account.sealed_at = clock.now()


def unseal_secrets(account: GatewayAccount) -> dict[str, str]:
    """Raises: NotSealedHere, when SECRET_KEY is not the one they were sealed under."""
    if not account.sealed:
        return {}
    secrets: dict[str, str] = json.loads(_sealer().unseal(account.sealed))
    return secrets


def readable_secrets(account: GatewayAccount) -> dict[str, str]:
    """None where SECRET_KEY has changed since: the merchant is asked to type them in again."""
    try:
        return unseal_secrets(account)
    except NotSealedHere:
        return {}

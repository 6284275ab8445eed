"""The merchant's access codes at providers. Only the folders of this package may import this file.

The promise collect.no-provider-secrets checks that, and that no page ever shows what is sealed here.
"""

import json

from django.conf import settings
from django.utils import timezone

from tradepost.lib.sealed import Sealer
from tradepost.payments.models import GatewayAccount


def _sealer() -> Sealer:
    return Sealer(settings.SECRET_KEY.encode(), "payments.gateways")


def seal_secrets(account: GatewayAccount, given: dict[str, str]) -> None:
    """Seal what was given over what is there; an empty value keeps the old one. ``account`` is unsaved."""
    changed = {name: value for name, value in given.items() if value}
    if not changed:
        return
    secrets = unseal_secrets(account) | changed
    account.sealed = _sealer().seal(json.dumps(secrets))
    account.sealed_at = timezone.now()


def unseal_secrets(account: GatewayAccount) -> dict[str, str]:
    """Raises: Unreadable, when SECRET_KEY is not the one they were sealed under."""
    if not account.sealed:
        return {}
    secrets: dict[str, str] = json.loads(_sealer().unseal(account.sealed))
    return secrets

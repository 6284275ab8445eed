"""Proving that a provider takes the merchant's key and that its signed messages arrive."""

import secrets

from django.conf import settings
from django.db import transaction

from tradepost.audit.actions import record
from tradepost.audit.types import SYSTEM, Actor
from tradepost.lib import clock
from tradepost.payments.models import GatewayAccount
from tradepost.payments.registry import gateway_named
from tradepost.payments.types import PaymentRefused


def begin_test(*, account: GatewayAccount, by: Actor) -> None:
    """Make the provider send a signed message; when it comes, :func:`confirm_connection` is called.

    The mark is saved before the provider is asked, whose answer may overtake ours. Call it outside a
    transaction. Until the message comes the way of paying is not offered.

    Raises:
        PaymentRefused: the provider does not take the key; GatewayUnreachable: it does not answer.
    """
    mark = secrets.token_hex(12)
    with transaction.atomic():
        locked = GatewayAccount.objects.select_for_update(of=("self",)).get(pk=account.pk)
        locked.settings = {"test": {"mark": mark, "at": clock.now().isoformat()}}
        locked.save(update_fields=["settings"])
        record(
            actor=by,
            action="payments.test_connection",
            target=locked,
            merchant_id=locked.merchant_id,
            detail={"gateway": locked.gateway},
        )
    try:
        gateway_named(locked.gateway).begin_test(locked, mark, settings.TRADEPOST.base_url)
    except PaymentRefused:
        GatewayAccount.objects.filter(pk=locked.pk, settings__test__mark=mark).update(settings={})
        raise


def confirm_connection(*, account: GatewayAccount, mark: str) -> bool:
    """The message of the test has come, signed: the way of paying may be offered from now on.

    False for another test's mark, such as one that other secrets were typed in after.
    """
    with transaction.atomic():
        locked = GatewayAccount.objects.select_for_update(of=("self",)).get(pk=account.pk)
        if (locked.settings.get("test") or {}).get("mark") != mark:
            return False
        locked.settings = {"proven_at": clock.now().isoformat()}
        locked.save(update_fields=["settings"])
        record(
            actor=SYSTEM,
            action="payments.connection_proven",
            target=locked,
            merchant_id=locked.merchant_id,
            detail={"gateway": locked.gateway},
        )
    return True


def note_other_signature(*, account: GatewayAccount) -> None:
    """While a test waits, a message came whose signature is not of the stored secret."""
    with transaction.atomic():
        locked = GatewayAccount.objects.select_for_update(of=("self",)).get(pk=account.pk)
        test = locked.settings.get("test")
        if test and not test.get("mis_signed"):
            locked.settings = {"test": test | {"mis_signed": True}}
            locked.save(update_fields=["settings"])

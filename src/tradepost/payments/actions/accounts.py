"""Setting a way of paying up."""

from django import forms
from django.db import transaction

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.merchants.models import Merchant
from tradepost.payments.models import GatewayAccount
from tradepost.payments.registry import gateway_named


def open_account(*, merchant: Merchant, gateway: str) -> GatewayAccount:
    """The merchant's row of a gateway, made switched off if there is none: its address is wanted at the
    provider before there is anything to save."""
    row, _made = GatewayAccount.objects.get_or_create(
        merchant=merchant, gateway=gateway, defaults={"enabled": False}
    )
    return row


def save_account(*, account: GatewayAccount, form: forms.Form, by: Actor) -> GatewayAccount:
    """Take over a valid form; the gateway seals what is secret before it is saved. The record names
    what was changed, never to what."""
    gateway_named(account.gateway).store(account, form)
    return _save(account, form, by, "payments.change_account")


def keep_typed_secrets(*, account: GatewayAccount, form: forms.Form, by: Actor) -> GatewayAccount:
    """Seal what was typed well into a form that was refused for another field; it is not in use yet."""
    sealed = account.sealed
    gateway_named(account.gateway).keep_typed(account, form)
    if account.sealed == sealed:
        return account
    return _save(account, form, by, "payments.keep_draft")


def _save(account: GatewayAccount, form: forms.Form, by: Actor, action: str) -> GatewayAccount:
    with transaction.atomic():
        account.save()
        record(
            actor=by,
            action=action,
            target=account,
            merchant_id=account.merchant_id,
            detail={"gateway": account.gateway, "changed": sorted(form.changed_data)},
        )
    return account

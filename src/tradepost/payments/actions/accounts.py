"""Setting a way of paying up."""

from django import forms
from django.db import models, transaction

from tradepost.audit.actions import record
from tradepost.payments.models import GatewayAccount
from tradepost.payments.registry import gateway_named


def save_account(
    *, account: GatewayAccount, form: forms.Form, by: models.Model | str
) -> GatewayAccount:
    """Take over a valid form; the gateway seals what is secret before it is saved. The record names
    what was changed, never to what."""
    gateway_named(account.gateway).store(account, form)
    with transaction.atomic():
        account.save()
        record(
            actor=by,
            action="payments.change_account",
            target=account,
            merchant_id=account.merchant_id,
            detail={"gateway": account.gateway, "changed": sorted(form.changed_data)},
        )
    return account

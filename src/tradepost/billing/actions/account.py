"""The account that pays for a shop's plan."""

from django.db import transaction
from django.db.models.functions import Lower
from django_scopes import scopes_disabled

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.billing.actions.letters import mail_access
from tradepost.billing.models import BillingAccount
from tradepost.billing.queries import running_subscription
from tradepost.billing.types import BILLING_ROLE, AccountFacts, NotSubscribed
from tradepost.merchants.actions.team import invite
from tradepost.merchants.models import Membership, Merchant


def open_account(*, merchant: Merchant, facts: AccountFacts, by: Actor) -> BillingAccount:
    """Made in the transaction that joins a paid plan; its access details are mailed to it.

    Whoever it belongs to and is not of the team is invited into it, for billing alone.

    Raises: TooManyInvitations, TooMany, NotYet, InvalidEmail.
    """
    account = BillingAccount.objects.create(merchant=merchant, **facts)
    _let_in(account, by)
    return account


def change_account(*, merchant: Merchant, facts: AccountFacts, by: Actor) -> BillingAccount:
    """A new billing e-mail gets the access details.

    Raises: NotSubscribed; TooManyInvitations, TooMany, NotYet, InvalidEmail.
    """
    with transaction.atomic(), scopes_disabled():
        Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
        if running_subscription(merchant) is None:
            raise NotSubscribed
        account = BillingAccount.objects.filter(merchant=merchant).first()
        if account is None:
            account = open_account(merchant=merchant, facts=facts, by=by)
        else:
            _change(account, facts, by)
        record(actor=by, action="billing.change_account", target=account, merchant_id=merchant.pk)
    return account


def _change(account: BillingAccount, facts: AccountFacts, by: Actor) -> None:
    moves = facts["email"] != account.email
    for name, said in facts.items():
        setattr(account, name, said)
    account.save(update_fields=list(facts))
    if moves:
        _let_in(account, by)


def _let_in(account: BillingAccount, by: Actor) -> None:
    mail_access(account)
    team = Membership.objects.filter(merchant_id=account.merchant_id)
    if not team.annotate(address=Lower("user__email")).filter(address=account.email).exists():
        invite(merchant=account.merchant, by=by, email=account.email, role=BILLING_ROLE)

"""Who works for the shop: invited by mail, given a role, removed."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django_scopes import scopes_disabled

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.delivery.actions import queue_mail
from tradepost.delivery.types import Stream
from tradepost.identity.actions import limits
from tradepost.identity.actions.accounts import create_account
from tradepost.identity.models import User
from tradepost.lib import clock
from tradepost.lib.addresses import normalise_email
from tradepost.merchants.models import Invitation, Membership, Merchant
from tradepost.merchants.newcomers import refuse_early
from tradepost.merchants.types import Role
from tradepost.modules.team import roles

GOOD_FOR = timedelta(days=7)
MOST_OPEN = 20
_SALT = "merchants.invitation"


class InvitationSpent(ValueError):
    """Forged, too old, used or withdrawn."""


class WrongPerson(ValueError):
    """The invitation was sent to another address."""


class AlreadyMember(ValueError):
    """The person belongs to the team."""


class TooManyInvitations(ValueError):
    """Withdraw some open invitations first."""


class LastOwner(ValueError):
    """A shop is never without an owner."""


@transaction.atomic
def invite(*, merchant: Merchant, by: Actor, email: str, role: str) -> Invitation:
    """Mail an invitation; one that is open for the same address is withdrawn.

    Raises: InvalidEmail, AlreadyMember, TooManyInvitations, TooMany, NotYet.
    """
    email = normalise_email(email)
    Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
    refuse_early(merchant, email, role)
    if Membership.objects.filter(merchant=merchant, user__email=email).exists():
        raise AlreadyMember(email)
    limits.spend("invitation", address=email, shop=merchant)
    open_ones = open_invitations(merchant)
    open_ones.filter(email=email).update(withdrawn_at=clock.now())
    if open_ones.count() >= MOST_OPEN:
        raise TooManyInvitations
    invitation = Invitation.objects.create(
        merchant=merchant, email=email, role=role, invited_by_id=by.account_id
    )
    record(
        actor=by,
        action="merchants.invite",
        target=invitation,
        merchant_id=merchant.pk,
        detail={"role": role},
    )
    queue_mail(
        to=email,
        template="merchants/invitation",
        context={
            "shop": merchant.name,
            "inviter": _name_of(by),
            "role": roles[role].label,
            "days": GOOD_FOR.days,
            "link": settings.TRADEPOST.base_url
            + reverse("merchants:join", args=[token_of(invitation)]),
        },
        stream=Stream.SERVICE,
        merchant=merchant,
        language=merchant.language,
    )
    return invitation


def _name_of(actor: Actor) -> str:
    if actor.account_id is None:
        return ""
    return User.objects.get(pk=actor.account_id).name


def open_invitations(merchant: Merchant) -> QuerySet[Invitation]:
    return Invitation.objects.filter(
        merchant=merchant,
        accepted_at=None,
        withdrawn_at=None,
        made_at__gt=clock.now() - GOOD_FOR,
    ).order_by("-pk")


def token_of(invitation: Invitation) -> str:
    return signing.dumps(invitation.pk, salt=_SALT)


def read_invitation(token: str) -> Invitation:
    """The open invitation behind a link. Raises: InvitationSpent."""
    try:
        number = signing.loads(token, salt=_SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        raise InvitationSpent from None
    with scopes_disabled():
        invitation = (
            Invitation.objects.select_related("merchant", "invited_by")
            .filter(pk=number, accepted_at=None, withdrawn_at=None)
            .first()
        )
    if invitation is None:
        raise InvitationSpent
    return invitation


@transaction.atomic
def accept(*, invitation: Invitation, user: User) -> Membership:
    """The person joins the team; of two clicks at once the second finds the invitation spent.

    Raises: InvitationSpent, WrongPerson, NotYet.
    """
    if user.email != invitation.email:
        raise WrongPerson
    refuse_early(invitation.merchant, user.email, invitation.role)
    with scopes_disabled():
        spent = Invitation.objects.filter(
            pk=invitation.pk, accepted_at=None, withdrawn_at=None
        ).update(accepted_at=clock.now())
    if not spent:
        raise InvitationSpent
    membership, _made = Membership.objects.get_or_create(
        merchant=invitation.merchant, user=user, defaults={"role": invitation.role}
    )
    record(
        actor=Actor.user(user),
        action="merchants.accept_invitation",
        target=membership,
        merchant_id=invitation.merchant_id,
        detail={"role": membership.role},
    )
    return membership


@transaction.atomic
def accept_as_new(*, invitation: Invitation, name: str, password: str, language: str) -> User:
    """Make an account for the invited address and join the team, both or neither.

    The link came by mail, so the address is right. Raises: InvitationSpent, AccountExists, NotYet.
    """
    user = create_account(
        email=invitation.email,
        name=name,
        password=password,
        language=language,
        time_zone=invitation.merchant.time_zone,
    )
    accept(invitation=invitation, user=user)
    return user


@transaction.atomic
def withdraw(*, invitation: Invitation, by: Actor) -> None:
    """The link stops working; withdrawing again changes nothing."""
    changed = Invitation.objects.filter(
        pk=invitation.pk, accepted_at=None, withdrawn_at=None
    ).update(withdrawn_at=clock.now())
    if changed:
        record(
            actor=by,
            action="merchants.withdraw_invitation",
            target=invitation,
            merchant_id=invitation.merchant_id,
        )


@transaction.atomic
def change_role(*, membership: Membership, by: Actor, role: str) -> None:
    """Raises: LastOwner, NotYet."""
    locked = _lock(membership)
    if locked.role == role:
        return
    refuse_early(membership.merchant, locked.user.email, role)
    _keep_an_owner(locked)
    before, locked.role = locked.role, role
    locked.save(update_fields=["role"])
    record(
        actor=by,
        action="merchants.change_role",
        target=locked,
        merchant_id=locked.merchant_id,
        detail={"from": before, "to": role},
    )


@transaction.atomic
def remove(*, membership: Membership, by: Actor) -> None:
    """The person is shut out at once; their account stays. Raises: LastOwner."""
    locked = _lock(membership)
    _keep_an_owner(locked)
    record(
        actor=by,
        action="merchants.remove_member",
        target=locked.user,
        merchant_id=locked.merchant_id,
    )
    locked.delete()


def _lock(membership: Membership) -> Membership:
    """Two owners removing each other wait for one another at the shop's row."""
    Merchant.objects.select_for_update(no_key=True).get(pk=membership.merchant_id)
    return Membership.objects.select_related("user").get(pk=membership.pk)


def _keep_an_owner(membership: Membership) -> None:
    owners = Membership.objects.filter(merchant_id=membership.merchant_id, role=Role.OWNER)
    if membership.role == Role.OWNER and not owners.exclude(pk=membership.pk).exists():
        raise LastOwner


def invitations_due(now: datetime) -> int:
    return _old(now).count()


def purge_invitations(now: datetime) -> int:
    with scopes_disabled():
        return _old(now).delete()[0]


def _old(now: datetime) -> QuerySet[Invitation]:
    with scopes_disabled():
        return Invitation.objects.filter(made_at__lt=now - 2 * GOOD_FOR)

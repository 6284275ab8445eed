"""Making, changing and ending accounts."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import QuerySet

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.datamap.held import refuse_held
from tradepost.identity.events import NeverConfirmed
from tradepost.identity.models import User
from tradepost.lib import clock
from tradepost.lib.addresses import normalise_email
from tradepost.modules.events import publish

CONFIRM_WITHIN = timedelta(days=14)


class AccountExists(ValueError):
    """Somebody signs in with this address already."""


@transaction.atomic
def create_account(
    *, email: str, name: str, password: str, language: str = "en", time_zone: str = "UTC"
) -> User:
    """An account whose address is known to be right: invited by mail, or made on the console.

    Raises: AccountExists, InvalidEmail.
    """
    email = normalise_email(email)
    if User.objects.filter(email=email).exists():
        raise AccountExists(email)
    user = User.objects.create_user(
        email, password, name=name, language=language, time_zone=time_zone
    )
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    record(actor=Actor.user(user), action="identity.create_account", target=user)
    return user


@transaction.atomic
def change_details(*, user: User, name: str, language: str, time_zone: str) -> User:
    changed = [
        field
        for field, value in {"name": name, "language": language, "time_zone": time_zone}.items()
        if getattr(user, field) != value
    ]
    if changed:
        user.name, user.language, user.time_zone = name, language, time_zone
        user.save(update_fields=["name", "language", "time_zone"])
        record(
            actor=Actor.user(user),
            action="identity.change_details",
            target=user,
            detail={"fields": changed},
        )
    return user


@transaction.atomic
def delete_account(*, user: User, by: Actor) -> None:
    """The account goes with its sign-ins, second factors and activity. Its memberships must be gone.

    Raises: HeldRecord.
    """
    refuse_held(user)
    record(actor=by, action="identity.delete_account", target=user)
    user.delete()


def unconfirmed_due(now: datetime) -> int:
    return _unconfirmed(now).count()


def purge_unconfirmed(now: datetime | None) -> int:
    """Accounts whose address was never confirmed; somebody may have typed another person's.

    Publishes ``NeverConfirmed`` for each, so that what was made at signing up goes, too.
    """
    gone = 0
    for user in _unconfirmed(now)[:1000]:
        with transaction.atomic():
            publish(NeverConfirmed(user_id=user.pk), merchant_id=None)
            delete_account(user=user, by=Actor.job("identity.purge_unconfirmed"))
        gone += 1
    return gone


def _unconfirmed(now: datetime | None) -> QuerySet[User]:
    confirmed = EmailAddress.objects.filter(verified=True).values("user")
    old = (now or clock.now()) - CONFIRM_WITHIN
    return User.objects.filter(joined_at__lt=old, last_login=None).exclude(pk__in=confirmed)

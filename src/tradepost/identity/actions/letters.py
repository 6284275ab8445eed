"""Letters about signing in."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.tasks import task
from django.urls import reverse

from tradepost.delivery.actions import queue_mail
from tradepost.delivery.types import Stream
from tradepost.identity.actions import limits
from tradepost.identity.actions.lockout import LINK_LIVES, make_access_link
from tradepost.identity.models import User


@task
def tell_owner(user_id: int, *, unasked: bool) -> None:
    """Mail the link that lets the owner in. Number 0 stands for an account that does not exist.

    A task, so that the answer to a wrong password takes no longer for accounts that exist.
    ``unasked`` letters go out once in some hours, or a stranger could fill the owner's mailbox.
    """
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return
    with transaction.atomic():
        secret = make_access_link(user=user, unasked=unasked)
        if secret is None:
            return
        queue_mail(
            to=user.email,
            template="identity/let_me_in",
            context={
                "link": settings.TRADEPOST.base_url + reverse("account:let_me_in", args=[secret]),
                "hours": round(LINK_LIVES.total_seconds() / 3600),
                "unasked": unasked,
                "reset_link": settings.TRADEPOST.base_url + reverse("account_reset_password"),
            },
            stream=Stream.SERVICE,
            language=user.language,
        )


@task
def tell_owner_of_guesses(user_id: int) -> None:
    """Somebody knows the password and tries codes: say so, with the ways to end it.

    One letter in some hours; the activity page lists every try.
    """
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return
    with transaction.atomic():
        try:
            limits.spend("warning", address=user.email)
        except limits.TooMany:
            return
        secret = make_access_link(user=user, unasked=False)
        queue_mail(
            to=user.email,
            template="identity/codes_guessed",
            context={
                "link": settings.TRADEPOST.base_url + reverse("account:let_me_in", args=[secret]),
                "hours": round(LINK_LIVES.total_seconds() / 3600),
                "reset_link": settings.TRADEPOST.base_url + reverse("account_reset_password"),
            },
            stream=Stream.SERVICE,
            language=user.language,
        )


@task
def mail_reset_link(user_id: int) -> None:
    """Mail the link to a new password. Number 0 stands for an address without an account."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return
    key = [user_pk_to_url_str(user), default_token_generator.make_token(user)]
    queue_mail(
        to=user.email,
        template="identity/reset_password",
        context={
            "link": settings.TRADEPOST.base_url
            + reverse("account_reset_password_from_key", args=key),
        },
        stream=Stream.SERVICE,
        language=user.language,
    )

"""What allauth announces goes into the activity log."""

from allauth.account import signals
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa import signals as second_factor
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from tradepost.identity.actions.activity import log
from tradepost.identity.actions.lockout import remember_network
from tradepost.identity.models import ActivityKind, User
from tradepost.identity.network import network_of
from tradepost.identity.sign_in.known_browser import remember
from tradepost.identity.sign_in.second_factor import take_codes_until_now
from tradepost.lib.visitors import is_from_the_net


@receiver(signals.authentication_step_completed)
def keep_no_address(request: HttpRequest, **kwargs: object) -> None:
    """allauth notes in the session what was typed to sign in; when and how is all that is asked later."""
    noted = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {name: value for name, value in one.items() if name not in {"email", "username", "phone"}}
        for one in noted
    ]


@receiver(user_logged_in)
def signed_in(request: HttpRequest | None, user: User, **kwargs: object) -> None:
    """Runs after the second factor, too; only then does the network count as the owner's."""
    if request is None or not is_from_the_net(request.META):
        return
    log(request=request, kind=ActivityKind.SIGNED_IN, user=user)
    remember_network(user=user, network=network_of(request))
    remember(request, user)


@receiver(user_logged_out)
def signed_out(request: HttpRequest | None, user: User | None, **kwargs: object) -> None:
    if request is not None and user is not None and user.pk:
        log(request=request, kind=ActivityKind.SIGNED_OUT, user=user)


@receiver(
    [
        signals.password_changed,
        signals.password_reset,
        signals.password_set,
        signals.email_changed,
        second_factor.authenticator_added,
        second_factor.authenticator_removed,
        second_factor.authenticator_reset,
    ]
)
def changed(request: HttpRequest, user: User, **kwargs: object) -> None:
    log(request=request, kind=ActivityKind.CHANGED, user=user)


@receiver(second_factor.authenticator_added)
def added(authenticator: Authenticator, **kwargs: object) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        take_codes_until_now(authenticator)

"""Guesses at the second factor: counted, delayed, written down, and told to the owner."""

from collections.abc import Iterator
from contextlib import contextmanager

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt, is_mfa_enabled
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import ngettext

from tradepost.identity.actions import lockout
from tradepost.identity.actions.activity import log
from tradepost.identity.actions.letters import tell_owner_of_guesses
from tradepost.identity.models import ActivityKind, User
from tradepost.identity.network import network_of
from tradepost.identity.sign_in.known_browser import name_of_browser
from tradepost.identity.sign_in.session import pass_id_of
from tradepost.lib import clock


@contextmanager
def guess(*, request: HttpRequest, user: User) -> Iterator[None]:
    """Around the look at a code or passkey. Raises: ValidationError, also when it is blocked."""
    network, pass_id = network_of(request), pass_id_of(request)
    try:
        attempt = lockout.begin_code(
            user=user, network=network, pass_id=pass_id, browser=name_of_browser(request, user)
        )
    except lockout.Blocked as blocked:
        log(request=request, kind=ActivityKind.BLOCKED, user=user)
        raise ValidationError(wait(blocked), code="blocked") from None
    try:
        yield
    except ValidationError:
        log(request=request, kind=ActivityKind.WRONG_CODE, user=user)
        if attempt.blocks:
            tell_owner_of_guesses.enqueue(user.pk)
        raise
    lockout.forgive(attempt)


def take_code(app: Authenticator, code: str) -> bool:
    """Whether this code is newer than any that the app was used with (RFC 6238, 5.2); takes it, if so.

    Remembered with the app itself. allauth remembers the code in the cache, which may be away.
    """
    with transaction.atomic():
        held = Authenticator.objects.select_for_update().get(pk=app.pk)
        secret = decrypt(held.data["secret"])
        fitting = [
            step for step in totp.yield_hotp_counters_from_time() if _fits(secret, step, code)
        ]
        newest = max(fitting, default=-1)
        if newest <= held.data.get("last_step", -1):
            return False
        app.data = held.data = {**held.data, "last_step": newest}
        held.save(update_fields=["data"])
    return True


def take_codes_until_now(app: Authenticator) -> None:
    """The one that the app was added with opens nothing any more."""
    app.data = {**app.data, "last_step": max(totp.yield_hotp_counters_from_time())}
    app.save(update_fields=["data"])


def _fits(secret: str, step: int, code: str) -> bool:
    expected = totp.format_hotp_value(totp.hotp_value(secret, step))
    return bool(compare_user_code(actual=code, expected=expected))


def wait(blocked: lockout.Blocked) -> str:
    """How long a blocked person has to wait, and the way past it."""
    minutes = max(1, round((blocked.until - clock.now()).total_seconds() / 60))
    text = ngettext(
        "Too many tries. Wait a minute, or have a sign-in link sent to your address.",
        "Too many tries. Wait %(minutes)d minutes, or have a sign-in link sent to your address.",
        minutes,
    )
    return text % {"minutes": minutes}


def has_second_factor(user: User) -> bool:
    return bool(is_mfa_enabled(user))

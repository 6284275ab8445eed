"""Where django-allauth meets the house: mail, lockout, truncated addresses, sealed secrets."""

from typing import override
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tradepost.delivery.actions import queue_mail
from tradepost.delivery.types import Stream
from tradepost.identity.actions import limits, lockout
from tradepost.identity.actions.activity import log
from tradepost.identity.actions.letters import tell_owner
from tradepost.identity.models import ActivityKind, User
from tradepost.identity.network import network_of
from tradepost.identity.sealing import seal, unseal
from tradepost.identity.sign_in.known_browser import name_of_browser
from tradepost.identity.sign_in.second_factor import wait
from tradepost.identity.sign_in.session import pass_id_of
from tradepost.lib import clock
from tradepost.lib.addresses import InvalidEmail, normalise_email
from tradepost.ui.problems import problem_of

_LETTERS = {
    "account/email/email_confirmation": "identity/confirm_email",
    "account/email/email_confirmation_signup": "identity/confirm_email",
    "account/email/account_already_exists": "identity/account_exists",
}


def tidy(email: str) -> str:
    """The normalised address, or what was typed in lower case when it is no address at all."""
    try:
        return normalise_email(email)
    except InvalidEmail:
        return email.strip().lower()[:254]


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Signing in goes through :mod:`~tradepost.identity.actions.lockout`, mail through ``delivery``."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "duplicate_email": gettext_lazy("This is the address you have."),
        "email_password_mismatch": gettext_lazy("Address and password do not belong together."),
        "enter_current_password": gettext_lazy("This is not your password now; type it again."),
        "incorrect_password": gettext_lazy("This is not your password; type it again."),
        "rate_limited": gettext_lazy("Too many tries. Wait some minutes, then try again."),
    }

    def get_client_ip(self, request: HttpRequest) -> str:
        """Truncated: rate limits and notices need the network, not the machine."""
        return network_of(request) or "0.0.0.0"  # noqa: S104  a name for "unknown", nothing listens

    def clean_email(self, email: str) -> str:
        try:
            return normalise_email(email)
        except InvalidEmail as error:
            raise ValidationError(problem_of(error)) from None

    def authenticate(self, request: HttpRequest, **credentials: object) -> User | None:
        """Count the try, then look at the password. Raises: ValidationError when blocked."""
        email = tidy(str(credentials.get("email") or ""))
        network = network_of(request)
        try:
            attempt = lockout.begin_try(
                email=email,
                network=network,
                pass_id=pass_id_of(request),
                browser=name_of_browser(request, _user(email)),
            )
        except lockout.Blocked as blocked:
            log(request=request, kind=ActivityKind.BLOCKED, user=_user(email))
            raise ValidationError(wait(blocked), code="blocked") from None
        AuthenticationBackend.unstash_authenticated_user()
        user = authenticate(request, **{**credentials, "email": email})
        user = user or AuthenticationBackend.unstash_authenticated_user()
        if user is None:
            self._failed(request, email, attempt)
            return None
        lockout.forgive(attempt)
        return user

    def _failed(self, request: HttpRequest, email: str, attempt: lockout.Try) -> None:
        """Same steps and same cost whether or not the account exists."""
        user = _user(email)
        log(request=request, kind=ActivityKind.FAILED, user=user)
        if attempt.blocks:
            tell_owner.enqueue(user.pk if user else 0, unasked=True)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        if template_prefix in _LETTERS and not self._may_be_mailed(email):
            return
        user = context.get("user") or _user(email)
        queue_mail(
            to=email,
            template=_LETTERS.get(template_prefix, "identity/account_changed"),
            context={
                "link": self._link_in(context),
                "what": _changes().get(template_prefix.rpartition("/")[2], ""),
                "network": context.get("ip", ""),
                "at": context.get("timestamp") or clock.now(),
            },
            stream=Stream.SERVICE,
            language=getattr(user, "language", None) or translation.get_language() or "en",
        )

    def _may_be_mailed(self, email: str) -> bool:
        """Whoever typed the address may not be its owner. The links mailed before still work."""
        try:
            network = network_of(self.request) if self.request else ""
            limits.spend("account letter", address=email, network=network)
        except limits.TooMany:
            return False
        return True

    @staticmethod
    def _link_in(context: dict[str, object]) -> str:
        """The link of a letter, always under the public address, whatever host was asked."""
        base = str(settings.TRADEPOST.base_url)
        for name in ("activate_url", "password_reset_url"):
            if context.get(name):
                return base + str(urlsplit(str(context[name])).path)
        return base + reverse("account:details")

    @override
    def save_user(
        self, request: HttpRequest, user: User, form: object, commit: bool = True
    ) -> User:
        user.language = translation.get_language() or "en"
        saved: User = super().save_user(request, user, form, commit)
        return saved


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Keeps the secrets of authenticator apps and recovery codes sealed in the database."""

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    error_messages = DefaultMFAAdapter.error_messages | {
        "add_email_blocked": gettext_lazy(
            "Take the second factor off before changing the address."
        ),
        "incorrect_code": gettext_lazy("This code is not right. Type the one that shows now."),
        "rate_limited": gettext_lazy("Too many tries. Wait some minutes, then try again."),
    }

    @override
    def generate_authenticator_name(self, user: User, type: str) -> str:
        """The offered name of a new passkey."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("Passkey %(number)d") % {"number": number} if number > 1 else _("Passkey")

    def _get_site_name(self) -> str:
        return "Tradepost"


def _user(email: str) -> User | None:
    return User.objects.filter(email=email).first()


def _changes() -> dict[str, str]:
    """What allauth tells account holders about, in one line each."""
    return {
        "password_changed": _("Your password was changed."),
        "password_reset": _("Your password was reset."),
        "password_set": _("A password was set for your account."),
        "email_changed": _("The e-mail address of your account was changed."),
        "email_confirm": _("The e-mail address of your account was confirmed."),
        "email_deleted": _("An e-mail address was removed from your account."),
        "totp_activated": _("An authenticator app was added as second factor."),
        "totp_deactivated": _("The authenticator app was removed as second factor."),
        "webauthn_added": _("A passkey was added."),
        "webauthn_removed": _("A passkey was removed."),
        "recovery_codes_generated": _("New recovery codes were made."),
    }

"""A browser without a window, for the checks behind the promises: it drives the running pages."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest
from django.test import Client

from tradepost.identity.models import User


def browser(network: str = "192.0.2.1", *, checks_forms: bool = False) -> Client:
    """A fresh visitor from ``network`` (an address kept free for examples, RFC 5737)."""
    return Client(
        enforce_csrf_checks=checks_forms,
        raise_request_exception=True,
        headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Firefox/130.0"},
        REMOTE_ADDR=network,
        SERVER_NAME="localhost",
        **_scheme(),
    )


def _scheme() -> dict[str, Any]:
    """Where only TLS is answered, the visitor comes by TLS."""
    return {"wsgi.url_scheme": "https"} if settings.SECURE_SSL_REDIRECT else {}


def give_second_factor(user: User) -> str:
    """An authenticator app for the account; the secret that the app would hold."""
    secret: str = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def has_just_confirmed(client: Client) -> Client:
    """The signed-in browser as it is after its person has typed the password once more."""
    request = HttpRequest()
    request.session = client.session
    user = User.objects.get(pk=request.session[SESSION_KEY])
    record_authentication(request, user, "password", reauthenticated=True)
    request.session.save()
    return client

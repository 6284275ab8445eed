"""A browser without a window, for the checks behind the promises: it drives the running pages."""

from typing import Any

from django.conf import settings
from django.test import Client


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

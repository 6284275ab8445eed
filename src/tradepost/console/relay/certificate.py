"""The certificate that the relay of the settings shows, looked at over the wire: how long is it good?

Nothing is signed in to and nothing is sent: greeting, TLS, goodbye. The relay is one of the installation's own
services, which the wire lets through by name; nobody can choose another.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from tradepost.lib.smtp import Relay

SECONDS = 8.0


@dataclass(frozen=True, kw_only=True)
class RelayLook:
    """``ends_at`` is None where no certificate was seen; ``trouble`` says why, or what is wrong with it."""

    ends_at: datetime | None = None
    trouble: str = ""


def look(relay: Relay) -> RelayLook:
    """Connect now; takes some seconds where nobody answers."""
    try:
        with _sealed(relay) as wire:
            der = wire.getpeercert(binary_form=True)
    except smtplib.SMTPNotSupportedError:
        return RelayLook(trouble="no TLS")
    except ssl.SSLCertVerificationError as error:
        return RelayLook(trouble=f"certificate: {error.verify_message}")
    except ssl.SSLError as error:
        return RelayLook(trouble=f"TLS: {error.reason or type(error).__name__}")
    except (OSError, smtplib.SMTPException) as error:
        return RelayLook(trouble=f"no answer: {type(error).__name__}")
    if not der:
        return RelayLook(trouble="no certificate")
    return RelayLook(ends_at=x509.load_der_x509_certificate(der).not_valid_after_utc)


@contextmanager
def _sealed(relay: Relay) -> Iterator[ssl.SSLSocket]:
    """Under TLS as the sender itself would be. Raises: OSError, smtplib.SMTPException."""
    context = relay.ssl_context()
    if relay.tls:
        talk: smtplib.SMTP = smtplib.SMTP_SSL(
            relay.host, relay.port, timeout=SECONDS, context=context
        )
    else:
        talk = smtplib.SMTP(relay.host, relay.port, timeout=SECONDS)
    try:
        if not relay.tls:
            talk.starttls(context=context)
        assert isinstance(talk.sock, ssl.SSLSocket)
        yield talk.sock
    finally:
        talk.close()

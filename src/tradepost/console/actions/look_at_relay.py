"""Looking at the relay's certificate and keeping what was seen, so that the page and the alarm know of it."""

from django.conf import settings

from tradepost.console.models import RelayCertificate
from tradepost.console.relay.certificate import look
from tradepost.lib import clock
from tradepost.lib.smtp import Relay


def look_at_relay() -> RelayCertificate | None:
    """Connects to the relay of the settings; None where there is none. May be run as often as one likes.

    What was seen of a relay that is no longer set goes.
    """
    if not settings.TRADEPOST.smtp_url:
        RelayCertificate.objects.all().delete()
        return None
    relay = Relay.from_url(settings.TRADEPOST.smtp_url)
    seen = look(relay)
    name = f"{relay.host}:{relay.port}"
    RelayCertificate.objects.exclude(name=name).delete()
    row, _is_new = RelayCertificate.objects.update_or_create(
        name=name,
        defaults={
            "ends_at": seen.ends_at,
            "trouble": seen.trouble[:300],
            "needs_tls": relay.tls or relay.starttls or bool(relay.user and not relay.is_local),
            "looked_at": clock.now(),
        },
    )
    return row


def look_daily() -> int:
    """The scheduler's turn; returns how many certificates were seen."""
    row = look_at_relay()
    return int(bool(row and row.ends_at))

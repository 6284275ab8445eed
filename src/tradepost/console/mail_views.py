"""Whether mail goes out and comes back: records to publish, how it is heard, what nobody dealt with."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_safe
from django_scopes import scopes_disabled

from tradepost.audit.actions import record
from tradepost.audit.sightings import note_sighting
from tradepost.audit.types import Actor
from tradepost.console.mail_check import check, unchecked
from tradepost.console.views import operator_view
from tradepost.delivery import pickup
from tradepost.delivery.dns_records import incoming_host, is_public_host
from tradepost.delivery.models import IncomingMail
from tradepost.delivery.queries import incoming_of, mail_domain, source_shown
from tradepost.delivery.retention import INCOMING_FOR
from tradepost.identity.models import User
from tradepost.ui.paging import page_of

_A_PAGE = 20


@operator_view
@require_http_methods(["GET", "HEAD", "POST"])
def mail(request: HttpRequest) -> HttpResponse:
    """A POST looks the records up now; it changes nothing."""
    is_checked = request.method == "POST"
    with scopes_disabled():
        rows = incoming_of(merchant=None)
        page = page_of(rows, request, _A_PAGE)
        kept = list(page)
    assert isinstance(request.user, User)
    look = record(
        actor=Actor.user(request.user),
        action="console.look_mail",
        reason=gettext_noop("to see which mail came in"),
        detail={"shown": len(kept)},
    )
    note_sighting(look, IncomingMail, (row.pk for row in kept))
    context = {
        "lines": check() if is_checked else unchecked(),
        "is_checked": is_checked,
        "page": page,
        "kept": kept,
        "days": INCOMING_FOR.days,
    }
    return render(request, "console/mail.html", context | _ways())


def _ways() -> dict[str, str | bool]:
    """How mail goes out and comes back, without a password."""
    chosen = settings.TRADEPOST
    return {
        "domain": mail_domain(),
        "is_public": "." in mail_domain() and is_public_host(incoming_host()),
        "relay": urlsplit(chosen.smtp_url).hostname or "",
        "listener": chosen.mailin_url if chosen.smtp_url else "",
        "mailbox": urlsplit(chosen.mailbox_url).hostname or "",
        "mailbox_trouble": pickup.what_is_wrong() if chosen.mailbox_url else "",
    }


@operator_view
@require_safe
def incoming_mail(request: HttpRequest, mail_id: str) -> HttpResponse:
    with scopes_disabled():
        row = IncomingMail.get_or_404(mail_id, merchant=None)
    assert isinstance(request.user, User)
    record(
        actor=Actor.user(request.user),
        action="console.look_incoming",
        target=row,
        reason=gettext_noop("to read mail that came in"),
    )
    context = {"mail": row, "source": source_shown(row)}
    return render(request, "console/incoming_mail.html", context)

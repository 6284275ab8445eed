"""Health and limits of the installation, each on one page."""

import shutil
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_scopes import scopes_disabled

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.backups.queries import last_good, late_since
from tradepost.console.actions.look_at_relay import look_at_relay
from tradepost.console.conditions import LEAST_FREE_BYTES, LEAST_FREE_SHARE, turn_trouble
from tradepost.console.health import signs_of_life
from tradepost.console.machine.doors import allowances
from tradepost.console.machine.forms import DomainLimitForm
from tradepost.console.machine.queues import queue_figures
from tradepost.console.models import Installation, RelayCertificate
from tradepost.console.views import OperatorRequest, operator_view
from tradepost.datamap.registry import schedule
from tradepost.delivery.actions.sending_limits import set_sending_limit
from tradepost.delivery.models import Destination
from tradepost.jobs.lives import MACHINE
from tradepost.jobs.models import Turn
from tradepost.lib import clock
from tradepost.merchants.models import Merchant

_SHOWN = 200


@dataclass(frozen=True, kw_only=True)
class TurnLine:
    """Work of the clockwork: when it was begun last, how often it is due, what is wrong with it."""

    name: str
    last_at: datetime | None
    every_seconds: float
    trouble: str


@operator_view
@require_safe
def health(request: OperatorRequest) -> HttpResponse:
    with scopes_disabled():
        context = {
            "signs": signs_of_life(),
            "queues": queue_figures(),
            "turns": _turns(),
            "disk": _disk(),
            "relay": RelayCertificate.objects.first(),
            "has_relay": bool(settings.TRADEPOST.smtp_url),
            **_backup(),
        }
    return render(request, "console/health.html", context)


def _turns() -> list[TurnLine]:
    """Those in trouble first, then by name."""
    rows = {row.name: row for row in Turn.objects.all()}
    items = {item.name: item for item in schedule}
    now = clock.now()
    lines = [
        TurnLine(
            name=name.replace(MACHINE, " · "),
            last_at=row.last_at,
            every_seconds=item.every.total_seconds(),
            trouble=turn_trouble(row, item, now),
        )
        for name, row in rows.items()
        if (item := items.get(name.partition(MACHINE)[0]))
    ]
    return sorted(lines, key=lambda line: (not line.trouble, line.name))


def _disk() -> dict[str, object]:
    """Of the machine that answers."""
    found = shutil.disk_usage(settings.TRADEPOST.data)
    is_low = found.free < LEAST_FREE_BYTES or found.free < found.total * LEAST_FREE_SHARE
    used = round((found.total - found.free) / found.total * 100) if found.total else 0
    return {"free": found.free, "total": found.total, "used_percent": used, "is_low": is_low}


def _backup() -> dict[str, object]:
    here = Installation.objects.first()
    late = late_since(here.made_at) if here and not here.is_demo else None
    return {
        "backup": last_good(),
        "backup_late_since": late,
        "is_demo": bool(here and here.is_demo),
    }


@operator_view
@require_POST
def look(request: OperatorRequest) -> HttpResponse:
    """Look at the relay's certificate now; nothing is sent."""
    if look_at_relay() is None:
        messages.info(request, _("No relay is set: mail is caught, and nobody gets any."))
    return redirect("console:health")


@operator_view
@require_http_methods(["GET", "HEAD", "POST"])
def limits(request: OperatorRequest) -> HttpResponse:
    form = DomainLimitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        set_sending_limit(
            name=f"domain:{said['domain']}",
            per_minute=said["per_minute"],
            by=Actor.user(request.user),
        )
        messages.success(request, _("The limit is saved."))
        return redirect("console:limits")
    context = {
        "form": form,
        "rows": _limited(request),
        "shut": Destination.objects.filter(closed_until__gt=clock.now()).order_by("name")[:_SHOWN],
        "allowances": allowances(),
    }
    status = 422 if form.errors else 200
    return render(request, "console/limits.html", context, status=status)


def _limited(request: OperatorRequest) -> list[tuple[Destination, Merchant | None]]:
    """What has a limit, with the shop that it is about; two queries, however many there are.

    A page that shows shops leaves an entry in the record.
    """
    rows = list(Destination.objects.filter(per_minute__isnull=False).order_by("name")[:_SHOWN])
    numbers = [row.name.partition(":")[2] for row in rows if row.name.startswith("merchant:")]
    shops = {f"merchant:{shop.pk}": shop for shop in Merchant.objects.filter(pk__in=numbers)}
    if shops:
        record(
            actor=Actor.user(request.user),
            action="console.look",
            reason=gettext_noop("to see which shops have a limit"),
            detail={"shops": len(shops)},
        )
    return [(row, shops.get(row.name)) for row in rows]

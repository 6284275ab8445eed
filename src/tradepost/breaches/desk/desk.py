"""Who sits at a breach desk: a shop's, in its back office, or the operator's, in the console."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from tradepost.audit.types import Actor
from tradepost.breaches.models import Incident
from tradepost.merchants.models import Merchant

PAGES = (
    *("facts", "scope", "freeze", "people", "severity", "letter", "test", "send", "report"),
    *("authority", "decide", "close"),
)


@dataclass(frozen=True, kw_only=True)
class BreachDesk:
    """``email``: of whoever sits there, for test letters. ``address``: of a page, of an incident or of none."""

    by: Actor
    email: str
    merchant: Merchant | None
    address: Callable[[str, str], str]

    def links(self, incident: Incident | None) -> dict[str, str]:
        """Worked out here: in the office a template would look for them among its own."""
        links = {"list": self.address("list", ""), "new": self.address("new", "")}
        if incident is not None:
            number = incident.public_id
            links |= {page: self.address(page, number) for page in PAGES}
            links["incident"] = self.address("incident", number)
        return links

    def show(
        self, request: HttpRequest, shown: str, incident: Incident | None = None, **more: object
    ) -> HttpResponse:
        context = {"incident": incident, "links": self.links(incident), "desk": self}
        return render(request, f"breaches/{shown}.html", context | more)

    def back_to(self, incident: Incident, page: str = "incident") -> HttpResponse:
        return redirect(self.address(page, incident.public_id))

"""Who keeps a register: a shop in its back office, or the operator in the console."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from tradepost.audit.types import Actor
from tradepost.merchants.models import Merchant


@dataclass(frozen=True, kw_only=True)
class PartyDesk:
    """``address``: of a page, of a party or of none. ``agreement``: where the processing agreement stands."""

    by: Actor
    merchant: Merchant | None
    may_change: bool
    address: Callable[[str, str], str]
    agreement: str = ""

    def show(
        self, request: HttpRequest, shown: str, *, status: int = 200, **more: object
    ) -> HttpResponse:
        links = {"list": self.address("list", ""), "new": self.address("new", "")}
        context = {"links": links, "desk": self} | more
        return render(request, f"parties/{shown}.html", context, status=status)

    def back_to_list(self) -> HttpResponse:
        return redirect(self.address("list", ""))

"""Who sits at a support desk: a shop's team in its back office, or the operator in the console."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from tradepost.audit.types import Actor
from tradepost.identity.models import User
from tradepost.merchants.models import Merchant
from tradepost.support.models import Conversation

PAGES = ("say", "state", "assign", "tags")


@dataclass(frozen=True, kw_only=True)
class SupportDesk:
    """``merchant``: whose customers write; None at the operator's. ``address``: of a page and the rows it names."""

    user: User
    merchant: Merchant | None
    may_change: bool
    sees_orders: bool
    address: Callable[..., str]

    @property
    def by(self) -> Actor:
        return Actor.user(self.user)

    def conversation(self, conversation_id: str) -> Conversation:
        """One of this desk. Raises: Http404."""
        row = Conversation.get_or_404(conversation_id, merchant=self.merchant)
        if self.merchant is not None:
            row.merchant = self.merchant
        return row

    def links(self, row: Conversation | None = None) -> dict[str, str]:
        """Worked out here: in the office a template would look for them among its own."""
        links = {"queue": self.address("queue")}
        if self.merchant is not None:
            links["replies"] = self.address("replies")
        if row is not None:
            links |= {page: self.address(page, row.public_id) for page in PAGES}
        return links

    def show(
        self,
        request: HttpRequest,
        template: str,
        row: Conversation | None = None,
        *,
        status: int = 200,
        **more: object,
    ) -> HttpResponse:
        context = {"conversation": row, "links": self.links(row), "desk": self}
        return render(request, f"support/{template}.html", context | more, status=status)

    def back_to(self, row: Conversation) -> HttpResponse:
        return redirect(self.address("conversation", row.public_id))

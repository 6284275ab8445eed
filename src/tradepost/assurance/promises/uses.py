"""Where a shop's product uses a person's data: each way is walked, and says whether the person is still in it.

For checks of restrictions and objections: they look at what comes out, and ask nobody whether it may.
"""

import json
from collections.abc import Callable, Mapping

from django.test import Client
from django.urls import reverse
from django_scopes import scope, scopes_disabled

from tradepost.assurance.entrances.registry import Mark
from tradepost.assurance.promises import fixtures
from tradepost.audience.models import Contact
from tradepost.datamap.vocabulary import Purpose
from tradepost.delivery.models import Mail
from tradepost.merchants.models import Merchant
from tradepost.orders.models import Order


class WaysOfUse:
    """One shop, one person with an order and a subscription, and every way by which they are used."""

    def __init__(self, merchant: Merchant, mark: Mark) -> None:
        self.merchant, self.mark = merchant, mark
        self.office = fixtures.office_of(merchant)
        self.lists = list(fixtures.api_calls(merchant))

    def ways(self) -> Mapping[str, Callable[[], bool]]:
        return {
            "a list of the API": self.in_lists_of_the_api,
            "an export of orders": self.in_an_export_of_orders,
            "an edit by staff": self.edited_by_staff,
            "a dispatch": self.dispatched,
            "the count of a segment": self.counted_in_a_segment,
            "a waiting mail": self.written_to,
        }

    def in_use(self) -> list[str]:
        return [name for name, is_used in self.ways().items() if is_used()]

    def in_lists_of_the_api(self) -> bool:
        found = []
        for path, token in self.lists:
            answer = Client().get(path, headers={"Authorization": f"Bearer {token}"})
            found.append(self.mark.email in fixtures.text_of(answer))
        return any(found)

    def in_an_export_of_orders(self) -> bool:
        url = f"/office/{self.merchant.handle}/orders/export/?format=csv&rows=order"
        return self.mark.email in fixtures.text_of(self.office.get(url))

    def edited_by_staff(self) -> bool:
        """Whether a name that staff types is kept."""
        typed = fixtures.mark()
        with scope(merchant=self.merchant):
            contact = Contact.objects.get(email=self.mark.email)
        url = self._url("audience_office:edit_contact", contact.public_id)
        self.office.post(url, {"email": contact.email, "name": typed})
        with scope(merchant=self.merchant):
            return Contact.objects.get(pk=contact.pk).name == typed

    def dispatched(self) -> bool:
        with scope(merchant=self.merchant):
            order = Order.objects.filter(email=self.mark.email).latest("pk")
            self.office.post(self._url("orders_office:dispatch", order.public_id))
            sent = Order.objects.get(pk=order.pk).dispatched_at is not None
            # Taken back by hand, so that the next look begins where this one did.
            Order.objects.filter(pk=order.pk).update(dispatched_at=None, dispatched_by=None)
        return sent

    def counted_in_a_segment(self) -> bool:
        """Whether the builder counts everybody that the shop knows."""
        answer = self.office.post(
            reverse("audience_office:count_segment", args=[self.merchant.handle])
        )
        with scope(merchant=self.merchant):
            people = Contact.objects.filter(merchant=self.merchant).count()
        return bool(answer.context["outcome"].count == people)

    def written_to(self) -> bool:
        """Whether one of the shop's own mails waits to go; letters about people's rights go on."""
        with scopes_disabled():
            waiting = Mail.objects.filter(
                merchant=self.merchant.pk, address=self.mark.email, due_at__isnull=False
            )
            return waiting.exclude(template__startswith="rights/").exists()

    def put_in_anew(self) -> bool:
        """Whether a program of the shop may put the person into its books again."""
        _path, token = self.lists[0]
        answer = Client().post(
            "/api/v1/contacts",
            json.dumps({"email": self.mark.email, "name": "Anew"}),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )
        return answer.status_code == 200

    def object_to(self, purpose: Purpose) -> None:
        self._visit("object", {"purpose": purpose.name})

    def restrict(self) -> None:
        self._visit("restrict")

    def lift(self) -> None:
        self._visit("lift")

    def _visit(self, act: str, said: Mapping[str, str] | None = None) -> None:
        visit = fixtures.visit_of(self.merchant, self.mark.email)
        visit.post(f"/privacy/visit/{act}/", said or {})

    def _url(self, name: str, row: str) -> str:
        return reverse(name, args=[self.merchant.handle, row])

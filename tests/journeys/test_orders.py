"""A card payment that is declined, challenged and paid; then the merchant handles the order."""

from dataclasses import replace

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django_scopes import scope

from tradepost.merchants.types import Role
from tradepost.orders.actions.pay import request_payment
from tradepost.orders.tests.drafts import place
from tradepost.payments.standin.server import add_endpoint
from tradepost.payments.tests.fixtures import KEY, SECRET


@pytest.fixture
def card_order(transactional_db, merchant, stripe_standin, site, settings):
    """Ines's unpaid order; the stand-in for Stripe sends its webhooks to the running server."""
    settings.TRADEPOST = replace(settings.TRADEPOST, public_url=site)
    csp = settings.SECURE_CSP
    settings.SECURE_CSP = csp | {"form-action": [*csp["form-action"], stripe_standin.standin.base]}
    rows = stripe_standin.standin.account(KEY)
    rows.of("webhook_endpoint").clear()
    path = f"/payments/stripe/{stripe_standin.account.public_id}/webhook/"
    add_endpoint(rows, site.replace("localhost", "127.0.0.1") + path, SECRET)
    with scope(merchant=merchant):
        order = place(merchant, payment_method="stripe")
        request_payment(order=order)
    return order


def sign_in(context, site, merchant) -> None:
    client = Client()
    client.force_login(merchant.memberships.get(role=Role.OWNER).user)
    name = django_settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])


def test_a_card_is_declined_challenged_and_paid_and_the_order_is_handled(
    visit, context, site, merchant, card_order, stripe_standin
) -> None:
    page = visit.goto(f"/order/{card_order.token}/")
    page.get_by_role("button", name="Pay now").click()
    page.get_by_role("button", name="declined").click()
    page.get_by_role("button", name="3-D Secure").click()
    page.get_by_role("button", name="Complete").click()
    page.wait_for_url(f"{site}/order/**")
    assert page.get_by_text("Paid. Thank you!").is_visible()
    assert set(stripe_standin.standin.post.flush(reverse=True, times=2)) == {200}
    visit.hosts.clear()
    visit.look()

    sign_in(context, site, merchant)
    visit.goto(f"/office/{merchant.handle}/orders/")
    page.get_by_role("link", name="1001").click()
    visit.look()
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator("summary", has_text="Dispatch").click()
    field = page.get_by_label("Tracking number").bounding_box()
    assert field["x"] >= 0, "the menu opens on the page"
    assert field["x"] + field["width"] <= 390
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_label("Tracking number").fill("00340434")
    page.get_by_role("button", name="Dispatch and tell the customer").click()
    visit.look()
    page.locator("summary", has_text="More").click()
    page.get_by_role("link", name="Refund").click()
    visit.look()
    page.get_by_label("Another amount").fill("12.90")
    page.get_by_role("button", name="Give the money back").click()
    assert page.get_by_text("has sent the money back").is_visible()
    page.get_by_role("link", name="Invoice INV-1001").click()
    visit.look()
    visit.goto(f"/office/{merchant.handle}/payments/stripe/")
    assert KEY not in page.content()
    with scope(merchant=merchant):
        card_order.refresh_from_db()
        assert (card_order.state, card_order.refunded_minor) == ("dispatched", 1290)
        assert card_order.events.filter(what="paid").count() == 1

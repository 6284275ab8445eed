"""Each promise of orders and payments, kept as it stands and broken under one deliberate breach."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Exists

from tests.promises.mutations import assert_kept_then_broken, cases
from tradepost.audit.types import SYSTEM
from tradepost.datamap.columns import typed
from tradepost.lib.sealed import Sealer
from tradepost.orders import documents, retention, samples
from tradepost.orders.actions import invoice, notices
from tradepost.orders.forms import orders
from tradepost.orders.models import Invoice, Order, OrderHold, OrderSettings
from tradepost.payments import promises as payments_promises
from tradepost.payments.gateways.stripe import gateway


def full_copies_go_out_by_default(monkeypatch):
    monkeypatch.setattr(notices, "settings_of", lambda merchant: OrderSettings(copy_by_mail="full"))


def full_copies_need_no_warning(monkeypatch):
    monkeypatch.setattr(orders.OrderSettingsForm, "clean", lambda self: self.cleaned_data)


def secrets_are_stored_plain(monkeypatch):
    monkeypatch.setattr(Sealer, "seal", lambda self, text: text)


def the_form_shows_the_stored_key(monkeypatch):
    from django.forms import PasswordInput

    monkeypatch.setattr(
        PasswordInput,
        "get_context",
        lambda self, name, value, attrs: super(PasswordInput, self).get_context(name, value, attrs),
    )


def another_room_decrypts(monkeypatch):
    monkeypatch.setattr(payments_promises, "_imports_sealed", lambda path: path.name == "mails.py")


def the_guard_is_off(monkeypatch):
    monkeypatch.setattr(typed, "without_secrets", lambda text: text)


def a_card_number_got_in(monkeypatch):
    order = samples.order("smuggled")
    with connection.cursor() as cursor:  # past the columns, which would mask it
        cursor.execute(
            "UPDATE orders_order SET note = %s WHERE id = %s", ["4111-1111-1111-1111", order.pk]
        )


def waiting_orders_are_purged(monkeypatch):
    monkeypatch.setattr(
        retention, "orders_due", lambda merchant, now: Order.objects.filter(merchant=merchant)
    )


def nothing_is_purged(monkeypatch):
    monkeypatch.setattr(retention, "orders_due", lambda merchant, now: Order.objects.none())


def the_archive_is_purged(monkeypatch):
    def due(merchant, now):
        return Order.objects.filter(merchant=merchant, accepted_at__lt=now)

    monkeypatch.setattr(retention, "orders_due", due)


def invoices_stay_for_good(monkeypatch):
    monkeypatch.setattr(retention, "invoices_due", lambda merchant, now: Invoice.objects.none())


def invoices_go_early(monkeypatch):
    monkeypatch.setattr(
        retention, "invoices_due", lambda merchant, now: Invoice.objects.filter(merchant=merchant)
    )


def the_invoice_prints_the_email(monkeypatch):
    monkeypatch.setattr(
        invoice, "printed_address", lambda *_said, **_how: [samples.STREET, samples.EMAIL]
    )


def the_slip_names_the_email(monkeypatch):
    original = documents.packing_slip
    monkeypatch.setattr(
        documents, "packing_slip", lambda order: original(order) | {"email": order.email}
    )


def the_slip_tells_prices(monkeypatch):
    original = documents.packing_slip

    def slip(order):
        found = original(order)
        found["goods"] = [item | {"price": "50.00"} for item in found["goods"]]
        return found

    monkeypatch.setattr(documents, "packing_slip", slip)


def holds_never_expire(monkeypatch):
    from django.db.models import OuterRef

    monkeypatch.setattr(
        retention,
        "_held",
        lambda now: Exists(OrderHold._base_manager.filter(order=OuterRef("pk"))),
    )


def holds_are_ignored(monkeypatch):
    original = retention._held
    monkeypatch.setattr(retention, "_held", lambda now: original(now + timedelta(days=9999)))


MUTATIONS = {
    "purpose.order-mail-warned": [full_copies_go_out_by_default, full_copies_need_no_warning],
    "collect.no-provider-secrets": [
        secrets_are_stored_plain,
        the_form_shows_the_stored_key,
        another_room_decrypts,
    ],
    "collect.no-cards": [the_guard_is_off, a_card_number_got_in],
    "keep.orders-until-picked-up": [waiting_orders_are_purged, nothing_is_purged],
    "keep.archive": the_archive_is_purged,
    "keep.invoices": [invoices_stay_for_good, invoices_go_early, the_invoice_prints_the_email],
    "share.deliver-only": [the_slip_names_the_email, the_slip_tells_prices],
    "keep.purpose-gone": [holds_never_expire, holds_are_ignored],
}


@pytest.mark.parametrize(("promise", "mutate"), cases(MUTATIONS))
def test_kept_until_broken(promise, mutate, monkeypatch, db):
    assert_kept_then_broken(promise, mutate, monkeypatch)


def test_the_stripe_form_keeps_what_is_stored_when_left_empty(db, merchant, in_scope):
    from tradepost.payments.actions.accounts import save_account
    from tradepost.payments.gateways.sealed import unseal_secrets
    from tradepost.payments.models import GatewayAccount

    account = GatewayAccount(merchant=merchant, gateway="stripe")
    given = {
        "secret_key": "sk_test_standin_a",
        "webhook_secret": "whsec_aaaaaaaaaaaaaaaa",
        "enabled": "on",
    }
    for data in (given, {"enabled": "on", "webhook_secret": "whsec_bbbbbbbbbbbbbbbb"}):
        form = gateway.form(account, data)
        assert form.is_valid(), form.errors
        save_account(account=account, form=form, by=SYSTEM)
    assert unseal_secrets(account) == {
        "secret_key": "sk_test_standin_a",
        "webhook_secret": "whsec_bbbbbbbbbbbbbbbb",
    }

"""What leaves the house: the merchant's notice and the call to its server."""

import hashlib
import hmac
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import pytest
from pysequoia import Cert, decrypt

from tradepost.delivery.models import Mail
from tradepost.orders.actions.remote import (
    new_remote_secret,
    remote_secret,
    send_due_calls,
    send_remote_call,
)
from tradepost.orders.forms.orders import OrderSettingsForm
from tradepost.orders.models import OrderSettings, RemoteCall, RemoteTry
from tradepost.orders.tests.drafts import INES, place

MARKS = (INES, "Ines", "Lindenstraße", "901820", "wallet")
pytestmark = pytest.mark.usefixtures("in_scope", "bank")


def notice(merchant) -> Mail:
    return Mail.objects.get(address=merchant.contact_email)


def test_by_default_the_notice_names_nobody(merchant) -> None:
    place(merchant, customer={"note": "leave it with Mrs Kaya"})
    mail = notice(merchant)
    text = mail.subject + mail.text + mail.html
    assert "1001" in text
    assert not [mark for mark in (*MARKS, "Kaya") if mark in text]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_an_encrypted_notice_is_read_with_the_merchants_key_alone(merchant) -> None:
    key = Cert.generate("Ember <contact@ember-leather.example>")
    form = OrderSettingsForm(
        {
            "copy_by_mail": "encrypted",
            "openpgp_key": str(key),
            "invoice_when": "paid",
            "remote_method": "POST",
        },
        instance=OrderSettings(merchant=merchant),
    )
    assert form.is_valid(), form.errors
    form.save()
    place(merchant)
    mail = notice(merchant)
    assert not [mark for mark in MARKS if mark in mail.text + mail.html]
    armored = mail.text[mail.text.index("-----BEGIN") : mail.text.index("-----END")]
    armored += "-----END PGP MESSAGE-----\n"
    plain = decrypt(armored.encode(), decryptor=key.secrets.decryptor()).bytes.decode()
    assert all(mark in plain for mark in MARKS)


def test_a_full_notice_is_the_merchants_own_choice(merchant) -> None:
    OrderSettings.objects.create(merchant=merchant, copy_by_mail="full")
    place(merchant)
    assert all(mark in notice(merchant).text for mark in MARKS)


@pytest.mark.parametrize("key", ["no key", "-----BEGIN PGP PRIVATE KEY BLOCK-----"])
def test_a_wrong_key_is_refused_in_words(merchant, key) -> None:
    form = OrderSettingsForm({"copy_by_mail": "encrypted", "openpgp_key": key})
    assert not form.is_valid()
    assert "openpgp_key" in form.errors


class Listener(BaseHTTPRequestHandler):
    status = 200
    heard: list[tuple[str, str]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        type(self).heard.append((body, self.headers["Tradepost-Signature"]))
        self.send_response(type(self).status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def listener():
    Listener.heard, Listener.status = [], 200
    server = HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def told(merchant, listener, settings):
    """The merchant's own server is on this machine, which the settings allow."""
    settings.TRADEPOST = replace(settings.TRADEPOST, remote_calls_to_this_machine=True)
    chosen = OrderSettings(
        merchant=merchant, remote_url=f"http://127.0.0.1:{listener.server_port}/orders"
    )
    new_remote_secret(chosen)
    chosen.save()
    return chosen


def test_an_order_is_told_signed_with_the_fields_of_the_old_cart(merchant, told) -> None:
    order = place(merchant, session_data="basket=77", customer={"ip": "203.0.113.9"})
    assert send_due_calls() == 1
    body, header = Listener.heard[0]
    at, signature = (part.partition("=")[2] for part in header.split(","))
    expected = hmac.new(remote_secret(told).encode(), f"{at}.{body}".encode(), hashlib.sha256)
    assert hmac.compare_digest(signature, expected.hexdigest())
    fields = {name: values[0] for name, values in parse_qs(body).items()}
    assert fields["id"] == str(order.number)
    assert fields["username"] == merchant.cart_username
    assert fields["cart"] == "Card wallet, Cognac:2:29.00:0:EL-100"
    assert (fields["total"], fields["sd"], fields["ip"]) == ("62.90", "basket=77", "203.0.113.0")
    assert fields["inv_addr2"] == "Berlin"
    assert RemoteCall.objects.get(order=order).state == "done"


def test_a_server_that_fails_is_called_again_later_and_every_try_is_kept(
    merchant, told, time_machine
) -> None:
    Listener.status = 500
    order = place(merchant)
    send_due_calls()
    assert send_due_calls() == 0, "not before its time"
    Listener.status = 200
    time_machine.move_to("2999-01-01")
    send_due_calls()
    order.remote_call.refresh_from_db()
    assert [row.status for row in RemoteTry.objects.all()] == [500, 200]
    assert RemoteCall.objects.get(order=order).state == "done"


def test_a_call_is_given_up_at_last(merchant, told) -> None:
    Listener.status = 500
    order = place(merchant)
    call = RemoteCall.objects.get(order=order)
    for _turn in range(20):
        RemoteCall.objects.filter(pk=call.pk).update(due_at="2020-01-01T00:00Z")
        send_remote_call.func(call.pk)
    call.refresh_from_db()
    assert (call.state, call.tries.count()) == ("given_up", 8)


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/x",
        "https://10.0.0.1/x",
        "https://[::1]/x",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost:8000/x",
        "https://0x7f000001/",
    ],
)
def test_an_address_inside_the_house_is_never_called(merchant, address) -> None:
    OrderSettings.objects.create(merchant=merchant, remote_url=address)
    place(merchant)
    send_due_calls()
    tried = RemoteTry.objects.get()
    assert tried.status is None
    assert tried.problem.startswith("refused")


def test_two_workers_make_one_call(merchant, told) -> None:
    order = place(merchant)
    call = RemoteCall.objects.get(order=order)
    send_remote_call.func(call.pk)
    send_remote_call.func(call.pk)
    assert len(Listener.heard) == 1

"""Records to publish, looked up at a name server of the tests' own."""

import re
import socket
import threading
import time
from dataclasses import replace

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest
from django.test import Client
from django.urls import reverse

from tradepost.console import mail_check
from tradepost.delivery.actions.receive import receive
from tradepost.delivery.dns_records import RecordUse, wanted_records
from tradepost.delivery.queries import mail_domain

pytestmark = pytest.mark.django_db


class NameServer:
    """Answers by UDP what ``zone`` says: (name, kind) to texts. ``silent``: it hears and says nothing."""

    def __init__(self):
        self.zone = {}
        self.silent = False
        self._wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._wire.bind(("127.0.0.1", 0))
        self.port = self._wire.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                question, sender = self._wire.recvfrom(4096)
            except OSError:
                return
            if not self.silent:
                self._wire.sendto(self._answer(dns.message.from_wire(question)), sender)

    def _answer(self, asked):
        answer = dns.message.make_response(asked)
        answer.flags |= dns.flags.RA
        one = asked.question[0]
        name, kind = str(one.name).rstrip("."), dns.rdatatype.to_text(one.rdtype)
        rows = self.zone.get((name, kind))
        if rows:
            answer.answer.append(dns.rrset.from_text(one.name, 60, "IN", kind, *rows))
        elif not any(known == name for known, _kind in self.zone):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer.to_wire()

    def close(self):
        self._wire.close()


@pytest.fixture
def names(monkeypatch, settings):
    server = NameServer()

    def ours():
        asked = dns.resolver.Resolver(configure=False)
        asked.nameservers, asked.port = ["127.0.0.1"], server.port
        return asked

    monkeypatch.setattr(mail_check, "resolver", ours)
    settings.TRADEPOST = replace(
        settings.TRADEPOST,
        mail_domain="post.shop.example",
        public_url="https://www.shop.example",
        smtp_url="smtp://relay.shop.example",
    )
    yield server
    server.close()


def quoted(text):
    """As zone files hold long texts: in pieces."""
    return " ".join(f'"{text[at : at + 200]}"' for at in range(0, len(text), 200))


def publish(server):
    """Everything as the page says it."""
    for record in wanted_records():
        if record.use is RecordUse.MX:
            server.zone[record.name, "MX"] = [record.value]
        elif record.kind == "TXT":
            server.zone.setdefault((record.name, "TXT"), []).append(quoted(record.value))
    server.zone["www.shop.example", "A"] = ["203.0.113.5"]
    server.zone["relay.shop.example", "A"] = ["203.0.113.9"]
    server.zone["9.113.0.203.in-addr.arpa", "PTR"] = ["relay.shop.example."]


def tones():
    return [(line.record.use.value, line.tone) for line in mail_check.check()]


def one(use):
    return next(line for line in mail_check.check() if line.record.use is use)


def test_what_the_page_says_to_paste_is_what_the_check_wants(names):
    publish(names)
    found = tones()
    assert found == [
        ("mx", "good"), ("spf", "good"), ("dkim", "good"), ("dkim", "good"), ("dmarc", "good"),
        ("ptr", "good"),
    ]  # fmt: skip


def test_an_empty_zone_lacks_everything(names):
    assert {tone for _use, tone in tones()} == {"bad", "warn"}
    assert "Paste it." in one(RecordUse.SPF).says


@pytest.mark.parametrize(
    ("use", "name", "kind", "rows", "tone", "says"),
    [
        (RecordUse.SPF, "post.shop.example", "TXT", ['"v=spf1 -all"', '"v=spf1 mx -all"'], "bad", "several"),
        (RecordUse.SPF, "post.shop.example", "TXT", ['"v=spf1 +all"'], "bad", "everybody"),
        (RecordUse.SPF, "post.shop.example", "TXT", ['"v=spf1 mx ?all"'], "warn", "forbids nobody"),
        (RecordUse.SPF, "post.shop.example", "TXT", ['"v=spf10 -all"'], "bad", "Nothing stands there"),
        (RecordUse.SPF, "post.shop.example", "TXT", ['"V=SPF1 include:x.example ~all"'], "good", "is there"),
        (RecordUse.MX, "post.shop.example", "MX", ["0 ."], "bad", "no mail at all"),
        (RecordUse.MX, "post.shop.example", "MX", ["10 nowhere.example."], "bad", "no network address"),
        (RecordUse.DMARC, "_dmarc.post.shop.example", "TXT", ['"v=DMARC1; p=none"'], "warn", "watches"),
        (RecordUse.DMARC, "_dmarc.post.shop.example", "TXT", ['"v=DMARC1"'], "bad", "no policy"),
        (RecordUse.DKIM, "tradepost._domainkey.post.shop.example", "TXT", ['"v=DKIM1; p=AAAA"'], "bad", "Another key"),
        (RecordUse.PTR, "9.113.0.203.in-addr.arpa", "PTR", ["host9.provider.example."], "bad", "reverse DNS"),
    ],
)  # fmt: skip
def test_a_wrong_record_is_named_and_says_what_to_do(use, name, kind, rows, tone, says, names):
    publish(names)
    names.zone[name, kind] = rows
    line = one(use)
    assert (line.tone, says in line.says) == (tone, True), line


def test_the_policy_of_the_domain_above_counts(names):
    publish(names)
    del names.zone["_dmarc.post.shop.example", "TXT"]
    names.zone["_dmarc.shop.example", "TXT"] = ['"v=DMARC1; p=reject"']
    assert one(RecordUse.DMARC).tone == "good"


def test_a_key_that_was_cut_off_is_not_ours(names):
    publish(names)
    name = "tradepost._domainkey.post.shop.example"
    whole = next(record.value for record in wanted_records() if record.name == name)
    names.zone[name, "TXT"] = [quoted(whole[:255])]
    assert "Another key" in one(RecordUse.DKIM).says


def test_a_name_server_that_is_silent_costs_seconds_and_is_said(names):
    names.silent = True
    began = time.monotonic()
    lines = mail_check.check()
    assert time.monotonic() - began < 3 * mail_check.SECONDS
    assert {line.tone for line in lines} == {"warn"}
    assert "did not answer" in lines[0].says


# The page ------------------------------------------------------------------------------------------


def test_the_page_looks_nothing_up_until_asked(console, names, monkeypatch):
    monkeypatch.setattr(mail_check, "look_up", lambda name, kind: 1 / 0)
    text = console.get(reverse("console:mail")).content.decode()
    assert "v=spf1 mx a:relay.shop.example -all" in text
    assert "_dmarc.post.shop.example" in text
    assert text.count("data-copy=") >= 8


def test_the_check_shows_what_stands_there(console, names):
    publish(names)
    names.zone["post.shop.example", "TXT"] = ['"v=spf1 +all"']
    text = console.post(reverse("console:mail")).content.decode()
    assert "It lets everybody send in your name" in text
    assert "v=spf1 +all" in text
    assert len(re.findall("badge-good", text)) >= 4


def test_an_installation_without_a_public_name_is_told_so(console, names, settings):
    said = "has no public name yet"
    assert said not in console.get(reverse("console:mail")).content.decode()
    settings.TRADEPOST = replace(settings.TRADEPOST, public_url="", mail_domain="")
    assert said in console.get(reverse("console:mail")).content.decode()


def test_strangers_and_merchants_do_not_see_it(office, names):
    for address in (reverse("console:mail"), reverse("console:incoming_mail", args=["x"])):
        assert office.get(address).status_code == 403
        assert Client().get(address).status_code == 302


def test_mail_to_the_postmaster_is_read_on_the_page_and_a_shops_is_not(console, merchant):
    message = b"From: ann@people.example\r\nSubject: %b\r\n\r\nHello there\r\n"
    receive(recipient=f"postmaster@{mail_domain()}", content=message % b"For the house")
    receive(recipient=f"{merchant.handle}@{mail_domain()}", content=message % b"For the shop")
    text = console.get(reverse("console:mail")).content.decode()
    assert "For the house" in text
    assert "For the shop" not in text
    link = re.search(r'href="(/operator/mail/[^"]+)"', text)[1]
    assert "Hello there" in console.get(link).content.decode()

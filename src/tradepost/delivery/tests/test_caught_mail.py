"""Who may read the demo's caught mail, and that a mail cannot reach out of its frame."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from tests.damage import damages

from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Subject
from tradepost.delivery.personal_files import caught
from tradepost.delivery.retention import CAUGHT_FOR

pytestmark = pytest.mark.django_db

MAIL = (
    b"From: shop@post.example\r\nSubject: Your receipt\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/html; charset=utf-8\r\n\r\n<script>alert(1)</script><p>Thanks</p>\r\n"
)


@pytest.fixture
def name(demo_folder):
    for path in caught.folder().glob("*.eml"):
        path.unlink()
    return caught.keep(sender="b@post.example", to=["ann@example.org"], content=MAIL).stem


def test_the_machine_itself_may_read(name):
    page = Client().get("/caught/")
    assert "Your receipt" in page.text
    assert "ann@example.org" in Client().get(f"/caught/{name}/").text


def test_html_is_served_in_a_cage(name):
    page = Client().get(f"/caught/{name}/html")
    policy = page["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy
    assert page["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize(
    "request_of",
    [
        {"REMOTE_ADDR": "203.0.113.9"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
    ],
)
def test_nobody_else_may(name, request_of):
    for path in ("", f"{name}/", f"{name}/html", f"{name}/source"):
        assert Client(**request_of).get(f"/caught/{path}").status_code == 404


@pytest.fixture
def operator(make_user) -> Client:
    client = Client(REMOTE_ADDR="203.0.113.9")
    client.force_login(make_user("op@example.org", is_operator=True))
    return client


def test_the_operator_of_the_demo_may_from_elsewhere(name, operator):
    assert operator.get("/caught/").status_code == 200


def test_on_a_public_address_nobody_may(name, settings, operator):
    settings.TRADEPOST = replace(settings.TRADEPOST, public_url="https://shop.example")
    assert Client().get("/caught/").status_code == 404
    assert operator.get("/caught/").status_code == 404


def test_in_a_folder_that_is_no_demo_nobody_may(name, settings, operator):
    (settings.TRADEPOST.data / "demo").unlink()
    for path in ("", f"{name}/", f"{name}/html", f"{name}/source"):
        assert Client().get(f"/caught/{path}").status_code == 404
        assert operator.get(f"/caught/{path}").status_code == 404


def test_a_file_that_somebody_put_there_makes_no_demo(name, settings, operator):
    (settings.TRADEPOST.data / "demo").write_bytes(b"")
    assert Client().get("/caught/").status_code == 404
    (settings.TRADEPOST.data / "demo").write_bytes(b"1" * 64)
    assert operator.get("/caught/").status_code == 404


def test_with_a_real_relay_there_is_nothing_to_read(name, settings):
    settings.TRADEPOST = replace(settings.TRADEPOST, smtp_url="smtp://relay.example")
    assert Client().get("/caught/").status_code == 404


@pytest.mark.parametrize(
    "bad", ["..%2f..%2fsecret_key", "nothing", "20260101T000000000000-00000000"]
)
def test_other_files_cannot_be_read(name, bad):
    assert Client().get(f"/caught/{bad}/").status_code == 404


def test_old_mail_goes_and_a_persons_mail_can_be_found_and_erased(name):
    later = datetime.now(UTC) + CAUGHT_FOR + timedelta(minutes=1)
    assert list(caught.scan(b"ann@example.org"))
    assert caught.erase(SubjectRef(Subject.CUSTOMER, "ann@example.org")) == 1
    assert not list(caught.scan(b"ann@example.org"))
    caught.keep(sender=None, to=["bob@example.org"], content=MAIL)
    assert caught.due(later) == 1
    assert caught.purge(later) == 1


FULL_MAIL = MAIL.replace(
    b"Content-Type: text/html; charset=utf-8\r\n\r\n",
    b"To: =?utf-8?b?w4RubmU=?= <ann@example.org>\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nw4RubmU=\r\n--x\r\n"
    b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
) + (
    b"\r\n--x\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment;\r\n"
    b" filename*=utf-8''r%C3%A9.pdf\r\n\r\n%PDF\r\n--x--\r\n"
)  # fmt: skip
LIES = [
    FULL_MAIL.replace(b"charset=utf-8", b"charset=" + charset)
    for charset in (
        b"klingon",
        b"utf-16",
        b"rot13",
        b"hex",
        b"idna",
        b"\xff",
        b"unicode_escape",
        b"",
    )
] + [FULL_MAIL.replace(b"base64", b"uuencode"), FULL_MAIL.replace(b"boundary=x", b"boundary=")]


def test_whatever_a_caught_mail_became_its_pages_are_there(name):
    """As well as it can be read: the list, the mail, and its HTML."""
    path = caught.folder() / f"{name}.eml"
    client = Client()
    for damage in (*LIES, *damages(FULL_MAIL, bits=120)):
        path.write_bytes(damage)
        for address in ("/caught/", f"/caught/{name}/", f"/caught/{name}/html"):
            assert client.get(address).status_code == 200, (address, damage[:200])


def test_a_mail_that_may_not_be_read_stands_in_nobodys_way(name, monkeypatch):
    real = caught.Path.read_bytes

    def read_bytes(path):
        if path.suffix == ".eml":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(caught.Path, "read_bytes", read_bytes)
    assert Client().get("/caught/").status_code == 200

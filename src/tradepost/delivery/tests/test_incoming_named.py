"""Whoever is erased is found in mail that others wrote, without reading all of it."""

import base64

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Subject
from tradepost.delivery.actions.keep_incoming import keep_incoming
from tradepost.delivery.incoming import named, store
from tradepost.delivery.incoming.named import addresses_in
from tradepost.delivery.models import IncomingMail, NamedAddress
from tradepost.delivery.types import Kept

HEAD = b"From: Zoe <zoe@others.example>\r\nSubject: My neighbour\r\nMIME-Version: 1.0\r\n"
WAYS = {
    "plain": b"\r\nWrite to anna@people.example.\r\n",
    "a capital": b"\r\nWrite to Anna@People.example, please\r\n",
    "angle brackets": b"Cc: Anna <anna@people.example>\r\n\r\nHello\r\n",
    "quoted-printable": b'Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<a href=3D"mailto:anna@people.example">=3Canna@people.example=3E</a>\r\n',
    "base64": b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + base64.encodebytes(b"She is anna@people.example and lives below."),
    "the end of a sentence without a space": b"\r\nIt is anna@people.example.Thanks\r\n",
    "a list": b"\r\nben@people.example;anna@people.example,carl@people.example\r\n",
    "an assignment": b"\r\n?to=anna@people.example&x=1\r\n",
}


def kept(content: bytes, merchant) -> IncomingMail:
    return keep_incoming(
        recipient="shop@mail.example", content=content, why=Kept.UNREAD, merchant_id=merchant.pk,
        sender="zoe@others.example", forward=False,
    )  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_whoever_stands_in_it_is_found(way, in_scope):
    kept(HEAD + WAYS[way], in_scope)
    other = kept(HEAD + b"\r\nhanna@people.example or anna@people.example.org\r\n", in_scope)
    store.erase(SubjectRef(Subject.CUSTOMER, "ben.anna@people.example", in_scope.pk))
    assert IncomingMail.objects.count() == 2
    store.erase(SubjectRef(Subject.CUSTOMER, "anna@people.example", in_scope.pk))
    left = list(IncomingMail.objects.all())
    assert left in ([other], []), "the longer name of a host holds the shorter one"
    assert NamedAddress.objects.exclude(mail__in=left).count() == 0


def test_no_message_whose_addresses_are_listed_is_read(in_scope):
    for number in range(3):
        row = kept(HEAD + b"\r\nNumber %d: ben%d@people.example\r\n" % (number, number), in_scope)
        assert row.is_listed
    with CaptureQueriesContext(connection) as asked:
        store.erase(SubjectRef(Subject.CUSTOMER, "anna@people.example", in_scope.pk))
    read = [one["sql"].partition(" WHERE ")[2] for one in asked if '"content"' in one["sql"]]
    assert all("is_listed" in where or "address_key" in where for where in read), read
    assert IncomingMail.objects.count() == 3


def test_what_names_too_many_is_read_whole(in_scope):
    crowd = b" ".join(b"p%d@people.example" % number for number in range(named.MOST))
    row = kept(HEAD + b"\r\n" + crowd + b" anna@people.example\r\n", in_scope)
    assert not row.is_listed
    assert not NamedAddress.objects.exists()
    store.erase(SubjectRef(Subject.CUSTOMER, "anna@people.example", in_scope.pk))
    assert not IncomingMail.objects.exists()


def test_another_merchant_s_mail_stays(in_scope, other_merchant):
    kept(HEAD + WAYS["plain"], in_scope)
    store.erase(SubjectRef(Subject.CUSTOMER, "anna@people.example", other_merchant.pk))
    store.erase(SubjectRef(Subject.CUSTOMER, "anna@people.example", None))
    assert IncomingMail.objects.count() == 1


def test_signs_without_end_are_read_once():
    """Each sign is looked at with at most so many letters around it."""
    assert addresses_in("@" * 200_000) == set()
    with pytest.raises(named.MoreThanListed):
        addresses_in(
            "a" * 300_000
            + "@"
            + "b." * 300_000
            + " "
            + " ".join(f"{n}@x.example" for n in range(400))
        )

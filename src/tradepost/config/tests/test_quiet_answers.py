"""Answers to forms are kept by no browser; addresses that lead nowhere are logged without their tokens."""

import logging
import time

import pytest
from django.test import Client
from django.urls import reverse
from django_scopes import scope

from tradepost.audience.models import ConsentWording, ContactList, OptInForm
from tradepost.config.web.quiet_logs import KeepingSecrets

pytestmark = pytest.mark.django_db
TOKEN = "abcdefghijklmnopqrstuv"  # no digit, no capital: nothing tells it from a word but its place


def written(text: str) -> str:
    record = logging.LogRecord("x", logging.WARNING, "x", 1, "Not Found: %s", (text,), None)
    return KeepingSecrets("%(message)s").format(record)


@pytest.mark.parametrize(
    "address",
    ["/CHECKOUT/{}/", "/Cart/{}", "/checkout//{}/", "//order///{}/", "/Privacy/Link/{}/"],
)
def test_a_token_is_hidden_where_the_address_is_misspelt(address):
    assert TOKEN not in written(address.format(TOKEN))


def test_an_address_of_a_person_is_hidden_however_often_it_is_encoded():
    for at in ("@", "%40", "%2540", "%252540"):
        assert "ann" not in written(f"/shop/x/ann{at}example.org")


def test_thousands_of_slashes_cost_nothing():
    began = time.process_time()
    written("/" * 60_000)
    assert time.process_time() - began < 2


def test_a_form_shown_again_with_what_was_typed_is_kept_by_no_browser(merchant):
    with scope(merchant=merchant):
        wording = ConsentWording.objects.create(
            merchant=merchant, kind="marketing", version=1, text="Yes"
        )
        news = ContactList.objects.create(merchant=merchant, name="News")
        form = OptInForm.objects.create(
            merchant=merchant, contact_list=news, name="Form", wording=wording
        )
    page = Client().post(
        reverse("audience:subscribe", args=[form.public_id]), {"email": "ann@", "name": "Ann Typed"}
    )
    assert "Ann Typed" in page.text or "ann@" in page.text
    assert "no-store" in page.headers["Cache-Control"]

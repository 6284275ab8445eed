"""A card number typed into any field of any form, or sent in any body of the API, is kept nowhere."""

import json
import re
import zlib
from base64 import urlsafe_b64decode
from contextlib import suppress
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.house.addresses import office_addresses
from tests.house.page_forms import PageForm, forms_of
from tests.house.test_api_tenancy import OPERATIONS, _path, _token
from tests.house.test_tenancy import path_of
from tradepost.config.api import api
from tradepost.datamap.registry import all_models
from tradepost.identity.probe import has_just_confirmed
from tradepost.merchants.types import SCOPES
from tradepost.orders.tests.drafts import place  # noqa: F401  the samples' drafts

pytestmark = pytest.mark.django_db

CARD = "4111 1111 1111 1111"
DIGITS = "4111111111111111"
MASKED = "1111 removed"
# Pages whose forms end what the test stands on, or type nothing that is kept.
SKIPPED = {"merchants_office:close", "merchants_office:stay_open"}
# Fields whose pages must have kept the words around the number, so that the test cannot pass by typing nothing.
KEPT_AT_LEAST = 25


def _held() -> dict[str, str]:
    """Every table of the database → all it holds, sessions unpacked."""
    found = {}
    with connection.cursor() as cursor:
        for model in all_models():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")
            found[model._meta.label] = " ".join(str(row) for row in cursor.fetchall())
        cursor.execute("SELECT session_data FROM django_session")
        found["sessions"] = " ".join(_unpacked(row[0]) for row in cursor.fetchall())
    return found


def _unpacked(text: str) -> str:
    payload = text.split(":")[0]
    packed = payload.startswith(".")
    raw = urlsafe_b64decode(payload.lstrip(".") + "==")
    return (zlib.decompress(raw) if packed else raw).decode("utf-8", "replace")


def _tables_with(needle: str, held: dict[str, str]) -> list[str]:
    return [label for label, text in held.items() if needle in re.sub(r"[\s\-–.·/_]", "", text)]


def _count_masked(held: dict[str, str]) -> int:
    return sum(text.count(MASKED) for text in held.values())


def _send(client: Client, page: str, form: PageForm, typed: dict[str, str]) -> None:
    address = urljoin(page, form.action)
    data = form.filled(**typed)
    answer = client.post(address, data) if form.method == "post" else client.get(address, data)
    assert answer.status_code < 500, f"{address} {typed}: {answer.status_code}"


def _type_into_all(client: Client, page: str) -> int:
    """Each field alone, then all at once; returns how many fields there were."""
    answer = client.get(page)
    if answer.status_code != 200 or "html" not in answer.headers["Content-Type"]:
        return 0
    fields = 0
    for form in forms_of(answer.text):
        if urlsplit(form.action).path.endswith(("/logout/", "/sign-out/")):
            continue
        for name in form.words:
            fields += 1
            _send(client, page, form, {name: f"x {CARD}"})
        if form.words:
            _send(client, page, form, dict.fromkeys(form.words, CARD))
    return fields


PAGES = sorted(
    address.name for address in office_addresses() if address.name not in SKIPPED
)
_seen: dict[str, tuple[int, int]] = {}


@pytest.mark.parametrize("name", PAGES)
def test_no_page_of_the_back_office_keeps_one(name: str, merchant: Any, office: Client) -> None:
    address = next(one for one in office_addresses() if one.name == name)
    fields = _type_into_all(office, path_of(address, merchant))
    held = _held()
    assert _tables_with(DIGITS, held) == []
    _seen[name] = (fields, _count_masked(held))


def test_zz_print():
    print(_seen)

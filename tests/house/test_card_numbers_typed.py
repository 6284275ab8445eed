"""A card number typed into any field of any form, or sent in any body of the API, is kept nowhere."""

import json
import re
import zlib
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import connection
from django.test import Client

from tests.house.addresses import Address, api_document, office_addresses
from tests.house.test_api_tenancy import OPERATIONS, _path, _token
from tests.house.test_tenancy import path_of
from tradepost.assurance.whole.page_forms import PageForm, forms_of
from tradepost.datamap.registry import all_models
from tradepost.modules.team import scopes

pytestmark = pytest.mark.django_db

CARD = "4111 1111 1111 1111"
DIGITS = "4111111111111111"
MASKED = "1111 removed"
# Pages whose forms end what the test stands on, or type nothing that is kept.
SKIPPED = {"merchants_office:close", "merchants_office:stay_open"}
# Room → how often, at least, its pages must have kept the words that stand for the number: typing nothing
# is no proof.
KEPT_MASKED = {
    "audience_office": 20, "billing_office": 0, "breaches_office": 3, "campaigns_office": 15, "catalog_office": 10, "checkout_office": 4,
    "holds_office": 0, "merchants_office": 1, "notice_office": 1, "orders_office": 3, "parties_office": 3, "payments_office": 0, "rights_office": 1,
    "storefront_office": 4, "support_office": 5,
}  # fmt: skip
WITHOUT_WORDS = {
    *(
        "backoffice_office",
        "breakglass_office",
        "bulletins_office",
        "certificates_office",
        "jobs_office",
        "law_office",
        "processing_office",
    )
}
_BY_FORMAT = {
    "email": "anna@example.org",
    "uri": "https://www.example.org/",
    "date-time": "2030-01-01T00:00:00Z",
}
_BY_NAME = {"email": "anna@example.org", "currency": "EUR", "price": "12.50"}


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


def _rooms() -> dict[str, list[Address]]:
    rooms: dict[str, list[Address]] = {}
    for address in office_addresses():
        if address.name not in SKIPPED:
            rooms.setdefault(address.name.partition(":")[0], []).append(address)
    return rooms


@pytest.mark.parametrize(("room", "at_least"), KEPT_MASKED.items())
def test_no_page_of_the_back_office_keeps_one(room, at_least, merchant, office):
    fields = sum(_type_into_all(office, path_of(address, merchant)) for address in _rooms()[room])
    held = _held()
    assert _tables_with(DIGITS, held) == []
    assert _count_masked(held) >= at_least, f"{fields} fields, and hardly anything typed was kept"


def test_every_room_of_the_back_office_is_tried():
    assert set(_rooms()) - set(KEPT_MASKED) == WITHOUT_WORDS


def _example(schema: dict[str, Any], parts: dict[str, Any], text: str) -> Any:
    """A body that fits the schema, with ``text`` wherever free text may stand."""
    schema = parts[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    if "anyOf" in schema:
        kinds = [one for one in schema["anyOf"] if one.get("type") != "null"]
        return _example(kinds[0], parts, text)
    if "enum" in schema or "const" in schema:
        return schema.get("const") or schema["enum"][0]
    kind = schema.get("type")
    if kind == "object":
        inner = schema.get("properties", {"sample": {"type": "string"}})
        return {name: _example(one, parts, text) for name, one in inner.items()}
    if kind == "array":
        return [_example(schema.get("items", {}), parts, text)]
    if kind == "string":
        return _BY_FORMAT.get(schema.get("format", ""), "sample" if "pattern" in schema else text)
    return {"integer": 1, "number": 1, "boolean": True}.get(kind or "", text)


def _bodies(method: str, path: str) -> Iterator[dict[str, Any]]:
    """What the operation needs, and each text that it takes besides; one at a time."""
    document = api_document()
    said = document["paths"][path][method.lower()].get("requestBody")
    if not said:
        return
    parts = document["components"]["schemas"]
    reference = said["content"]["application/json"]["schema"]
    schema = parts[reference["$ref"].rpartition("/")[2]] if "$ref" in reference else reference
    sample = _example(schema, parts, "Sample")
    sample |= {name: text for name, text in _BY_NAME.items() if name in sample}
    needed = {name: sample[name] for name in schema.get("required", ())}
    for name, value in sample.items():
        planted = json.loads(json.dumps(value).replace('"Sample"', json.dumps(f"x {CARD}")))
        if planted != value:
            yield needed | {name: planted}


WRITING = [(method, path) for method, path in OPERATIONS if any(_bodies(method, path))]


def test_no_operation_of_the_api_keeps_one(merchant):
    headers = _token(merchant, list(scopes))
    for method, path in WRITING:
        for number, body in enumerate(_bodies(method, path)):
            answer = Client().generic(
                method, _path(path, merchant), json.dumps(body),
                content_type="application/json", HTTP_IDEMPOTENCY_KEY=f"{method}{path}{number}", **headers,
            )  # fmt: skip
            assert answer.status_code < 500, f"{method} {path} {body}: {answer.content!r}"
    held = _held()
    assert _tables_with(DIGITS, held) == []
    assert _count_masked(held) >= 10

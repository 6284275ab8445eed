"""In JSON true is no number: every field of every body that takes one."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tests.house.addresses import api_document
from tests.house.test_api_tenancy import _path, _token
from tradepost.modules.team import scopes

pytestmark = pytest.mark.django_db

DOCUMENT = api_document()


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return DOCUMENT["components"]["schemas"][name] if name else schema


def _types(schema: dict[str, Any]) -> set[str]:
    """The JSON types that a field takes, alternatives and the items of lists included."""
    schema = _resolved(schema)
    inner = [*schema.get("anyOf", []), *schema.get("allOf", [])]
    if schema.get("type") == "array":
        inner.append(schema["items"])
    return {schema.get("type", "")} | {kind for one in inner for kind in _types(one)}


def _fields() -> Iterator[tuple[str, str, str]]:
    """Each operation with a body, and each of its fields that is no yes or no."""
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            body = _resolved(content.get("application/json", {}).get("schema", {}))
            for name, schema in body.get("properties", {}).items():
                if "boolean" not in _types(schema):
                    yield method.upper(), path, name


FIELDS = sorted(_fields())


def test_there_are_numbers_in_the_api():
    assert {"stock", "count", "change", "weight_grams"} <= {name for _, _, name in FIELDS}


@pytest.mark.parametrize(("method", "path", "name"), FIELDS)
@pytest.mark.parametrize("value", ["true", "false", "[true]"])
def test_true_and_false_are_refused_where_no_yes_or_no_is_asked(
    method, path, name, value, merchant
):
    answer = Client().generic(
        method,
        _path(path, merchant),
        f'{{"{name}": {value}}}',
        content_type="application/json",
        **_token(merchant, scopes),
    )
    assert answer.status_code == 422
    assert any(item["where"][-1] == name for item in answer.json()["errors"]), answer.json()

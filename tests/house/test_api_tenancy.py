"""Every API operation without a token, without the scope, and with another merchant's row."""

import re

import pytest
from django.test import Client
from django_scopes import scope

from tests.house.addresses import api_document
from tests.house.samples import SAMPLES
from tradepost.audit.types import Actor
from tradepost.merchants.actions.tokens import create_token
from tradepost.modules.team import scopes

pytestmark = pytest.mark.django_db


def _operations() -> list[tuple[str, str]]:
    document = api_document()
    return sorted(
        (method.upper(), path) for path, methods in document["paths"].items() for method in methods
    )


OPERATIONS = _operations()


def _token(merchant, scopes) -> dict[str, str]:
    owner = merchant.memberships.get().user
    with scope(merchant=merchant):
        _, text = create_token(merchant=merchant, by=Actor.user(owner), name="test", scopes=scopes)
    return {"HTTP_AUTHORIZATION": f"Bearer {text}"}


def _call(method: str, path: str, **headers: str):
    return Client().generic(method, path, "{}", content_type="application/json", **headers)


def _path(path: str, merchant) -> str:
    """Fill ``{product_id}`` by ``SAMPLES["api:product_id"]``."""
    for name in re.findall(r"{(\w+)}", path):
        with scope(merchant=merchant):
            value = SAMPLES[f"api:{name}"](merchant)[name]
        path = path.replace(f"{{{name}}}", str(value))
    return path


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_an_operation_opens_for_its_own_merchant_and_scope_only(
    method, path, merchant, other_merchant
):
    own = _path(path, merchant)
    assert _call(method, own).status_code == 401
    assert _call(method, own, HTTP_AUTHORIZATION="Bearer tp_made-up").status_code == 401
    opened = [
        scope_name
        for scope_name in scopes
        if _call(method, own, **_token(merchant, [scope_name])).status_code != 403
    ]
    assert len(opened) == 1, f"opened by {opened}"
    if "{" in path:
        foreign = _path(path, other_merchant)
        assert _call(method, foreign, **_token(merchant, opened)).status_code in {404, 422}
    assert _call(method, own, **_token(merchant, opened)).status_code < 500

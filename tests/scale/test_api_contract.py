"""schemathesis calls every operation of the API with what the description allows and does not allow."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django_scopes import scope
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error

from tradepost.audit.types import Actor
from tradepost.config.api import api
from tradepost.config.wsgi import application
from tradepost.merchants.actions.tokens import create_token
from tradepost.modules.team import scopes

pytestmark = [pytest.mark.scale, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def one_connection():
    """As Django's own test client does: the test's transaction outlives each request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def token(merchant, owner) -> str:
    with scope(merchant=merchant):
        _, text = create_token(
            merchant=merchant, by=Actor.user(owner), name="schemathesis", scopes=scopes
        )
    return text


described = schemathesis.openapi.from_dict(api.get_openapi_schema())
described.app = application


@described.parametrize()
@settings(
    max_examples=25,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_no_call_makes_the_server_fail(case, token, monkeypatch):
    monkeypatch.setattr("tradepost.merchants.rest.auth.CALLS_PER_MINUTE", 10**9)
    # Its own made-up credentials would end every call at the door; calls without any are meant to.
    if case.headers.get("Authorization"):
        case.headers["Authorization"] = f"Bearer {token}"
    answer = case.call(headers={"Authorization": f"Bearer {token}", "Host": "localhost"})
    case.validate_response(answer, checks=[not_a_server_error])
    if "Authorization" in answer.request.headers:
        assert answer.status_code not in {401, 429}

"""The core of the API: tokens, scopes, refusals, and calls that are repeated."""

import json
from datetime import timedelta

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone
from django_scopes import scopes_disabled
from ninja import NinjaAPI, Router, Schema, Status

from tradepost.audit.types import SYSTEM, Actor
from tradepost.config import urls as house
from tradepost.config.api import CarefulParser, _handle_refusals, build_api
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Subject
from tradepost.merchants.actions.tokens import UnknownScope, create_token, revoke_token
from tradepost.merchants.models import ApiAnswer, ApiToken, Merchant
from tradepost.merchants.rest import answers, auth, idempotency
from tradepost.merchants.rest.auth import TokenAuth, api_view, keeping_scope
from tradepost.merchants.rest.idempotency import idempotent


class Thing(Schema):
    name: str


router = Router()
made: list[str] = []


@router.get("/tokens", auth=TokenAuth("products:read"))
@api_view("products:read")
def list_tokens(request: HttpRequest):
    return list(ApiToken.objects.values_list("name", flat=True))


@router.post("/things", auth=TokenAuth("products:write"), response={201: Thing})
@idempotent
@api_view("products:write")
def make_thing(request: HttpRequest, data: Thing):
    if data.name == "refused":
        from ninja.errors import HttpError

        raise HttpError(409, "out of stock")
    if data.name == "crash":
        raise RuntimeError
    made.append(data.name)
    Merchant.objects.filter(pk=request.merchant.pk).update(telephone=data.name)
    return Status(201, data)


api = NinjaAPI(urls_namespace="test-things", parser=CarefulParser(), auth=TokenAuth())
api.add_decorator(keeping_scope, mode="view")
_handle_refusals(api)
api.add_router("", router)


class Urls:
    from django.urls import path

    urlpatterns = [path("t/", api.urls), *house.urlpatterns]


@pytest.fixture(autouse=True)
def addresses(settings):
    settings.ROOT_URLCONF = Urls
    made.clear()


@pytest.fixture
def token(in_scope, owner) -> str:
    _row, text = create_token(
        merchant=in_scope,
        by=Actor.user(owner),
        name="shop sync",
        scopes=["products:read", "products:write"],
    )
    return text


def call(token: str, path: str = "/t/tokens", data=None, key: str = "", raw: bytes = b""):
    headers = {"Authorization": f"Bearer {token}"}
    if key:
        headers["Idempotency-Key"] = key
    if data is None and not raw:
        return Client().get(path, headers=headers)
    body = raw or json.dumps(data).encode()
    return Client().post(path, body, content_type="application/json", headers=headers)


def test_a_token_opens_its_own_merchants_rows_only(token, other_merchant):
    from django_scopes import scope

    with scope(merchant=other_merchant):
        create_token(merchant=other_merchant, by=SYSTEM, name="rival", scopes=["products:read"])
    assert call(token).json() == ["shop sync"]


def test_the_text_of_a_token_is_kept_nowhere(token):
    row = ApiToken.objects.get()
    assert token not in json.dumps(row.__dict__, default=str)
    assert token.startswith("tp_")


@pytest.mark.parametrize("text", ["", "tp_wrong", "nonsense", "tp_ü\x00"])
def test_an_unknown_token_is_refused_in_plain_words(token, text):
    answer = call(text.encode("ascii", "ignore").decode().replace("\x00", ""))
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["title"] == "Unauthorized"


def test_a_revoked_token_opens_nothing(token, owner):
    revoke_token(token=ApiToken.objects.get(), by=Actor.user(owner))
    assert call(token).status_code == 401


def test_a_token_without_the_scope_is_refused(in_scope, owner):
    _row, text = create_token(
        merchant=in_scope, by=Actor.user(owner), name="reader", scopes=["products:read"]
    )
    assert call(text, "/t/things", {"name": "bag"}).status_code == 403
    assert made == []


def test_a_scope_that_does_not_exist_cannot_be_granted(in_scope, owner):
    with pytest.raises(UnknownScope):
        create_token(merchant=in_scope, by=Actor.user(owner), name="x", scopes=["everything"])


def test_too_many_calls_a_minute_are_refused(token, monkeypatch):
    monkeypatch.setattr(auth, "CALLS_PER_MINUTE", 3)
    codes = [call(token).status_code for _ in range(5)]
    assert codes == [200, 200, 200, 429, 429]
    later = timezone.now() - timedelta(seconds=61)
    ApiToken.objects.update(minute_began_at=later)
    assert call(token).status_code == 200


@pytest.mark.parametrize(
    "raw",
    [b"{", b"[]", b'{"name": null}', b'{"name": "a\\u0000b"}', b'{"name": "\\ud800"}', b"\xff\xfe"],
)
def test_bad_input_is_a_refusal_never_a_fault(token, raw):
    answer = call(token, "/t/things", raw=raw)
    assert 400 <= answer.status_code < 500
    assert answer["Content-Type"] == "application/problem+json"


def test_the_same_key_and_call_is_answered_again_and_done_once(token):
    first = call(token, "/t/things", {"name": "bag"}, key="a")
    again = call(token, "/t/things", {"name": "bag"}, key="a")
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert again["Idempotent-Replayed"] == "true"
    assert made == ["bag"]


def test_the_same_key_for_another_call_is_refused(token):
    call(token, "/t/things", {"name": "bag"}, key="a")
    assert call(token, "/t/things", {"name": "belt"}, key="a").status_code == 422
    assert made == ["bag"]


def test_two_tokens_may_use_the_same_key(token, in_scope, owner):
    _row, other = create_token(
        merchant=in_scope, by=Actor.user(owner), name="second", scopes=["products:write"]
    )
    call(token, "/t/things", {"name": "bag"}, key="a")
    call(other, "/t/things", {"name": "bag"}, key="a")
    assert made == ["bag", "bag"]


def test_a_call_that_still_runs_is_a_conflict(token):
    call(token, "/t/things", {"name": "bag"}, key="a")
    ApiAnswer.objects.update(finished_at=None, status=0)
    assert call(token, "/t/things", {"name": "bag"}, key="a").status_code == 409


def test_a_call_whose_process_died_is_taken_over(token):
    call(token, "/t/things", {"name": "bag"}, key="a")
    dead = timezone.now() - idempotency.CLAIM_FOR - timedelta(seconds=1)
    ApiAnswer.objects.update(finished_at=None, status=0, claimed_at=dead)
    assert call(token, "/t/things", {"name": "bag"}, key="a").status_code == 201


def test_a_refused_call_may_be_tried_again_with_its_key(token):
    assert call(token, "/t/things", {"name": "refused"}, key="a").status_code == 409
    assert call(token, "/t/things", {"name": "bag"}, key="a").status_code == 201


def test_a_crash_leaves_no_effect_and_no_claim(token):
    with pytest.raises(RuntimeError):
        call(token, "/t/things", {"name": "crash"}, key="a")
    assert not ApiAnswer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_calls_racing_with_one_key_one_is_done(token):
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    def one(_number: int) -> int:
        try:
            return call(token, "/t/things", {"name": "bag"}, key="race").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        codes = list(pool.map(one, range(12)))
    assert made == ["bag"]
    assert set(codes) <= {201, 409}
    assert 201 in codes


def test_kept_answers_go_after_a_day(token):
    call(token, "/t/things", {"name": "bag"}, key="a")
    now = timezone.now()
    assert answers.purge(now) == 0
    assert answers.due(now + timedelta(hours=25)) == 1
    assert answers.purge(now + timedelta(hours=25)) == 1


def test_erasing_a_customer_empties_kept_answers_without_undoing_the_key(token, merchant):
    call(token, "/t/things", {"name": "müller@example.com"}, key="a")
    assert list(answers.scan("müller@example.com".encode()))
    subject = SubjectRef(Subject.CUSTOMER, "müller@example.com", merchant.pk)
    assert answers.erase(subject) == 1
    assert not list(answers.scan("müller@example.com".encode()))
    assert call(token, "/t/things", {"name": "müller@example.com"}, key="a").status_code == 410
    assert made == ["müller@example.com"]


def test_the_api_of_the_house_describes_itself_without_outside_hosts(db):
    schema = json.dumps(build_api_schema())
    assert "cdn" not in schema
    assert '"bearer"' in schema


def build_api_schema() -> dict:
    house = NinjaAPI(urls_namespace="again")
    assert house is not None
    from tradepost.config.api import api as running

    with scopes_disabled():
        return running.get_openapi_schema(path_prefix="/api/v1/")


def test_nul_in_an_address_is_a_refusal():
    @keeping_scope
    def view(request, **kwargs):
        raise AssertionError

    assert view(RequestFactory().get("/"), thing_id="a\x00b").status_code == 404


assert build_api

"""What a program does with its token is found in the record by one search, whatever room it was in."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django_scopes import scopes_disabled

from tradepost.audit.models import Entry
from tradepost.audit.types import Actor
from tradepost.campaigns.models import Campaign
from tradepost.merchants.actions.tokens import create_token
from tradepost.modules.team import scopes

pytestmark = pytest.mark.django_db
TOMORROW = (timezone.now() + timedelta(days=1)).isoformat()


@pytest.fixture
def token_and_call(merchant, owner, in_scope):
    token, text = create_token(
        merchant=merchant, by=Actor.user(owner), name="sync", scopes=list(scopes)
    )

    def call(method: str, path: str, body: object = None):
        answer = Client().generic(
            method,
            f"/api/v1{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers={"Authorization": f"Bearer {text}"},
        )
        assert answer.status_code < 300, answer.content
        return answer.json() if answer.content else None

    return token, call


def test_all_deeds_of_a_token_are_found_by_one_search(token_and_call):
    token, call = token_and_call
    call("POST", "/products", {"name": "Belt", "price": "69.00"})
    call("GET", "/orders")
    call("POST", "/contacts", {"email": "ines@example.com"})
    call("POST", "/campaigns", {"name": "News", "subject": "News", "body": "Hello"})
    with scopes_disabled():
        deeds = Entry.objects.filter(actor=str(Actor.token(token))).values_list("action", flat=True)
    assert {deed.partition(".")[0] for deed in deeds} == {
        "catalog",
        "orders",
        "audience",
        "campaigns",
    }
    others = Entry.objects.exclude(actor=str(Actor.token(token)))
    assert {entry.action for entry in others} == {"merchants.create_token"}


def test_a_scheduled_campaign_is_the_tokens_deed_and_its_makers_to_answer_for(
    token_and_call, owner, monkeypatch
):
    token, call = token_and_call
    made = call("POST", "/campaigns", {"name": "News", "subject": "News", "body": "Hello"})
    monkeypatch.setattr("tradepost.campaigns.actions.control.checks", lambda *_given: [])
    call("POST", f"/campaigns/{made['id']}/schedule", {"at": TOMORROW})
    assert Entry.objects.get(action="campaigns.schedule").actor == f"token:{token.pk}"
    assert Campaign.objects.get().scheduled_by == owner

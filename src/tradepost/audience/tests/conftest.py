"""A list, a form and a way to read the mail that confirms."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from tradepost.audience.actions import setup
from tradepost.audit.types import SYSTEM, Actor
from tradepost.delivery.models import Mail
from tradepost.merchants.actions.tokens import create_token

SCOPES = ["contacts:read", "contacts:write", "lists:read", "lists:write"]


@pytest.fixture
def news(in_scope):
    return setup.save_list(merchant=in_scope, by=SYSTEM, name="News", description="Monthly")


@pytest.fixture
def city(in_scope):
    return setup.save_custom_field(
        merchant=in_scope, by=SYSTEM, key="city", label="City", kind="text", choices=[]
    )


@pytest.fixture
def optin(in_scope, news, city):
    return setup.save_form(
        merchant=in_scope,
        by=SYSTEM,
        consent_text="Yes, write to me once a month.",
        tracking_text="You may measure what I open.",
        field_keys=["city"],
        settings={
            "name": "Footer",
            "contact_list": news,
            "heading": "Join us",
            "introduction": "",
            "asks_name": True,
            "success_text": "Welcome!",
            "is_open": True,
        },
    )


@pytest.fixture
def post_form(client, optin):
    """Fill in the form as a person would."""

    def post(email="ines@example.com", **more):
        data = {"email": email, "consent": "on"} | more
        return client.post(reverse("audience:subscribe", args=[optin.public_id]), data)

    return post


@pytest.fixture
def confirm_link():
    """The path of the link in the newest mail."""

    def find(email="ines@example.com"):
        mail = Mail.objects.filter(address=email, template="audience/confirm").latest("pk")
        return re.search(r"https?://[^/]+(/subscriptions/\S+)", mail.text)[1]

    return find


@pytest.fixture
def call(merchant, owner, in_scope, city):
    def made(scopes):
        return create_token(
            merchant=merchant, by=Actor.user(owner), name=str(scopes), scopes=scopes
        )[1]

    tokens = {}

    def send(method, path, body=None, *, scopes=SCOPES, **headers):
        text = tokens.setdefault(tuple(scopes), None) or made(scopes)
        tokens[tuple(scopes)] = text
        return Client().generic(
            method,
            f"/api/v1{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers={"Authorization": f"Bearer {text}"} | headers,
        )

    return send

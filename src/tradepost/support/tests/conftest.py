import pytest
from django.test import Client
from django_scopes import scopes_disabled

from tradepost.jobs import storage
from tradepost.support.models import Conversation
from tradepost.support.tests.samples import conversation

ANN = "ann@people.example"


@pytest.fixture(autouse=True)
def own_files(tmp_path, monkeypatch):
    """The storage of the test alone."""
    folder = storage.files_at(f"file://{tmp_path}/files")
    monkeypatch.setattr(storage, "files", lambda: folder)
    return folder


@pytest.fixture
def asked(in_scope):
    """Ann's conversation with the shop."""
    return conversation(in_scope, ANN)


@pytest.fixture
def write(merchant):
    """``write(text=…)``: somebody sends the contact form of the shop; the answer of the page."""

    def send(**said):
        page = f"/support/to/{merchant.handle}/"
        return Client().post(
            page, {"email": ANN, "subject": "Wallet", "text": "Where is it?"} | said
        )

    return send


@pytest.fixture
def only():
    """``only()``: the one conversation there is, whoever's."""

    def find() -> Conversation:
        with scopes_disabled():
            return Conversation.objects.select_related("merchant").get()

    return find

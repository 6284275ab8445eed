"""Fixtures that every room's tests share: two merchants, their people, and signed-in clients."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache
from django.test import Client
from django.utils import timezone
from django_scopes import scope, scopes_disabled
from django_tasks_db.models import DBTaskResult
from tests.migrated import django_db_keepdb, django_db_setup, shared_tables  # noqa: F401

from tradepost.delivery.engine.sender import Engine
from tradepost.delivery.models import Mail
from tradepost.delivery.testing import Captured, CaptureServer
from tradepost.identity.actions.operator import create_operator
from tradepost.identity.models import User
from tradepost.identity.probe import give_second_factor, has_just_confirmed
from tradepost.lib import processes
from tradepost.lib.smtp import Relay
from tradepost.merchants.models import Membership, Merchant
from tradepost.merchants.types import Role
from tradepost.modules.switches import operators_choice
from tradepost.payments.tests.fixtures import stripe_server, stripe_standin  # noqa: F401

pytest_plugins = ["tests.databases", "tests.order"]
PASSWORD = "bottle-green-ledger-7"


def pytest_configure() -> None:
    """Static files come straight from the rooms: nothing has been collected."""
    from django.conf import settings

    settings.SWITCHES_KNOWN_SECONDS = 1e9  # each test begins with nothing switched off
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture(scope="session", autouse=True)
def cheap_hashing() -> None:
    """Argon2id is slow on purpose; in tests it takes its smallest parameters."""
    Argon2PasswordHasher.time_cost = 1
    Argon2PasswordHasher.memory_cost = 8
    Argon2PasswordHasher.parallelism = 1


@pytest.fixture(autouse=True)
def children_may_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that ends a scheduler ends what this process starts, for good."""
    monkeypatch.setattr(processes, "_stopping", False)


@pytest.fixture(autouse=True)
def price_history_lets_go(request: pytest.FixtureRequest) -> Iterator[None]:
    """SQLite empties tables row by row after a test; an open shop's price history refuses that."""
    marker = request.node.get_closest_marker("django_db")
    writes = {"transactional_db", "live_server"} & set(request.fixturenames)
    if not writes and not (marker and marker.kwargs.get("transaction")):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    Merchant.objects.update(closing_at=timezone.now())


@pytest.fixture(autouse=True)
def nothing_is_off_for_all() -> Iterator[None]:
    """What a test switches off for everybody holds for that test."""
    operators_choice.know(())
    yield
    operators_choice.know(())


@pytest.fixture(scope="session")
def password_hash(cheap_hashing: None) -> str:
    return make_password(PASSWORD)


@pytest.fixture
def run_tasks(db: None) -> Callable[[], int]:
    """Run what has been enqueued, as the worker would; returns how many tasks ran."""

    def run() -> int:
        count = 0
        while row := DBTaskResult.objects.ready().first():
            row.claim("test")
            task, result = row.task, row.task_result
            row.set_successful(task.func(*result.args, **result.kwargs))
            count += 1
        return count

    return run


@pytest.fixture
def mailbox(db: None) -> Callable[[str], list[Mail]]:
    """The queued mails of a template, oldest first, whichever merchant's they are."""

    def find(template: str) -> list[Mail]:
        with scopes_disabled():
            return list(Mail.objects.filter(template=template).order_by("pk"))

    return find


@pytest.fixture
def post_office(db: None) -> Iterator[Callable[[], list[Captured]]]:
    """Run the sender until nothing is due; returns what a real SMTP server received by then."""
    with CaptureServer().running() as server, Engine(relay=Relay.from_url(server.url)) as engine:

        def run() -> list[Captured]:
            engine.run_until_idle()
            return list(server.messages)

        yield run


@pytest.fixture
def make_user(db: None, password_hash: str) -> Callable[..., User]:
    def make(email: str, **fields: object) -> User:
        user = User(email=email, password=password_hash, **fields)
        user.save()
        user.emailaddress_set.create(email=email, verified=True, primary=True)
        return user

    return make


@pytest.fixture
def make_merchant(db: None, make_user: Callable[..., User]) -> Callable[..., Merchant]:
    """A shop and its owner, ``owner@<handle>.example``."""

    def make(handle: str, **fields: object) -> Merchant:
        values = {
            "name": handle.replace("-", " ").title(),
            "contact_email": f"contact@{handle}.example",
            "country": "DE",
            "website": f"https://{handle}.example",
        } | fields
        merchant = Merchant.objects.create(handle=handle, **values)
        owner = make_user(f"owner@{handle}.example", name=f"Owner of {handle}")
        Membership.objects.create(merchant=merchant, user=owner, role=Role.OWNER)
        return merchant

    return make


@pytest.fixture
def merchant(make_merchant: Callable[..., Merchant]) -> Merchant:
    return make_merchant("ember-leather")


@pytest.fixture
def other_merchant(make_merchant: Callable[..., Merchant]) -> Merchant:
    return make_merchant("rival-goods")


@pytest.fixture
def owner(merchant: Merchant) -> User:
    return User.objects.get(memberships__merchant=merchant, memberships__role=Role.OWNER)


@pytest.fixture
def in_scope(merchant: Merchant) -> Iterator[Merchant]:
    """Queries inside the test belong to ``merchant``."""
    with scope(merchant=merchant):
        yield merchant


@pytest.fixture
def office(owner: User) -> Client:
    """A client signed in as the owner of ``merchant``, who has just typed the password once more."""
    client = Client()
    client.force_login(owner)
    return has_just_confirmed(client)


@pytest.fixture
def console(db: None) -> Client:
    """A browser with an operator signed in, who has a second factor."""
    operator = create_operator(email="op@house.example", name="Op", password="dark-ink-paper-4")
    give_second_factor(operator)
    browser = Client()
    browser.force_login(operator)
    return browser


@pytest.fixture
def member(make_user: Callable[..., User], merchant: Merchant) -> Callable[[str], Client]:
    """A client signed in as a team member of ``merchant`` with the given role."""

    def make(role: str) -> Client:
        user = make_user(f"{role}@ember-leather.example")
        Membership.objects.create(merchant=merchant, user=user, role=role)
        client = Client()
        client.force_login(user)
        return has_just_confirmed(client)

    return make


@pytest.fixture
def demo_folder(settings: Any, tmp_path: Path) -> Path:
    """The data folder is one that the demo was loaded into."""
    key = settings.SECRET_KEY
    settings.TRADEPOST = replace(settings.TRADEPOST, data=tmp_path, public_url="", secret_key=key)
    settings.TRADEPOST.repeat_whether_demo(is_demo=True)
    return tmp_path


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Redis is not rolled back with the database: what one test counted, the next must not see."""
    if isinstance(caches["default"], RedisCache):
        monkeypatch.setattr(caches["default"], "key_prefix", uuid4().hex)

"""Fixtures that every room's tests share: two merchants, their people, and signed-in clients."""

from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django_scopes import scope

from tradepost.identity.models import User
from tradepost.merchants.models import Membership, Merchant
from tradepost.merchants.types import Role
from tradepost.payments.tests.fixtures import stripe_server, stripe_standin  # noqa: F401

PASSWORD = "bottle-green-ledger-7"


def pytest_configure() -> None:
    """Static files come straight from the rooms: nothing has been collected."""
    from django.conf import settings

    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Argon2 is slow on purpose; hashing once keeps the suite quick."""
    return make_password(PASSWORD)


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
    """A client signed in as the owner of ``merchant``."""
    client = Client()
    client.force_login(owner)
    return client


@pytest.fixture
def member(make_user: Callable[..., User], merchant: Merchant) -> Callable[[Role], Client]:
    """A client signed in as a team member of ``merchant`` with the given role."""

    def make(role: Role) -> Client:
        user = make_user(f"{role.value}@ember-leather.example")
        Membership.objects.create(merchant=merchant, user=user, role=role)
        client = Client()
        client.force_login(user)
        return client

    return make

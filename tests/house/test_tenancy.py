"""Every address as owner, team-mate without the role, another merchant, and stranger."""

from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django_scopes import scope

from tests.house.addresses import Address, all_addresses, office_addresses, other_addresses
from tests.house.public_addresses import PUBLIC
from tests.house.samples import SAMPLES
from tradepost.merchants.models import Merchant
from tradepost.merchants.types import Role
from tradepost.modules.team import role_permissions

pytestmark = pytest.mark.django_db

OFFICE = {address.name: address for address in office_addresses()}


def test_every_address_is_guarded_or_says_why_not():
    unexplained = [
        address.name
        for address in other_addresses()
        # Operations of the API are called one by one in test_api_tenancy.
        if address.name not in PUBLIC and not address.name.startswith("api:")
    ]
    assert unexplained == []


def test_no_reason_is_given_for_an_address_that_is_gone():
    names = {address.name for address in all_addresses()}
    assert sorted(set(PUBLIC) - names) == []
    assert sorted(name for name in set(SAMPLES) - names if not name.startswith("api:")) == []


def path_of(address: Address, merchant: Merchant) -> str:
    arguments = {"handle": merchant.handle}
    if address.needs - {"handle"}:
        assert address.name in SAMPLES, f"tests/house/samples.py needs a row for {address.name}"
        with scope(merchant=merchant):
            arguments |= SAMPLES[address.name](merchant)
    return reverse(address.name, kwargs=arguments)


def call(client: Client, path: str):
    """GET, or POST where the page only takes that."""
    answer = client.get(path)
    return client.post(path) if answer.status_code == 405 else answer


@pytest.mark.parametrize("name", sorted(OFFICE))
def test_the_back_office_opens_for_those_who_may(name, merchant, other_merchant, office, member):
    address = OFFICE[name]
    path = path_of(address, merchant)

    stranger = call(Client(), path)
    assert stranger.status_code == 302
    assert urlsplit(stranger.url).path == reverse("account_login")

    rival = Client()
    rival.force_login(other_merchant.memberships.get().user)
    assert call(rival, path).status_code == 404

    for role in ("orders", "campaigns", Role.READ_ONLY):
        status = call(member(role), path).status_code
        if address.permission in role_permissions[role]:
            assert status not in {403, 404, *range(500, 600)}, f"{role}: {status}"
            path = path_of(address, merchant)  # the call may have deleted the row
        else:
            assert status == 403, f"{role}: {status}"

    assert call(office, path).status_code not in {403, 404, 500, 501, 502, 503}


@pytest.mark.parametrize("name", sorted(name for name in OFFICE if OFFICE[name].needs - {"handle"}))
def test_a_row_of_another_merchant_is_not_there(name, merchant, other_merchant, office):
    """The owner's own handle with the rival's row: the scope must not find it."""
    with scope(merchant=other_merchant):
        foreign = SAMPLES[name](other_merchant)
    path = reverse(name, kwargs={"handle": merchant.handle} | foreign)
    if all(not isinstance(value, str) or len(value) < 20 for value in foreign.values()):
        return  # the argument is a word of the program (a step, a format), not a row
    assert call(office, path).status_code == 404

"""A gateway says itself where its payment pages stand; browsers follow our forms there and nowhere else."""

from dataclasses import replace

from django.conf import settings as used
from django.test import Client
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

from tradepost.payments.registry import gateways, page_origins


def form_targets(client: Client) -> list[str]:
    policy = client.get("/accounts/login/").headers["Content-Security-Policy"]
    (directive,) = (part for part in policy.split("; ") if part.startswith("form-action "))
    return directive.split()[1:]


def test_the_policy_of_a_page_names_this_site_and_the_pages_of_the_gateways(
    client, db, monkeypatch
) -> None:
    # The list is worked out once in a process, which may have been under a test with a stand-in.
    fresh = SimpleLazyObject(import_string("tradepost.config.settings._form_targets"))
    monkeypatch.setitem(used.SECURE_CSP, "form-action", fresh)
    assert form_targets(client) == ["'self'", *page_origins()]
    assert "https://checkout.stripe.com" in form_targets(client)


def test_ways_of_paying_without_a_page_name_none() -> None:
    for gateway in gateways.values():
        assert bool(gateway.page_origins()) == gateway.redirects


def test_the_stand_in_for_stripe_is_named_where_it_runs_only(settings) -> None:
    here = "http://127.0.0.1:4242"
    assert here not in page_origins()
    settings.TRADEPOST = replace(used.TRADEPOST, stripe_api_base=f"{here}/")
    assert here in page_origins()

"""The demo's card payments must get through the browser's own rules, not only through a test client."""

from dataclasses import replace
from urllib.parse import urlsplit

from tests.damage import damages

from tradepost.config.environment import variable
from tradepost.config.processes.supervisor import with_standin
from tradepost.payments.standin.server import Standin, plant, serve


def test_the_stand_ins_pages_go_by_the_name_that_forms_may_lead_to(settings, monkeypatch) -> None:
    monkeypatch.setenv(variable("stripe_api_base"), "")
    environment = with_standin(replace(settings.TRADEPOST, stripe_api_base=""))
    server, standin = serve(0)
    server.server_close()
    allowed, page = urlsplit(environment.stripe_api_base), urlsplit(standin.base)
    assert (allowed.scheme, allowed.hostname) == (page.scheme, page.hostname)


def test_whatever_is_in_its_state_the_stand_in_starts_and_goes_on(tmp_path) -> None:
    state = tmp_path / "stripe-standin.json"
    paid = [
        {"id": "pi_1", "amount": 100, "currency": "eur", "metadata": {}, "created": 1_700_000_000}
    ]
    plant(state, "sk_one", webhook_url="http://127.0.0.1:9/hook", webhook_secret="whsec", paid=paid)
    good = state.read_bytes()
    shapes = [
        b"[]",
        b"{}",
        b"7",
        b'{"sk": 1}',
        b'{"sk": {"session": []}}',
        b'{"sk": {"session": {"a": 1}}}',
    ]
    for damage in (*shapes, *damages(good, bits=200)):
        state.write_bytes(damage)
        standin = Standin("http://127.0.0.1:1", state)
        standin.account("sk_other").of("session")
        standin.save()
        Standin("http://127.0.0.1:1", state)
    state.unlink()
    state.mkdir()
    Standin("http://127.0.0.1:1", state)

"""The demo's card payments must get through the browser's own rules, not only through a test client."""

from dataclasses import replace
from urllib.parse import urlsplit

from tradepost.config.environment import variable
from tradepost.config.supervisor import with_standin
from tradepost.payments.standin.server import serve


def test_the_stand_ins_pages_go_by_the_name_that_forms_may_lead_to(settings, monkeypatch) -> None:
    monkeypatch.setenv(variable("stripe_api_base"), "")
    environment = with_standin(replace(settings.TRADEPOST, stripe_api_base=""))
    server, standin = serve(0)
    server.server_close()
    allowed, page = urlsplit(environment.stripe_api_base), urlsplit(standin.base)
    assert (allowed.scheme, allowed.hostname) == (page.scheme, page.hostname)

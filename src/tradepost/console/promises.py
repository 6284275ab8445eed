"""What the console promises."""

import secrets
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.test import Client, override_settings

from tradepost.assurance.byte_search import databases_holding
from tradepost.assurance.promises import fixtures
from tradepost.audit.models import Entry
from tradepost.console.announcing import announcement_check  # noqa: F401  importing registers it
from tradepost.console.registers import break_glass_check  # noqa: F401  importing registers it
from tradepost.console.shops import suspension_check  # noqa: F401  importing registers it
from tradepost.console.statistics import statistics_check  # noqa: F401  importing registers it
from tradepost.datamap.promises import Evidence, keeps, require
from tradepost.datamap.vocabulary import Kind
from tradepost.delivery.personal_files import caught
from tradepost.identity.actions.operator import create_operator
from tradepost.identity.probe import give_second_factor
from tradepost.rights.models import Disclosure


def _demo_in(folder: Path) -> object:
    """Settings as of a demo, the only kind of installation in which caught mail can be read."""
    places = replace(settings.TRADEPOST, data=folder, secret_key=settings.SECRET_KEY)
    found = replace(places, public_url="", smtp_url="", mail_catcher_port=1025)
    found.repeat_whether_demo(is_demo=True)
    return found


def _console() -> Client:
    browser = Client()
    address = f"{fixtures.mark()}@promise-check.example"
    password = secrets.token_urlsafe(16)
    operator = create_operator(email=address, name="", password=password)
    give_second_factor(operator)
    browser.force_login(operator)
    return browser


@keeps("share.legal", Evidence.TESTED)
def what_the_law_demands_is_written_down() -> str:
    """An operator writes a disclosure down; the person finds it, and the ledger names nobody."""
    merchant = fixtures.shop()
    word = fixtures.mark()
    ref = fixtures.person(merchant, word)
    console, authority = _console(), f"Court {fixtures.mark()}"
    before = set(databases_holding(word))
    said = {
        "authority": authority,
        "basis": "§ 95 StPO, 12 Js 34/26",
        "email": ref.email,
        "shop": merchant.handle,
        "kinds": [Kind.ORDER.value, Kind.ADDRESS.value],
    }
    console.post("/operator/disclosures/", said)
    row = Disclosure._base_manager.filter(host=authority).first()
    require(row, "A disclosure is not written to the ledger.")
    assert row is not None
    noted = Entry.objects.filter(action="rights.disclose_by_law", merchant_id=merchant.pk)
    require(noted.exists(), "Who disclosed it is not on record.")
    require(set(databases_holding(word)) == before, "The ledger names the person.")
    require(authority in fixtures.page("/operator/disclosures/", console), "The ledger is empty.")
    shown = fixtures.page("/privacy/visit/", fixtures.visit_of(merchant, ref.email))
    require(authority in shown, "The person does not learn of it.")
    return (
        "A disclosure to a court is in the ledger under a keyed hash, on record, and in the portal."
    )


@keeps("collect.list-contents", Evidence.TESTED)
def looks_of_the_operator_are_recorded() -> str:
    """Every page of the console and of caught mail that shows a shop or a mail; no way into a shop."""
    merchant = fixtures.shop()
    word = fixtures.mark()
    content = f"Subject: {word}\r\n\r\n{word}\r\n".encode()
    console = _console()
    with TemporaryDirectory() as folder, override_settings(TRADEPOST=_demo_in(Path(folder))):
        name = caught.keep(sender="a@b.example", to=["c@d.example"], content=content)
        pages = [
            "/operator/shops/",
            "/caught/",
            f"/caught/{name.stem}/",
            f"/caught/{name.stem}/source",
        ]
        shown = 0
        for url in pages:
            before = Entry.objects.count()
            page = fixtures.page(url, console)
            if merchant.name in page or word in page:
                require(Entry.objects.count() > before, f"{url} records no look.")
                shown += 1
    require(shown == len(pages), f"Only {shown} of {len(pages)} pages show anything.")
    for path in ("", "contacts/", "orders/", "campaigns/"):
        status = console.get(f"/office/{merchant.handle}/{path}").status_code
        require(status == 404, f"The operator gets {status} for a shop's {path or 'start page'}.")
    return f"{shown} pages of the operator recorded the look; a shop's own pages stayed closed."

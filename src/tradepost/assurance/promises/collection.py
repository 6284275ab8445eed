"""What is collected and what for."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client

from tradepost.assurance.byte_search import databases_holding
from tradepost.assurance.promises import fixtures
from tradepost.datamap import registry
from tradepost.datamap.checks import check_data_map
from tradepost.datamap.processors import PartyRole, processors
from tradepost.datamap.promises import Evidence, keeps, require
from tradepost.datamap.registry import personal_fields, personal_models
from tradepost.datamap.vocabulary import Basis, Declaration, Erase, Kind, Personal, Purpose, Subject
from tradepost.identity.models import User
from tradepost.rights.words import country_name

PROBE = "auth.Group"
SOUND: dict[str, Any] = {
    "kind": Kind.NAME,
    "subject": Subject.MEMBER,
    "purpose": Purpose.SERVICE,
    "basis": Basis.CONTRACT,
    "keep": "identity.account",
    "erase": Erase.ROW,
}


@contextmanager
def declared(**changes: str | None) -> Iterator[set[str | None]]:
    """What the start-up check says of a model whose declaration is spoilt in one place."""
    real = registry._third_party[PROBE]
    registry._third_party[PROBE] = Declaration(
        locate="name",
        personal={"name": Personal(**(SOUND | changes))},
        not_personal={"id": "row number"},
    )
    try:
        yield {problem.id for problem in check_data_map()}
    finally:
        registry._third_party[PROBE] = real


def _fields() -> int:
    return sum(len(personal_fields(model)) for model in personal_models())


@keeps("purpose.closed-list", Evidence.ENFORCED)
def unknown_purposes_do_not_start() -> str:
    with declared(purpose="advertising") as problems:
        require("datamap.E006" in problems, "A purpose outside the list passes the start-up check.")
    require("datamap.E006" not in {it.id for it in check_data_map()}, "A field has no purpose.")
    return f"{_fields()} fields use {len(Purpose)} purposes; any other word stops the start."


@keeps("purpose.basis", Evidence.ENFORCED)
def a_purpose_without_a_basis_does_not_start() -> str:
    with declared(basis=None) as problems:
        require(
            "datamap.E006" in problems, "A field without a legal basis passes the start-up check."
        )
    require("datamap.E006" not in {it.id for it in check_data_map()}, "A field has no basis.")
    return f"All {_fields()} personal fields name their basis; one without stops the start."


@keeps("collect.location", Evidence.TESTED)
def the_notice_says_where_the_data_is() -> str:
    text = fixtures.page("/privacy/")
    environment = settings.TRADEPOST
    country = country_name(environment.storage_country)
    for value in (environment.storage_host, environment.storage_city, country):
        require(value in text, f"The notice does not name {value}.")
    place = f"{environment.storage_city}, {country}"
    return f"The notice names {environment.storage_host}, {place}."


@keeps("collect.no-enrichment", Evidence.TESTED)
def nobody_who_looks_people_up_is_registered() -> str:
    for party in processors.values():
        require(isinstance(party.role, PartyRole), f"{party.id} {party.role}.")
    return f"{len(processors)} outside parties, none of which looks people up."


class _Listener(logging.Handler):
    """Keeps each record as the running configuration would print it, traceback and all."""

    def __init__(self, printers: list[logging.Handler]) -> None:
        super().__init__(logging.DEBUG)
        self.printers, self.lines = printers, list[str]()

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.extend(printer.format(record) for printer in self.printers)


@contextmanager
def listening() -> Iterator[list[str]]:
    configured = settings.LOGGING["handlers"]
    printers = [it for it in logging.getLogger().handlers if it.get_name() in configured]
    require(printers, "Nothing prints the log.")
    listener, root = _Listener(printers), logging.getLogger()
    root.addHandler(listener)
    try:
        yield listener.lines
    finally:
        root.removeHandler(listener)


@keeps("collect.logs-without-identity", Evidence.TESTED)
def cookies_name_nobody() -> str:
    merchant = fixtures.shop()
    word = fixtures.mark()
    ref = fixtures.person(merchant, word)
    browser = fixtures.visit_of(merchant, ref.email)
    browser.get("/privacy/visit/")
    office = fixtures.office_of(merchant)
    office.get("/privacy/")
    cookies = [str(morsel) for client in (browser, office) for morsel in client.cookies.values()]
    for text in cookies:
        named = word in text or f"owner@{merchant.handle}" in text
        require(not named, "A cookie names a person.")
    return f"{len(cookies)} cookies of two visits name nobody."


@keeps("collect.logs-without-identity", Evidence.TESTED)
def logs_name_nobody() -> str:
    """Things go wrong with a person's address in the way, in paths, messages and exceptions."""
    merchant = fixtures.shop()
    email = f"{fixtures.mark()}@people.example"
    fixtures.person(merchant, email.split("@")[0])
    with listening() as lines:
        for path in (f"/nowhere/{email}/", f"/nowhere/{quote(email, safe='')}/"):
            Client().get(path)
        Client(enforce_csrf_checks=True).post(f"/office/{email}/", {"email": email})
        _crash(email)
        links = _links_of(fixtures.page("/privacy/visit/", fixtures.visit_of(merchant, email)))
    require(len(lines) >= 4, f"Only {len(lines)} lines were logged; the check is blind.")
    for line in lines:
        require(email.split("@")[0] not in line, f"A log line names a person: {line[:40]}…")
    for link in links:
        require(email.split("@")[0] not in link, "An address in the portal holds personal data.")
    require(not settings.ADMINS, "Errors are mailed with what people typed.")
    return f"{len(lines)} log lines and {len(links)} links of a portal visit name nobody."


def _crash(email: str) -> None:
    """As a failing job logs it: the database refuses a row and says what is in it."""
    try:
        with transaction.atomic():
            for _twice in range(2):
                User.objects.create(email=email)
    except IntegrityError:
        logging.getLogger("tradepost").exception("a row of %s was refused", email)
    detail = f"duplicate key\nDETAIL:  Key (name, email)=({email.split('@')[0]}, x) exists."
    try:
        raise IntegrityError(detail)  # noqa: TRY301  raised to be logged at once
    except IntegrityError:
        logging.getLogger("tradepost").exception("on another database")


def _links_of(page: str) -> list[str]:
    return re.findall(r'(?:href|action)="([^"]*)"', page)


@keeps("collect.messages", Evidence.TESTED)
def messages_are_shown_and_erased() -> str:
    merchant = fixtures.shop()
    ref = fixtures.person(merchant)
    browser = fixtures.visit_of(merchant, ref.email)
    held = fixtures.page("/privacy/visit/download/json/", browser)
    require(fixtures.NOTE in held, "A message is missing from the person's copy.")
    require(databases_holding(fixtures.NOTE), "No message is kept; the check is blind.")
    browser.post("/privacy/visit/erase/", {"sure": "on"})
    left = databases_holding(fixtures.NOTE)
    require(not left, f"A message survived erasure in {', '.join(left)}.")
    kinds = [
        m
        for m in personal_models()
        if any(said.kind is Kind.MESSAGE for said in personal_fields(m).values())
    ]
    return f"{len(kinds)} kinds of records hold messages; a sent one was shown, then erased."

"""A lower room does not know an upper one by text: no name of a room, its tables or its addresses."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.urls import URLPattern, URLResolver

from tests.house.source import PACKAGE, ROOT, modules, room, templates, tree_of
from tradepost.config.urls import routes_of
from tradepost.modules.registry import rooms

# Text → why it may stand in a file (by the beginning of its path) although a room above has that name.
# A text that ends in "…" stands for all that begin so.
REASONED = {
    ("audit/actions.py", "identity.user"): "the one spelling of a person in the record",
    ("datamap/vocabulary.py", "support"): "a purpose of the closed list, kept in rows",
    ("delivery/models/", "merchants.Merchant"): "each row has its merchant; Django asks for a text",
    ("jobs/models.py", "merchants.Merchant"): "each row has its merchant; Django asks for a text",
    ("audience/types.py", "checkout"): "where a contact came from: a place of a shop, kept in rows",
    ("orders/types.py", "storefront"): "where an order came from: a place of a shop, kept in rows",
    ("console/models.py", "demo"): "a kind of installation, kept in rows",
    ("assurance/promises/sharing.py", "demo/"): "a folder that is looked at and ships no way out",
    ("merchants/promises.py", "demo"): "a folder that is not looked at",
    ("payments/gateways/stripe/", "checkout.session.…"): "Stripe's own word",
    ("payments/gateways/stripe/", "https://checkout.stripe.com"): "Stripe's own page",
    ("payments/standin/", "checkout.session…"): "Stripe's own word",
    ("payments/standin/", "/v1/checkout/…"): "Stripe's own word",
    ("identity/middleware.py", "/operator/"): "one of the three areas whose pages are logged",
    ("merchants/middleware.py", "/operator/"): "an area that is not for customers",
    ("identity/templates/", "/privacy/"): "the one address of the notice, printed on every page",
    ("merchants/templates/", "/privacy/…"): "the one address of the notice, printed on every page",
    ("rights/queries.py", "holds_anything"): "a question about a person, no table",
    ("ui/", "/privacy/"): "the one address of the notice, printed on every page",
    ("ui/gallery.py", "delivery"): "a field of a made-up form",
    ("ui/sheets.py", "notice"): "a component of the design system",
    ("ui/templates/ui/", "notice"): "a component of the design system",
}


OFFICE = "office/"  # each room has addresses there


@cache
def floors() -> list[list[str]]:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contract = declared["tool"]["importlinter"]["contracts"][0]
    return [[name.strip() for name in floor.split("|")] for floor in contract["layers"]]


@cache
def above(name: str) -> set[str]:
    levels = floors()
    own = next(number for number, floor in enumerate(levels) if name in floor)
    return {one for floor in levels[:own] for one in floor} - {"config", "__main__"}


def texts_in(path: Path) -> Iterator[tuple[int, str]]:
    """Words of the program: constants without blanks that are no docstrings; quoted words in templates."""
    if path.suffix == ".py":
        tree = tree_of(path)
        said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and id(node) not in said and not re.search(r"\s", text):
                yield node.lineno, text
        return
    for number, line in enumerate(path.read_text().splitlines(), 1):
        for found in re.finditer(r"""["']([^"'\s<>]+)["']""", line):
            yield number, found[1]


def first_words(routes: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    """The beginnings of a room's own addresses that no placeholder interrupts: ``/shop/``."""
    for route in routes:
        here = before + str(route.pattern)
        if isinstance(route, URLResolver):
            yield from first_words(route.url_patterns, here)
        elif (fixed := re.match(r"[a-z][a-z-]*/", here)) and fixed[0] != OFFICE:
            yield fixed[0]


@cache
def addresses_of(name: str) -> set[str]:
    return set(first_words(routes_of(rooms[name]))) if name in rooms else set()


def names(text: str, upper: set[str], addresses: set[str]) -> bool:
    parts = {*re.split(r"[./:]", text), text.partition("_office")[0]}
    table = any(text.startswith(f"{one}_") for one in upper)
    address = text.startswith("/") and any(text[1:].startswith(one) for one in addresses)
    return bool(parts & upper) or table or address


@cache
def foreign_addresses(own: str) -> set[str]:
    return {one for name in above(own) for one in addresses_of(name)} - addresses_of(own)


def found_in(path: Path) -> Iterator[tuple[str, str]]:
    own = room(path)
    upper, foreign = above(own), foreign_addresses(own)
    for _number, text in texts_in(path):
        if names(text, upper, foreign):
            yield path.relative_to(PACKAGE).as_posix(), text


def reason_for(file: str, text: str) -> tuple[str, str] | None:
    for start, said in REASONED:
        fits = text.startswith(said[:-1]) if said.endswith("…") else text == said
        if fits and file.startswith(start):
            return start, said
    return None


@cache
def all_found() -> list[tuple[str, str]]:
    houses = {name for floor in floors() for name in floor} - {"config", "__main__"}
    return [
        found
        for path in [*modules(), *templates()]
        if room(path) in houses
        for found in found_in(path)
    ]


def test_no_lower_room_names_an_upper_one():
    unexplained = [found for found in all_found() if reason_for(*found) is None]
    assert unexplained == []


def test_no_reason_outlives_its_text():
    used = {reason_for(*found) for found in all_found()}
    assert sorted(REASONED.keys() - used) == []


def test_tables_and_addresses_count_as_names():
    upper = {"orders", "storefront"}
    for text in (
        "orders",
        "orders_order",
        "orders.order",
        "orders_office:list",
        "orders/mail.html",
    ):
        assert names(text, upper, set())
    assert names("/shop/ember/", upper, {"shop/"})
    for text in ("reorders", "border", "keep.orders-until-paid", "/shopping/"):
        assert not names(text, upper, {"shop/"})


def test_every_room_has_a_floor():
    assert {path.name for path in PACKAGE.iterdir() if (path / "apps.py").exists()} <= {
        name for floor in floors() for name in floor
    }

"""The operator's statistics, read from the page as the operator sees it."""

import re

from django.conf import settings
from django.test import Client

from tradepost.assurance.promises import fixtures
from tradepost.audit.types import PERSON
from tradepost.datamap.promises import Evidence, keeps, require
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Purpose, Subject
from tradepost.identity.actions.operator import create_operator
from tradepost.identity.probe import give_second_factor
from tradepost.merchants.models import Merchant
from tradepost.rights.actions.rights import object_to

_PAGE = "/operator/statistics/"
_ROW = re.compile(r"<tr><th scope=\"row\">([^<]{0,80})</th>")
_CELL = re.compile(r">([\d,]{1,12})<")
# Countries in which no shop of the check's own people lies.
_MANY, _FEW, _ONE = ("NZ", "New Zealand"), ("IS", "Iceland"), ("TV", "Tuvalu")


@keeps("share.aggregate-only", Evidence.TESTED)
@keeps("purpose.statistics-fields", Evidence.TESTED)
def the_operators_statistics_point_at_no_shop() -> str:
    """Many, few and single shops by country; then one more, and one whose owner objects."""
    k = settings.TRADEPOST.smallest_group
    browser = _operator()
    _open(_MANY[0], 3 * k)
    _open(_FEW[0], k + 1, kind="food")
    lonely = _open(_ONE[0], 1, kind="club")[0]
    before = _table(browser)
    require(_MANY[1] in before, "A large group is not shown; the check is blind.")
    require(_ONE[1] not in before, "A country with a single shop is named.")
    _figures_are_of_k(before, k)
    page = fixtures.page(_PAGE, browser)
    require(lonely.name not in page, "The page names a shop.")
    _open(_FEW[0], 1, kind="crafts")
    _nobody_between(before, _table(browser), k)
    for shop in _open(_ONE[0], k - 1, kind="club"):
        owner = fixtures.owner_of(shop)
        object_to(
            ref=SubjectRef(Subject.MEMBER, owner.email), purposes=[Purpose.STATISTICS], by=PERSON
        )
    require(_ONE[1] not in _table(browser), "Shops whose owners object are counted.")
    _nowhere_else(browser)
    return (
        f"Groups below {k} shops are neither named nor to be worked out, two tables subtracted tell of nobody, "
        "whoever objects is not counted, and the kind of business is on no other page of the operator."
    )


def _operator() -> Client:
    address = f"{fixtures.mark()}@promise-check.example"
    account = create_operator(email=address, name="", password=fixtures.mark())
    give_second_factor(account)
    browser = Client(headers={"Accept-Language": "en"})
    browser.force_login(account)
    return browser


def _open(country: str, count: int, kind: str = "retail") -> list[Merchant]:
    shops = [fixtures.shop() for _one in range(count)]
    numbers = [shop.pk for shop in shops]
    Merchant.objects.filter(pk__in=numbers).update(country=country, business_type=kind)
    return shops


def _table(browser: Client) -> dict[str, list[str]]:
    """Name of the row → its cells, as they are written."""
    rows = fixtures.page(_PAGE, browser).split("</tr>")
    named = {match[1]: row for row in rows if (match := _ROW.search(row))}
    return {name: _cells(row) for name, row in named.items()}


def _cells(row: str) -> list[str]:
    found = (_CELL.search(part) for part in row.split("<td")[1:])
    return [match[1] if match else "" for match in found]


def _numbers(cells: list[str]) -> list[int | None]:
    return [int(cell.replace(",", "")) if cell[:1].isdigit() else None for cell in cells]


def _figures_are_of_k(table: dict[str, list[str]], k: int) -> None:
    for name, cells in table.items():
        for count in _numbers(cells):
            require(count is None or count % k == 0, f"{name} shows {count}, which is exact.")


def _nobody_between(before: dict[str, list[str]], after: dict[str, list[str]], k: int) -> None:
    for name in before.keys() & after.keys():
        pairs = zip(_numbers(before[name]), _numbers(after[name]), strict=False)
        for one, other in pairs:
            if one is not None and other is not None:
                require((one - other) % k == 0, "Two tables, subtracted, point at one shop.")


def _nowhere_else(browser: Client) -> None:
    shop = fixtures.shop()
    word = fixtures.mark()
    Merchant.objects.filter(pk=shop.pk).update(business_type=word, country="TV")
    for part in ("", "shops/", f"shops/{shop.handle}/", "statistics/", "limits/"):
        shown = fixtures.page(f"/operator/{part}", browser)
        require(word not in shown, f"The kind of business stands at {part or 'the start'}.")
        require("Tuvalu" not in shown, f"The country stands at {part or 'the start'}.")

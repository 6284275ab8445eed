"""What joining, working together and the shop's own details promise."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django_scopes import scope

from tradepost.datamap.promises import Evidence, keeps, require
from tradepost.datamap.registry import personal_fields
from tradepost.datamap.rooms import SERVICE_PURPOSES, Permission
from tradepost.datamap.vocabulary import Purpose
from tradepost.delivery.actions import freeze_recipients, open_mailing
from tradepost.delivery.types import NotAnAudience
from tradepost.identity.actions.accounts import create_account
from tradepost.identity.actions.operator import create_operator
from tradepost.identity.models import User
from tradepost.identity.probe import browser, give_second_factor
from tradepost.merchants.actions.join import open_shop
from tradepost.merchants.forms import OPTIONAL, REQUIRED, SignUpForm
from tradepost.merchants.models import Membership, Merchant
from tradepost.merchants.types import CHANGE_SETTINGS, HOME, SEE_SETTINGS, Role
from tradepost.modules.mail_templates import mail_templates
from tradepost.modules.places import place, places
from tradepost.modules.team import roles

_PACKAGE = Path(__file__).parents[1]
_PASSWORD = "warm-paper-dark-ink-72"  # noqa: S105  of an account that is rolled back


@keeps("collect.account-minimum", Evidence.TESTED)
def sign_up_asks_little() -> str:
    """The form asks the declared fields and no others, and is content with the required ones."""
    fields = SignUpForm().fields
    require(set(fields) == {*REQUIRED, *OPTIONAL}, f"the form asks {sorted(fields)}")
    for name in OPTIONAL:
        require(not fields[name].required, f"{name} is not optional")
    client = browser()
    page = client.get(reverse("account_signup")).content.decode()
    for name in fields:
        require(f'name="{name}"' in page, f"{name} is asked elsewhere than on the page")
    asked = {
        "email": "new@promise-check.example",
        "shop_name": "Promise check",
        "country": "DE",
        "language": "en",
    }
    client.post(reverse("account_signup"), asked | {"password1": _PASSWORD})
    user = User.objects.filter(email=asked["email"]).first()
    require(user, "the required fields do not suffice")
    assert user is not None
    shop = user.memberships.get().merchant
    kept = {name for name in personal_fields(Merchant) if getattr(shop, name)}
    allowed = {"contact_email", "name", "country", "home_country"}
    require(kept <= allowed, f"the account keeps {sorted(kept - allowed)} unasked")
    return f"asked: {', '.join(REQUIRED)}; if you like: {', '.join(OPTIONAL)}"


@keeps("purpose.operational-contact", Evidence.TESTED)
def operator_sends_no_mass_mail() -> str:
    """No audience can hold merchants, the console sends no mail, and merchants' letters are operational."""
    console = places["operator"].partition(":")[0]
    imports = list(_imports(console))
    require(imports, "the console was not found")
    for path, imported in imports:
        # The alarm writes to the operator; a limit of sending writes to nobody.
        sends = imported.startswith("tradepost.delivery.actions") and "alarm" not in path
        sends = sends and ".sending_limits." not in imported
        require(not sends, f"{path} lets the operator send mail")
    owner = create_account(email="owner@promise-check.example", name="", password=_PASSWORD)
    shop = open_shop(owner=owner, country="DE", website="https://promise-check.example")
    for holders in (User.objects.all(), Merchant.objects.all(), Membership.objects.all()):
        require(_refused(shop, holders), f"{holders.model.__name__} rows can be an audience")
    ours = [
        head
        for head in mail_templates.values()
        if head.name.startswith(("identity/", "merchants/"))
    ]
    require(ours, "no letter to merchants is registered")
    for head in ours:
        require(head.purpose in SERVICE_PURPOSES, f"{head.name} is sent for {head.purpose}")
    operator = create_operator(email="operator@promise-check.example", name="", password=_PASSWORD)
    client = browser()
    _sign_in(client, operator.email)
    give_second_factor(operator)
    for url in (place("operator"), place("operator's shops")):
        page = client.get(url)
        require(page.status_code == 200, "the console does not open")
        text = page.content.decode()
        require("mailto:" not in text, "the console lists addresses to write to")
        require(shop.contact_email not in text, "the console shows the address of a shop")
    return f"{len(ours)} letters to merchants, all operational; the console has no way to write"


def _refused(shop: Merchant, holders: QuerySet[Any]) -> bool:
    """Whether the mail engine refuses to freeze these rows as recipients of a mailing."""
    with scope(merchant=shop):
        mailing = open_mailing(merchant=shop, kind="promise.check", source_id=0)
        try:
            freeze_recipients(mailing=mailing, contacts=holders, address_field="pk")
        except NotAnAudience:
            return True
    return False


@keeps("purpose.statistics-fields", Evidence.ENFORCED)
def statistics_fields_stay_apart() -> str:
    """Country of the account and type of business are declared for, and read by, nothing else."""
    declared = personal_fields(Merchant)
    for name in ("country", "business_type"):
        said = declared[name].purpose
        require(said is Purpose.STATISTICS, f"{name} is kept for {said}")
    looked_at = 0
    for path in sorted(_PACKAGE.rglob("*.py")):
        parts = path.relative_to(_PACKAGE).parts
        if parts[0] in {"merchants", "demo"} or "tests" in parts or "migrations" in parts:
            continue
        looked_at += 1
        for read in _reads_of_merchant(path):
            require(
                read not in {"country", "business_type"},
                f"{path.relative_to(_PACKAGE)} uses the merchant's {read}",
            )
    return f"{looked_at} source files outside the merchants room read neither"


@keeps("access.need-to-know", Evidence.TESTED)
def each_role_sees_what_it_needs() -> str:
    """A real person of each role tries the pages of settings; an operator tries a shop's pages."""
    owner = create_account(email="owner@promise-check.example", name="", password=_PASSWORD)
    shop = open_shop(
        owner=owner, country="DE", website="https://promise-check.example", name="Check"
    )
    pages = {
        places["office"]: HOME,
        "merchants_office:shop": SEE_SETTINGS,
        "merchants_office:team": SEE_SETTINGS,
        "merchants_office:tokens": CHANGE_SETTINGS,
        "merchants_office:close": CHANGE_SETTINGS,
    }
    tried = 0
    for role in roles.values():
        address = f"{role.name.replace('_', '-')}-role@promise-check.example"
        user = create_account(email=address, name="", password=_PASSWORD)
        Membership.objects.create(merchant=shop, user=user, role=role.name)
        client = browser()
        _sign_in(client, address)
        for name, needed in pages.items():
            code = client.get(reverse(name, args=[shop.handle])).status_code
            wanted = 200 if needed in _NEEDED.get(role.name, _NEEDED_ABOVE) else 403
            require(code == wanted, f"{role.label} gets {code} for {name}, not {wanted}")
            tried += 1
    create_operator(email="operator@promise-check.example", name="", password=_PASSWORD)
    client = browser()
    _sign_in(client, "operator@promise-check.example")
    code = client.get(place("office", shop.handle)).status_code
    require(code == 404, f"an operator gets {code} for a shop's pages")
    return f"{tried} pages by role as agreed; the operator sees none of a shop's pages"


# Written out once more, on purpose: a slip in the declarations must not pass unnoticed. A role of an
# upper room opens the start page and no settings.
_NEEDED: dict[str, frozenset[Permission]] = {
    Role.OWNER: frozenset({HOME, SEE_SETTINGS, CHANGE_SETTINGS}),
    Role.READ_ONLY: frozenset({HOME, SEE_SETTINGS}),
}
_NEEDED_ABOVE = frozenset({HOME})


def _sign_in(client: object, email: str) -> None:
    client.post(reverse("account_login"), {"login": email, "password": _PASSWORD})  # type: ignore[attr-defined]  # the test client is typed by its base


def _imports(room: str) -> Iterator[tuple[str, str]]:
    """Everything a room imports, as ``module.name``."""
    for path in sorted((_PACKAGE / room).rglob("*.py")):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    yield str(path.relative_to(_PACKAGE)), f"{node.module}.{alias.name}"


def _reads_of_merchant(path: Path) -> Iterator[str]:
    """Attributes taken from something called merchant or shop."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Attribute):
            continue
        of = node.value
        name = of.attr if isinstance(of, ast.Attribute) else getattr(of, "id", "")
        if name in {"merchant", "shop"}:
            yield node.attr

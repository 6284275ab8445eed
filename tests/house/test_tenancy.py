"""Every address as owner, team-mate without the role, another merchant, and stranger: shown and sent."""

import re
from functools import cache
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_scopes import scope, scopes_disabled

from tests.house.addresses import Address, all_addresses, office_addresses, other_addresses
from tests.house.public_addresses import PUBLIC
from tests.house.samples import SAMPLES
from tradepost.assurance.whole.page_forms import forms_of
from tradepost.audience.models import ContactList, OptInForm
from tradepost.datamap.registry import all_models, concrete_fields
from tradepost.identity.probe import has_just_confirmed
from tradepost.merchants.models import Merchant
from tradepost.merchants.types import CHANGE_SETTINGS, Role
from tradepost.modules.team import role_permissions

pytestmark = pytest.mark.django_db

OFFICE = {address.name: address for address in office_addresses()}
NEEDY = sorted(name for name in OFFICE if OFFICE[name].needs - {"handle"})
# Their argument is a word of the program, or a row of the operator, which every merchant has.
WORDS = {
    "billing_office:choose": "price of a plan, which the operator offers to every shop",
    "billing_office:units": "name of a meter",
    "billing_office:join": "price of a plan, which the operator offers to every shop",
    "payments_office:gateway": "name of a way of paying",
    "payments_office:test": "name of a way of paying",
    "bulletins_office:one": "an announcement of the operator, which all shops read",
    "bulletins_office:read": "an announcement of the operator; the mark is each shop's own",
}
# Shown to more than may send it.
SENT_WITH = {"merchants_office:shop": CHANGE_SETTINGS}
# Of one member, and of no colleague: the owner's, who made the row.
PERSONAL = {"support_office:help_thread", "support_office:help_file"}
# Room → how many fields with another merchant's rows must have been sent, at least.
FOREIGN_FIELDS = {
    "audience": 150, "campaigns": 60, "catalog": 15, "checkout": 15, "merchants": 5, "orders": 12,
    "payments": 1, "rights": 3, "storefront": 1,
}  # fmt: skip
# Pages whose forms end what the test stands on.
ENDING = {"merchants_office:close"}
ROW = re.compile(r"[a-z2-7]{26}|[0-9a-f-]{36}")
# Of whoever calls, and of nobody else: the session, and the record of the own sign-ins and pages.
_OWN_WRITES = re.compile(
    r'(INSERT INTO|UPDATE|DELETE FROM) "(?!django_session"|identity_activity")', re.IGNORECASE
)


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
    assert sorted(set(WORDS) - set(NEEDY)) == []


def arguments_of(name: str, merchant: Merchant) -> dict[str, str]:
    assert name in SAMPLES, f"the samples of its room need a row for {name}"
    with scope(merchant=merchant):
        return SAMPLES[name](merchant)


def path_of(address: Address, merchant: Merchant) -> str:
    arguments = {"handle": merchant.handle}
    if address.needs - {"handle"}:
        arguments |= arguments_of(address.name, merchant)
    return reverse(address.name, kwargs=arguments)


def owner_of(merchant: Merchant) -> Client:
    client = Client()
    client.force_login(merchant.memberships.earliest("pk").user)
    return has_just_confirmed(client)


def sent_by(client: Client, path: str) -> list[tuple[str, dict[str, list[str]]]]:
    """What somebody who may see the page would send from it; to the page itself nothing, at least."""
    answer = client.get(path)
    is_page = answer.status_code == 200 and "html" in answer.headers.get("Content-Type", "")
    forms = forms_of(answer.text) if is_page else []
    own = [one.filled() for one in forms if one.method == "post" and one.action in {"", path}]
    return [(path, data) for data in [{}, *own]]


def quietly(client: Client, method: str, path: str, data: dict[str, list[str]] | None = None):
    """Called without a trace: nothing is written for somebody who may not."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = client.post(path, data or {}) if method == "POST" else client.get(path)
    written = [one["sql"][:200] for one in queries if _OWN_WRITES.match(one["sql"])]
    assert written == [], f"{method} {path}"
    return answer


def _refused(answer, status: int) -> bool:
    """Whether access was refused so; a page that knows no such method may say that first."""
    if answer.status_code == 405:
        return False
    assert answer.status_code == status
    if status == 302:
        assert urlsplit(answer.url).path == reverse("account_login")
    return True


@pytest.mark.parametrize("name", sorted(OFFICE))
def test_the_back_office_opens_for_those_who_may(name, merchant, other_merchant, office, member):
    address = OFFICE[name]
    path = path_of(address, merchant)
    rival, clerks = owner_of(other_merchant), {}
    for role in ("orders", "campaigns", Role.READ_ONLY):
        clerks[role] = member(role)
    calls = [("GET", path, {}), *(("POST", *sent) for sent in sent_by(office, path))]

    clerks_without = [
        clerk for role, clerk in clerks.items() if address.permission not in role_permissions[role]
    ]
    refused = [
        _refused(quietly(client, method, where, data), status)
        for method, where, data in calls
        for client, status in [
            (Client(), 302),
            (rival, 404),
            *((one, 403) for one in clerks_without),
        ]
    ]
    assert any(refused), "neither shown nor sent"

    for role, client in [*clerks.items(), (Role.OWNER, office)]:
        for method, _where, data in calls:
            wanted = (
                SENT_WITH.get(name, address.permission) if method == "POST" else address.permission
            )
            if {wanted, address.permission} - role_permissions[role]:
                continue
            # A call may have deleted the row that the one before was about.
            where = path_of(address, merchant)
            answer = client.post(where, data) if method == "POST" else client.get(where)
            if name in PERSONAL and role != Role.OWNER:
                assert answer.status_code in {404, 405}, f"{role}: {method}"
                continue
            assert answer.status_code not in {403, 404, *range(500, 600)}, (
                f"{role}: {method} {data}"
            )


@pytest.mark.parametrize("name", sorted(SENT_WITH))
def test_what_is_shown_to_more_is_sent_by_fewer(name, merchant, member):
    reader = member(Role.READ_ONLY)
    path = path_of(OFFICE[name], merchant)
    assert reader.get(path).status_code == 200
    assert quietly(reader, "POST", path, {"name": ["Mine"]}).status_code == 403


@pytest.mark.parametrize("name", [name for name in NEEDY if name not in WORDS])
def test_a_row_of_another_merchant_is_not_there(name, merchant, other_merchant, office):
    """The owner's own handle with the rival's row in each argument: the scope must not find it."""
    foreign = arguments_of(name, other_merchant)
    rows = [key for key, value in foreign.items() if ROW.fullmatch(str(value))]
    assert rows, f"no argument of {name} names a row; say in WORDS what it is"
    for key in rows:
        own = arguments_of(name, merchant)
        path = reverse(name, kwargs={"handle": merchant.handle} | own | {key: foreign[key]})
        sends = sent_by(office, reverse(name, kwargs={"handle": merchant.handle} | own))
        for method, data in [("GET", {}), *(("POST", data) for _path, data in sends)]:
            assert quietly(office, method, path, data).status_code in {404, 405}, f"{method} {path}"
        statuses = {office.get(path).status_code, office.post(path).status_code}
        assert 404 in statuses, "neither shown nor sent"


# Rows of another merchant in the fields of a form


def _builders() -> list[str]:
    """One address for each way of making rows."""
    return list({id(SAMPLES[name]): name for name in NEEDY if name in SAMPLES}.values())


def _rows_of(merchant: Merchant) -> dict[str, list[str]]:
    """All that a merchant has, save what is counted by the day."""
    found = {}
    with connection.cursor() as cursor:
        for model in TENANTS:
            table, owner = model._meta.db_table, model._meta.get_field("merchant").column
            cursor.execute(f'SELECT * FROM "{table}" WHERE "{owner}" = %s', [merchant.pk])
            found[model._meta.label] = sorted(map(repr, cursor.fetchall()))
    return found


TENANTS = [
    model
    for model in all_models()
    if any(field.name == "merchant" for field in concrete_fields(model))
    and model._meta.label != "identity.Activity"
]


@cache
def _crossing() -> tuple[list[str], str, list[object]]:
    """The columns that point from a merchant's row at a row, and one question about all of them."""
    names, texts, values = [], [], []
    with scopes_disabled():
        for model in TENANTS:
            for field in concrete_fields(model):
                if field.related_model not in TENANTS:
                    continue
                rows = model._base_manager.exclude(**{f"{field.name}__merchant": F("merchant")})
                rows = rows.filter(**{f"{field.name}__isnull": False}).order_by().values("pk")
                text, given = rows.query.sql_with_params()
                names.append(f"{model._meta.label}.{field.name}")
                texts.append(f"EXISTS({text})")
                values += given
    return names, f"SELECT {', '.join(texts)}", values


def _crossings() -> list[str]:
    """Rows of one merchant that point at a row of another."""
    names, text, values = _crossing()
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        answers = cursor.fetchone()
    return [name for name, is_crossed in zip(names, answers, strict=True) if is_crossed]


def test_a_row_that_points_at_another_merchants_is_seen(two_full_shops):
    merchant, other = two_full_shops
    assert _crossings() == []
    before = _rows_of(merchant)
    with scopes_disabled():
        theirs = ContactList.objects.filter(merchant=other).first()
        assert OptInForm.objects.filter(merchant=merchant).update(contact_list=theirs)
    assert _crossings() == ["audience.OptInForm.contact_list"]
    assert _rows_of(merchant) != before


def _foreign_values(form, rivals) -> list[tuple[str, list[str]]]:
    """Field and value that the rival's page offers and this one does not."""
    return [
        (name, [value])
        for name, offered in rivals.offered.items()
        for value in offered
        if value and value not in form.offered.get(name, []) and name in form.offered
    ]


@pytest.fixture
def two_full_shops(merchant, other_merchant):
    for name in _builders():
        for shop in (merchant, other_merchant):
            arguments_of(name, shop)
    return merchant, other_merchant


@pytest.mark.parametrize(("room", "at_least"), FOREIGN_FIELDS.items())
def test_a_row_of_another_merchant_in_a_field_is_not_taken(room, at_least, two_full_shops, office):
    merchant, other = two_full_shops
    rival, tried = owner_of(other), 0
    for name in sorted(OFFICE):
        if not name.startswith(f"{room}_office:") or name in ENDING:
            continue
        own, foreign = path_of(OFFICE[name], merchant), path_of(OFFICE[name], other)
        pages = [client.get(path) for client, path in ((office, own), (rival, foreign))]
        if not all(
            page.status_code == 200 and "html" in page.headers["Content-Type"] for page in pages
        ):
            continue
        before = _rows_of(other)
        for form, rivals in zip(*(forms_of(page.text) for page in pages), strict=False):
            action = form.action or own
            if not action.startswith(f"/office/{merchant.handle}/"):
                continue  # a shopper's button, shown as a sample
            for field, value in _foreign_values(form, rivals):
                tried += 1
                answer = office.post(action, form.filled() | {field: value})
                assert answer.status_code < 500, f"{name} {field}"
                assert _crossings() == [], f"{name} {field}"
        assert _rows_of(other) == before, name
    assert tried >= at_least, f"{tried} fields were tried"

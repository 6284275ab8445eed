"""What a plan allows: counted from rows that can be listed, warned of, and a stop that loses nothing."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django_scopes import scope, scopes_disabled

from tests.together import together
from tradepost.assurance.promises import fixtures
from tradepost.assurance.whole.page_forms import forms_of
from tradepost.audience.actions import imports
from tradepost.audience.actions.contacts import upsert_contact
from tradepost.audience.models import Contact, ContactList, Import
from tradepost.audience.types import ContactSource, InvalidContact
from tradepost.audit.models import Entry
from tradepost.audit.types import PERSON, SYSTEM, Actor
from tradepost.billing.actions.join import join_plan
from tradepost.billing.actions.plans import change_plan, describe_free_plan
from tradepost.billing.actions.warn import warn_of_allowances
from tradepost.billing.meters import AllowanceReached, allowed, meters, require_room
from tradepost.billing.models import PlanAllowance
from tradepost.billing.tests.samples import a_price
from tradepost.catalog.models import Product
from tradepost.lib import clock
from tradepost.merchants.actions.team import invite
from tradepost.merchants.newcomers import NotYet

pytestmark = pytest.mark.django_db
PAYER = {
    "name": "Ledger",
    "address": "Low Street 2",
    "country": "DE",
    "email": "bills@payer.example",
    "vat_id": "",
}


def free_allows(**bounds: int) -> None:
    describe_free_plan(name="Seed", text="", bounds=bounds, by=SYSTEM)


def add(merchant, owner, count: int, first: int = 0) -> None:
    with scope(merchant=merchant):
        for number in range(first, first + count):
            upsert_contact(
                merchant=merchant,
                email=f"reader{number}@people.example",
                source=ContactSource.BY_HAND,
                by=Actor.user(owner),
            )


def page(merchant, part: str = "") -> str:
    return f"/office/{merchant.handle}/settings/plan/use/{part}"


def test_every_meter_lists_the_rows_it_counts(office, merchant, owner):
    add(merchant, owner, 3)
    shown = fixtures.page(page(merchant), office)
    for name in meters:
        assert page(merchant, f"{name}/") in shown
        assert office.get(page(merchant, f"{name}/")).status_code == 200
    listed = fixtures.page(page(merchant, "contacts/"), office)
    assert all(f"reader{number}@people.example" in listed for number in range(3))
    # The list was opened twice.
    assert Entry.objects.filter(action="audience.look_list").count() == 2
    assert office.get(page(merchant, "nonsense/")).status_code == 404


def test_a_count_is_the_number_of_lines(office, merchant, owner):
    add(merchant, owner, 120)
    assert ">120<" in fixtures.page(page(merchant), office)
    first = fixtures.page(page(merchant, "contacts/"), office)
    assert first.count("@people.example") == 100
    assert "1 to 100 of 120" in first or "100 of 120" in first


def test_the_list_opens_for_those_alone_who_may_see_such_rows(merchant, owner, member):
    add(merchant, owner, 1)
    payer = member("billing")
    assert payer.get(page(merchant)).status_code == 200
    assert page(merchant, "contacts/") not in payer.get(page(merchant)).content.decode()
    assert payer.get(page(merchant, "contacts/")).status_code == 403
    assert member("read_only").get(page(merchant, "contacts/")).status_code == 403


def test_the_stop_says_what_to_do_and_takes_nothing(office, merchant, owner):
    free_allows(contacts=2)
    add(merchant, owner, 2)
    with pytest.raises(InvalidContact, match="choose another plan"):
        add(merchant, owner, 1, first=2)
    with scope(merchant=merchant):
        assert Contact.objects.count() == 2
    add(merchant, owner, 2)  # those who are known are changed all the same


def test_somebody_who_signs_up_is_never_turned_away(merchant, owner):
    free_allows(contacts=1)
    add(merchant, owner, 1)
    with scope(merchant=merchant):
        upsert_contact(
            merchant=merchant,
            email="self@people.example",
            source=ContactSource.BY_HAND,
            by=PERSON,
        )
        assert Contact.objects.count() == 2


def test_an_import_takes_what_there_is_room_for_and_names_the_rest(merchant, owner):
    free_allows(contacts=5)
    add(merchant, owner, 3)
    run = imported(merchant, owner, range(1, 9))
    with scope(merchant=merchant):
        assert Contact.objects.count() == 5
    assert (run.added, run.merged, run.refused) == (2, 2, 4)
    with scopes_disabled():
        problems = list(run.problems.order_by("line"))
    assert [one.address for one in problems] == [
        f"reader{number}@people.example" for number in range(5, 9)
    ]
    assert all("no more contacts" in one.reason for one in problems)
    assert all(one.row for one in problems), "the refused rows are kept"


def imported(merchant, owner, numbers) -> Import:
    rows = "".join(f"reader{number}@people.example\n" for number in numbers)
    file, by = SimpleUploadedFile("list.csv", f"email\n{rows}".encode()), Actor.user(owner)
    with scope(merchant=merchant):
        run = imports.read(run=imports.upload(merchant=merchant, upload=file, by=by))
        lists = ContactList.objects.create(merchant=merchant, name="News")
        said = "Ticked the box in our old shop."
        imports.settle(
            run=run,
            mapping=run.mapping,
            rule="fill",
            contact_list=lists,
            consent_text=said,
            by=by,
        )
        for _done in imports.take_all(run):
            pass
    return run


def test_a_product_too_many_is_refused_with_its_form_kept(office, merchant):
    free_allows(products=1)
    url = f"/office/{merchant.handle}/products/new/"
    form = next(one for one in forms_of(fixtures.page(url, office)) if "price_minor" in one.words)
    office.post(url, form.filled(name="Belt", price_minor="12.50"))
    answer = office.post(url, form.filled(name="Second", price_minor="12.50"))
    assert "choose another plan" in answer.content.decode()
    assert "Second" in answer.content.decode()
    with scopes_disabled():
        assert Product.objects.count() == 1


def test_a_full_team_invites_nobody_but_whoever_pays(merchant, owner):
    free_allows(team=1)
    with scope(merchant=merchant):
        with pytest.raises(NotYet) as refused:
            invite(
                merchant=merchant, by=Actor.user(owner), email="t@team.example", role="read_only"
            )
        assert "choose another plan" in refused.value.why
        invite(merchant=merchant, by=Actor.user(owner), email="p@team.example", role="billing")


def test_warned_at_eighty_and_at_a_hundred_per_cent_once_a_month(merchant, owner, mailbox):
    free_allows(contacts=5)
    add(merchant, owner, 3)
    assert warn_of_allowances() == 0
    add(merchant, owner, 1, first=3)
    assert (warn_of_allowances(), warn_of_allowances()) == (1, 0)
    add(merchant, owner, 1, first=4)
    assert (warn_of_allowances(), warn_of_allowances()) == (1, 0)
    mails = mailbox("billing/allowance")
    assert [mail.address for mail in mails] == [merchant.contact_email] * 2
    assert "80 %" in mails[0].subject
    assert "100 %" in mails[1].subject
    with clock.at(clock.now() + timedelta(days=32)):
        assert warn_of_allowances() == 1


def test_an_allowance_that_was_sold_is_not_made_less_and_more_holds_at_once(merchant):
    price = a_price()
    facts = {"name": "Workshop", "text": "", "position": 0, "trial_days": 0}
    change_plan(plan=price.plan, facts=facts, bounds={"contacts": 100}, by=SYSTEM)
    join_plan(merchant=merchant, price=price, account=PAYER, by=SYSTEM)
    for now, holds in ((10, 100), (500, 500)):
        change_plan(plan=price.plan, facts=facts, bounds={"contacts": now}, by=SYSTEM)
        assert allowed(merchant, "contacts") == holds
    change_plan(plan=price.plan, facts=facts, bounds={}, by=SYSTEM)
    assert allowed(merchant, "contacts") is None


def test_what_had_no_bound_when_it_was_sold_gets_none(merchant):
    price = a_price()
    join_plan(merchant=merchant, price=price, account=PAYER, by=SYSTEM)
    PlanAllowance.objects.create(plan=price.plan, meter="contacts", most=1)
    assert allowed(merchant, "contacts") is None


def test_a_smaller_plan_takes_nothing_away(office, merchant, owner):
    add(merchant, owner, 4)
    free_allows(contacts=2)
    with pytest.raises(InvalidContact):
        add(merchant, owner, 1, first=4)
    with scope(merchant=merchant):
        assert Contact.objects.count() == 4
    assert "100%" in fixtures.page(page(merchant), office)


def test_nobody_asks_for_room_outside_the_transaction_that_takes_it(merchant, monkeypatch):
    free_allows(contacts=2)
    monkeypatch.setattr("django.db.transaction.get_connection", lambda: _Outside)
    with pytest.raises(RuntimeError, match="transaction"):
        require_room(merchant=merchant, meter="contacts")


class _Outside:
    in_atomic_block = False


def test_the_operator_says_what_a_plan_allows(console, office, merchant):
    console.post("/operator/plans/free/", {"name": "Seed", "text": "", "allows_contacts": "500"})
    assert PlanAllowance.objects.get().most == 500
    shown = fixtures.page(f"/office/{merchant.handle}/settings/plan/", office)
    assert "up to 500 contacts" in shown
    answer = console.post("/operator/plans/free/", {"name": "Seed", "allows_contacts": "-1"})
    assert answer.status_code == 422
    console.post("/operator/plans/free/", {"name": "Seed", "text": "", "allows_contacts": ""})
    assert not PlanAllowance.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_six_at_once_as_many_get_in_as_there_is_room(merchant, owner):
    free_allows(contacts=2)
    problems = together(*(partial(add, merchant, owner, 1, first=number) for number in range(6)))
    assert {type(one) for one in problems} == {InvalidContact}
    assert len(problems) == 4
    with scopes_disabled():
        assert Contact.objects.count() == 2


def test_a_refusal_names_what_is_used(merchant, owner):
    free_allows(contacts=1)
    add(merchant, owner, 1)
    with scope(merchant=merchant), pytest.raises(AllowanceReached) as full:
        require_room(merchant=merchant, meter="contacts")
    assert (full.value.most, full.value.used) == (1, 1)
    assert full.value.page == page(merchant)

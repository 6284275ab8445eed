"""How long things stay."""

from datetime import timedelta
from pathlib import Path

from django.db import connection
from django.utils.formats import date_format
from django_scopes import scopes_disabled

from tradepost.assurance.byte_search import databases_holding, files_holding
from tradepost.assurance.entrances.registry import Mark, doors, staff_of
from tradepost.assurance.promises import fixtures
from tradepost.assurance.promises.collection import declared
from tradepost.audit.types import Actor
from tradepost.datamap.catalogue import differences, live_catalogue
from tradepost.datamap.checks import check_data_map
from tradepost.datamap.promises import Evidence, keeps, require
from tradepost.datamap.registry import keep_rules, personal_fields, personal_models
from tradepost.delivery.models import Mail
from tradepost.lib import clock
from tradepost.merchants.actions.close import GRACE, ask_closing, close_one
from tradepost.merchants.actions.owner_mail import purge_last_letters
from tradepost.merchants.models import Merchant
from tradepost.merchants.types import Role
from tradepost.rights.actions.run_retention import run_rule
from tradepost.rights.retention import LATE_AFTER

LATEST = timedelta(days=60)
DATABASE = ("tradepost.sqlite3", "test")


@keeps("keep.rule-for-everything", Evidence.ENFORCED)
def a_field_without_a_rule_does_not_start() -> str:
    with declared(keep="") as problems:
        require("datamap.E007" in problems, "A field without a retention rule starts.")
    found = check_data_map()
    require(not found, f"The data map has {len(found)} errors.")
    for model in personal_models():
        for name, said in personal_fields(model).items():
            require(said.keep in keep_rules, f"{model._meta.label}.{name} has no rule.")
    for rule in keep_rules.values():
        require(rule.since and rule.why, f"{rule.id} does not say since when or why.")
    return f"{len(keep_rules)} rules cover every field; one without a rule stops the start."


@keeps("keep.rule-for-everything", Evidence.TESTED)
def every_rule_can_run() -> str:
    running = [rule for rule in keep_rules.values() if rule.purge is not None]
    for rule in running:
        run = run_rule(rule, clock.now())
        require(not run.error, f"Rule {rule.id} fails: {run.error}.")
    return f"{len(running)} rules ran through; the others are carried out by these or by closing."


@keeps("keep.rule-for-everything", Evidence.MONITORED)
def nothing_stays_longer_than_its_rule() -> str:
    """The live data: what was due a day ago is gone."""
    running = [rule for rule in keep_rules.values() if rule.due is not None]
    for rule in running:
        late = rule.due(clock.now() - LATE_AFTER) if rule.due else 0
        require(not late, f"{rule.id}: {late} rows are still here a day after they were due.")
    return f"None of {len(running)} rules has left anything for longer than a day."


@keeps("keep.rule-for-everything", Evidence.TESTED)
@keeps("keep.rule-for-everything", Evidence.MONITORED)
def the_database_holds_what_the_map_shows() -> str:
    """A table or column that somebody made by hand has no rule, and no erasure reaches it."""
    found = differences()
    require(not found, f"{len(found)} differences, the first: {found[0].found if found else ''}")
    columns = sum(map(len, live_catalogue().values()))
    return f"All {columns} columns that the database itself lists are on the data map, and nothing else is there."


@keeps("keep.rule-for-everything", Evidence.TESTED)
def what_is_made_by_hand_is_found() -> str:
    """Copies of people's data by an engineer in a hurry."""
    by_hand = (
        ("CREATE TABLE a_copy (email text)", "table a_copy"),
        ("CREATE VIEW who_bought AS SELECT email FROM orders_order", "view who_bought"),
        ("ALTER TABLE audience_contact ADD COLUMN a_note text", "column audience_contact.a_note"),
    )
    for statement, name in by_hand:
        with connection.cursor() as cursor:
            cursor.execute(statement)
        found = any(name in one.found for one in differences())
        require(found, f"Made by hand, the {name} is not found.")
    return "A table, a view and a column made by hand were found at once."


def _last_letters_go(owners: set[str]) -> None:
    """One letter outlives the shop, and tells an owner of its end; sent, it goes like the rest."""
    with scopes_disabled():
        letters = Mail.objects.filter(address__in=owners)
        told = {letter.address for letter in letters}
        require(told == owners, "An owner is not told of the end.")
        letters.update(settled_at=clock.now())
    purge_last_letters(clock.now())


def _is_database(file: Path) -> bool:
    return file.name.startswith(DATABASE)


@keeps("keep.closure", Evidence.TESTED)
def closing_erases_shop_and_customers() -> str:
    require(GRACE <= LATEST, f"A closed account stays for {GRACE.days} days.")
    merchant = fixtures.shop()
    rest = fixtures.shop()
    word = merchant.handle
    for door in doors.values():
        door.let_in(merchant, Mark(f"{word}customer{fixtures.mark()}"))
    require(list(files_holding(word)), "No file holds a mark; the check is blind.")
    other = fixtures.person(rest)
    owner = staff_of(merchant)
    browser = fixtures.browser_of(owner)  # signing in later would take the closing back
    date = ask_closing(
        merchant=merchant, by=Actor.user(owner), typed_name=merchant.name, at_once=False
    )
    shown = fixtures.page(f"/office/{word}/settings/close/", browser)
    owners = set(merchant.memberships.filter(role=Role.OWNER).values_list("user__email", flat=True))
    require(date_format(date) in shown, "The shop does not see the date.")
    Merchant.objects.filter(pk=merchant.pk).update(closing_at=clock.now())
    close_one.call(merchant.pk)
    _last_letters_go(owners)
    left = databases_holding(word)
    require(not left, f"Closed, and still found in {', '.join(left)}.")
    # The database's own file is judged by the columns above: its pages are not settled in a check.
    named = [file.name for file in files_holding(f"{word}customer") if not _is_database(file)]
    require(not named, f"Closed, and customers are still named in {', '.join(named)}.")
    # A caught letter to the owner is mail delivered; the demo's catcher is its mail server and drops it by itself.
    files = [
        file.name
        for file in files_holding(word)
        if not _is_database(file) and file.suffix != ".eml"
    ]
    require(not files, f"Closed, and still found in {', '.join(files)}.")
    require(fixtures.letter_of(other).email == other.email, "Another shop's customer went too.")
    people = len(doors)
    return f"A shop was closed: it, its owner and {people} marked people are in no table and file."

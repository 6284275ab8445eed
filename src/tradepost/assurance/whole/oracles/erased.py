"""After erasing: nothing of the person but what the map keeps by law; after closing, nothing of the shop."""

import json
import re

from django.apps import apps
from django_scopes import scopes_disabled

from tradepost.assurance.inventory import signed_off
from tradepost.assurance.whole.doors.rights import copy_of
from tradepost.assurance.whole.house import NotComeUp, wait_for
from tradepost.assurance.whole.oracles.places import MarksFound, find_marks, words_in_cluster
from tradepost.assurance.whole.oracles.rows import RowsAbout
from tradepost.assurance.whole.story import COMPLAINER, MEMBER, OWNER, PERSON, Story
from tradepost.assurance.whole.types import OracleReport
from tradepost.datamap.registry import keep_rules
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Kind, Subject
from tradepost.delivery.models import Mail
from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.rights.actions.run_retention import run_rule
from tradepost.rights.graph import places_of

_DATABASE = "tradepost.sqlite3"
_GOES = re.compile("erase (ROW|WITH_PARENT)")


def copy_oracle(story: Story, found: MarksFound) -> OracleReport:
    """Whatever of a person stands in a personal column stands in the copy that they get, too."""
    broken: list[str] = []
    inside = 0
    for browser, (subject, email) in story.askers.items():
        mine = _marks_of(story, email)
        rows = RowsAbout(subject, email, story.shop.pk)
        document = copy_of(story.browsers[browser])
        given = document.lower()
        shown = _columns("personal: ", f"; {subject}; ") - _columns(f"personal: {Kind.CREDENTIAL}")
        held = {column: marks & mine for column, marks in found.columns.items() if column in shown}
        broken += [
            f"the copy lacks {column}: {story.marks.said[mark][1]}"
            for column, marks in sorted(held.items())
            for mark in sorted(marks)
            if mark not in given
        ]
        broken += rows.lacking_in(_rows_in(document)) if given else []
        inside += len([mark for mark in mine if mark in given])
        broken += [] if given else [f"the {browser} gives no copy"]
    return OracleReport(
        oracle="copy",
        promises=("right.access",),
        evidence=f"The copies of {len(story.askers)} people, the owner and the team among them, hold {inside} words of theirs: "
        f"all that stand in columns about them; dates, numbers and choices agree with the rows.",
        broken=broken,
    )


def _marks_of(story: Story, email: str) -> set[str]:
    whole = {story.email: PERSON, story.owner_email: OWNER, story.complainer: COMPLAINER}
    if email in whole:
        return story.marks.of(whole[email])
    return _of_member(story) if email == story.member_email else set()


def _rows_in(document: str) -> dict[str, list[dict[str, object]]]:
    records = json.loads(document)["records"]
    return {label: table["rows"] for label, table in records.items()}


def _of_member(story: Story) -> set[str]:
    """Whose address it is; the others of the team have marks of their own."""
    address = story.member_email.partition("@")[0]
    known = sorted(story.marks.of(MEMBER))
    return (
        set(known[known.index(address) : known.index(address) + 2]) if address in known else set()
    )


def _columns(*words: str) -> set[str]:
    """Of the fields that were signed off with these words, whatever the running code says of them."""
    return {
        _column_of(label)
        for label, said in signed_off()["fields"].items()
        if all(word in str(said) for word in words)
    }


def _column_of(label: str) -> str:
    owner, _, name = label.rpartition(".")
    model = apps.get_model(owner)
    return f"{model._meta.db_table}.{model._meta.get_field(name).column}"


def bytes_oracle(story: Story) -> OracleReport:
    """She erases herself in the portal; then every table and every file is read."""
    going = {name: who for name, who in story.askers.items() if who[1] != story.owner_email}
    before = [RowsAbout(*who, story.shop.pk) for who in going.values()]
    shut = [name for name in going if not _erase(story, name)]
    mine = story.marks.of(PERSON) | _of_member(story)
    kept = _columns("erase KEEP")
    found = _settled(story)
    lawful = {
        mark for column, marks in found.columns.items() if column in kept for mark in marks & mine
    }
    in_rows = set().union(*found.columns.values())
    broken = [
        f"{column} still holds {_said(story, marks & mine)}"
        for column, marks in sorted(found.columns.items())
        if column not in kept and marks & mine
    ]
    for file, marks in sorted(found.files.items()):
        # What stands in a row stands in the database's file, too; there it is looked for besides.
        left = marks & mine - (in_rows if file.startswith(_DATABASE) else lawful)
        broken += [f"{file} still holds {_said(story, left)}"] if left else []
    broken += _rows_left(story)
    broken += [line for rows in before for line in rows.left()]
    broken += [f"the {name} did not open for erasing" for name in shut]
    return OracleReport(
        oracle="bytes",
        promises=("right.erase",),
        evidence=f"{found.tables} tables and {found.searched_bytes:,} bytes of files were read, also inside "
        f"what is packed: {len(lawful)} words stay because a law says so, nothing else.{_in_cluster(story, mine)}",
        broken=broken,
        counts={"tables": found.tables},
    )


def _in_cluster(story: Story, mine: set[str]) -> str:
    """Said, and not held against it: no statement but VACUUM FULL writes over what a page held."""
    left = words_in_cluster(story.marks.pattern)
    if left is None:
        return ""
    return (
        f" PostgreSQL's own files hold {len(left & mine)} of {len(mine)} words in the free space of pages and "
        "in its log, which no query reads, until they are written over."
    )


def _rows_left(story: Story) -> list[str]:
    """Rows that were signed off to go, whether or not words stand in them."""
    customer = SubjectRef(Subject.CUSTOMER, story.email, story.shop.pk)
    refs = (customer, SubjectRef(Subject.MEMBER, story.member_email))
    signed = signed_off()["fields"]
    return [
        f"{place.label} still has {count} rows of the {ref.subject}"
        for ref in refs
        for place, rows in places_of(ref)
        if all(_GOES.search(str(signed.get(f"{place.label}.{name}", ""))) for name in place.fields)
        and (count := rows.count())
    ]


def _erase(story: Story, name: str) -> bool:
    """In the visit that is still open."""
    browser = story.browsers[name]
    if browser.get("/privacy/visit/").status_code != 200:
        return False
    browser.post("/privacy/visit/erase/", {"sure": "on"})
    return True


def _settled(story: Story) -> MarksFound:
    """The last letter goes out, its row by its own rule; what still is on its way is waited for."""
    with scopes_disabled():
        last = Mail.objects.filter(template="rights/erased", settled_at=None)
        wait_for(lambda: not last.exists(), "the last letters")
        run_rule(keep_rules["rights.farewell"], clock.now())
    return find_marks(story.marks.pattern)


def closing_oracle(story: Story) -> OracleReport:
    """The owner closes the shop at once: nothing of it, its team or its files is left."""
    owner = story.browsers[OWNER]
    name = story.shop.name
    owner.submit(story.office("settings/close/"), "when", {"when": "now", "name": name})
    gone = story.marks.of(PERSON) | story.marks.of(OWNER) | story.marks.of(MEMBER)
    broken: list[str] = []
    try:
        wait_for(lambda: not _shop_is_there(story), "the shop to be erased")
    except NotComeUp:
        broken.append("the shop is still there a minute after it was closed")
    found = find_marks(story.marks.pattern)
    files = {
        place: marks & gone
        for place, marks in found.files.items()
        if marks & gone and not place.startswith(_DATABASE)
    }
    broken += [
        f"{place} survives the shop with {_said(story, marks)}" for place, marks in files.items()
    ]
    return OracleReport(
        oracle="closing",
        promises=("keep.closure",),
        evidence="A shop that was closed at once left no file behind.",
        broken=broken,
    )


def _shop_is_there(story: Story) -> bool:
    return Merchant.objects.filter(handle=story.handle).exists()


def _said(story: Story, marks: set[str]) -> str:
    return ", ".join(sorted({story.marks.said.get(mark, ("", mark))[1] for mark in marks})[:8])

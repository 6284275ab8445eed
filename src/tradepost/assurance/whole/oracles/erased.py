"""After erasing: nothing of the person but what the map keeps by law; after closing, nothing of the shop."""

from django_scopes import scopes_disabled

from tradepost.assurance.whole.browser import Browser
from tradepost.assurance.whole.doors.rights import copy_of, visit
from tradepost.assurance.whole.house import NotComeUp, wait_for
from tradepost.assurance.whole.oracles.places import Found, find_marks
from tradepost.assurance.whole.story import MEMBER, OWNER, PERSON, Story
from tradepost.assurance.whole.types import Finding
from tradepost.datamap.registry import all_models, keep_rules, personal_fields
from tradepost.datamap.vocabulary import Erase, Kind, Subject
from tradepost.lib import clock
from tradepost.merchants.models import Merchant


def copy_oracle(story: Story, found: Found) -> Finding:
    """Whatever of hers stands in a personal column stands in her copy, too."""
    given = copy_of(story.browsers["portal"]).lower()
    shown = _columns(
        lambda said: said.subject is Subject.CUSTOMER and said.kind is not Kind.CREDENTIAL
    )
    mine = story.marks.of(PERSON)
    missing = {
        f"{column}: {story.marks.said[mark][1]}"
        for column, marks in found.columns.items()
        if column in shown
        for mark in marks & mine
        if mark not in given
    }
    inside = [mark for mark in mine if mark in given]
    broken = [f"the copy lacks {one}" for one in sorted(missing)]
    broken += [] if inside else ["the copy holds nothing of hers"]
    return Finding(
        oracle="copy",
        promises=("right.access",),
        evidence=f"The copy holds {len(inside)} words of hers: all that stand in columns about customers.",
        broken=broken,
    )


def _columns(choose) -> set[str]:  # type: ignore[no-untyped-def]
    return {
        f"{model._meta.db_table}.{model._meta.get_field(name).column}"
        for model in all_models()
        for name, said in personal_fields(model).items()
        if choose(said)
    }


def bytes_oracle(story: Story) -> Finding:
    """She erases herself in the portal; then every table and every file is read."""
    browser = _erase(story)
    mine = story.marks.of(PERSON)
    kept = _columns(lambda said: said.erase is Erase.KEEP)
    found = _settled(story)
    lawful = {
        mark for column, marks in found.columns.items() if column in kept for mark in marks & mine
    }
    broken = [
        f"{place} still holds {_said(story, marks & mine)}"
        for place, marks in sorted({**found.columns, **found.files}.items())
        if place not in kept and marks & mine - lawful
    ]
    broken += [] if browser else ["the portal did not open for erasing"]
    return Finding(
        oracle="bytes",
        promises=("right.erase",),
        evidence=f"{found.tables} tables and {found.searched_bytes:,} bytes of files were read, also inside "
        f"what is packed: {len(lawful)} words stay because a law says so, nothing else.",
        broken=broken,
        counts={"tables": found.tables},
    )


def _erase(story: Story) -> Browser | None:
    browser = visit(story)
    page = browser.get("/privacy/visit/")
    if page.status_code != 200:
        return None
    browser.post("/privacy/visit/erase/", {"sure": "on"})
    return browser


def _settled(story: Story) -> Found:
    """The last letter goes out, its row by its own rule; what still is on its way is waited for."""
    rule = keep_rules["rights.farewell"]
    assert rule.purge is not None
    with scopes_disabled():
        wait_for(lambda: not rule.due or rule.due(clock.now()) or None, "the last letter")
        rule.purge(clock.now())
    return find_marks(story.marks.pattern)


def closing_oracle(story: Story) -> Finding:
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
        if marks & gone and not place.startswith("tradepost.sqlite3")
    }
    broken += [
        f"{place} survives the shop with {_said(story, marks)}" for place, marks in files.items()
    ]
    return Finding(
        oracle="closing",
        promises=("keep.closure",),
        evidence="A shop that was closed at once left no file behind.",
        broken=broken,
    )


def _shop_is_there(story: Story) -> bool:
    return Merchant.objects.filter(handle=story.handle).exists()


def _said(story: Story, marks: set[str]) -> str:
    return ", ".join(sorted({story.marks.said.get(mark, ("", mark))[1] for mark in marks})[:8])

"""How a shop handles a breach: a drill, one in earnest with letters, and one by a program that read."""

import re
from datetime import timedelta

from tradepost.assurance.whole.house import wait_for
from tradepost.assurance.whole.story import OWNER, RIVAL, SHOP, Story, door
from tradepost.lib import clock

DRILL, EARNEST, BY_PROGRAM = "drill", "in earnest", "by a program"
READ_CONTACTS = "contacts:read"


@door("incidents at the breach desk")
def incidents(story: Story) -> None:
    """Known for a day. The planted person is a contact of the shop, and a program that may only read reads her."""
    reading = story.tokens[f"{OWNER} {READ_CONTACTS}"]
    program = story.house.browser(Authorization=f"Bearer {reading}")
    read = f"/api/v1/contacts?email={story.email}"
    wait_for(lambda: story.email in program.get(read).text, "an answer of the API that shows her")
    _give_the_rival_a_contact(story)
    owner, everybody = story.browsers[OWNER], {"tables": ["audience.Contact"]}
    drill = _handle(story, DRILL, everybody)
    earnest = _handle(story, EARNEST, everybody)
    story.house.mail_to(story.email, story.incidents[EARNEST][1])
    owner.post(f"{earnest}send/", {})
    owner.post(f"{drill}decide/", {"no_report": "drill", "no_letters": "drill"})
    owner.post(f"{drill}close/", {})
    page = _record(story, BY_PROGRAM)
    _freeze(story, page, {"actors": [_actor(owner.get(f"{page}scope/").text, reading)]})


def _give_the_rival_a_contact(story: Story) -> None:
    client = story.house.browser(Authorization=f"Bearer {story.tokens[f'{RIVAL} all']}").client
    said = {"email": story.marks.address(RIVAL, "contact of the rival")}
    wait_for(lambda: client.post("/api/v1/contacts", json=said).is_success, "the rival's contact")


def _actor(page: str, token: str) -> str:
    """How the scope builder spells the token; its label begins with the token's first letters."""
    offered = (part.split('"', 1) for part in page.split('value="token:')[1:])
    return next(f"token:{number}" for number, label in offered if token[:8] in label)


def _handle(story: Story, what: str, reached: dict[str, list[str]]) -> str:
    owner, page = story.browsers[OWNER], _record(story, what)
    words = story.incidents[what][1]
    owner.post(f"{page}facts/", {"title": words, "words": words})
    _freeze(story, page, reached)
    owner.post(f"{page}send/", {})
    return page


def _record(story: Story, what: str) -> str:
    """``story.incidents``: its page, and a word that nothing else says."""
    words, known = story.say(f"incident {what}", SHOP), clock.now() - timedelta(days=1)
    said = {"title": words, "known_at": f"{known:%Y-%m-%dT%H:%M}"}
    drill = {"is_drill": "on"} if what == DRILL else {}
    answer = story.browsers[OWNER].post(story.office("privacy/incidents/new/"), said | drill)
    story.incidents[what] = (answer.headers["Location"], words)
    return story.incidents[what][0]


def _freeze(story: Story, page: str, reached: dict[str, list[str]]) -> None:
    # Wide enough for whichever time zone the owner reads clocks in.
    owner, now = story.browsers[OWNER], clock.now()
    span: dict[str, str | list[str]] = {
        "began": f"{now - timedelta(days=2):%Y-%m-%dT%H:%M}",
        "ended": f"{now + timedelta(days=1):%Y-%m-%dT%H:%M}",
    }
    owner.post(f"{page}scope/", span | reached)
    owner.post(f"{page}freeze/", {})
    wait_for(lambda: "Nobody is on the list" not in owner.get(f"{page}people/").text, "the list")


def listed(story: Story, what: str) -> set[str]:
    """The addresses on the frozen list, as the desk shows them."""
    shown = story.browsers[OWNER].get(f"{story.incidents[what][0]}people/").text
    words = re.split(r'[\s<>"]', shown)
    return {word.lower() for word in words if word.endswith("@people.example")}

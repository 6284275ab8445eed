"""How a shop handles a breach: a drill, one in earnest with letters, and one by a program that read."""

import re
from datetime import timedelta

from tradepost.assurance.whole.house import wait_for
from tradepost.assurance.whole.story import OWNER, SHOP, Story, door
from tradepost.lib import clock

DRILL, EARNEST, BY_PROGRAM = "drill", "in earnest", "by a program"


@door("incidents at the breach desk")
def incidents(story: Story) -> None:
    """Known for a day. The planted person is a contact of the shop, and a program of it reads her."""
    headers = {"authorization": f"Bearer {story.tokens[f'{OWNER} all']}"}
    program = story.house.browser(**headers)
    read = f"/api/v1/contacts?email={story.email}"
    wait_for(lambda: story.email in program.get(read).text, "an answer of the API that shows her")
    everybody = {"tables": ["audience.Contact"]}
    drill = _handle(story, DRILL, everybody)
    story.browsers[OWNER].post(f"{drill}decide/", {"no_report": "drill", "no_letters": "drill"})
    story.browsers[OWNER].post(f"{drill}close/", {})
    _handle(story, EARNEST, everybody)
    page = _record(story, BY_PROGRAM)
    scope = story.browsers[OWNER].get(f"{page}scope/").text
    _freeze(story, page, {"actors": sorted(set(re.findall(r'value="(token:\d+)"', scope)))})
    story.house.mail_to(story.email, story.incidents[EARNEST][1])


def _handle(story: Story, what: str, reached: dict[str, list[str]]) -> str:
    owner, page = story.browsers[OWNER], _record(story, what)
    words = story.incidents[what][1]
    owner.post(f"{page}facts/", {"title": words, "words": words})
    _freeze(story, page, reached)
    for _again in range(2):
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

"""How people use their rights: a letter that is written down, and the portal."""

import json
from datetime import timedelta

from tradepost.assurance.whole.browser import Browser, form_with
from tradepost.assurance.whole.story import OWNER, Story, door
from tradepost.lib import clock


@door("letter to the request desk")
def by_letter(story: Story) -> None:
    said = {
        "email": story.email,
        "right": "access",
        "channel": "letter",
        "received_on": clock.now().date().isoformat(),
        "identity_checked": story.say("how she was known"),
        "note": story.say("note at the desk"),
    }
    story.browsers[OWNER].submit(story.office("privacy/requests/new/"), "channel", said)


@door("hold written down in the office")
def hold(story: Story) -> None:
    """On one of her records, and lifted again: what she wants erased later goes."""
    owner, page = story.browsers[OWNER], story.office("privacy/holds/new/")
    records = form_with(owner.submit(page, "email", {"email": story.email}).text, "reference")
    said = {"until": (clock.now() + timedelta(days=9)).date().isoformat()}
    said |= (
        {
            "reference": records.offered["reference"][0],
            "hold_class": records.offered["hold_class"][0],
        }
        if records
        else {}
    )
    owner.post(page, {"email": story.email, "reason": story.say("reason of the hold"), **said})
    owner.submit(story.office("privacy/holds/"), "/lift/", {})


@door("portal")
def portal(story: Story) -> None:
    """Looks at everything, corrects, complains."""
    browser = visit(story, story.email, f"/privacy/{story.handle}/my-data/")
    story.browsers["portal"] = browser
    story.pages["portal"] = "/privacy/visit/"
    browser.submit("/privacy/visit/", "note", {"note": story.say("message in the portal")})
    browser.post("/privacy/visit/object/", {"purpose": "STATISTICS"})
    browser.post("/privacy/visit/restrict/", {})
    browser.post("/privacy/visit/lift/", {})


@door("portal of those who sign in")
def members_portal(story: Story) -> None:
    """The owner and one of the team ask for everything that is held about their accounts."""
    story.browsers["owner's portal"] = visit(story, story.owner_email, "/privacy/my-data/")
    story.browsers["member's portal"] = visit(story, story.member_email, "/privacy/my-data/")


def visit(story: Story, email: str, page: str) -> Browser:
    """Asks for a link, reads it in the mail, opens it."""
    browser, mails = story.house.browser(), len(story.house.mails)
    browser.submit(page, "email", {"email": email})
    link = story.link_in(email, "/privacy/link/", after=mails)
    browser.get(link)
    browser.post(link, {})
    return browser


def copy_of(browser: Browser) -> str:
    """What she is given: the machine's copy, as text without escapes."""
    answer = browser.get("/privacy/visit/download/json/")
    return json.dumps(json.loads(answer.text), ensure_ascii=False) if answer.is_success else ""

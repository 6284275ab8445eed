"""How people use their rights: a letter that is written down, and the portal."""

import json
from datetime import timedelta

from tradepost.assurance.whole.browser import Browser, form_with
from tradepost.assurance.whole.story import OWNER, Story, door
from tradepost.datamap.vocabulary import Subject
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
    """The owner, the team, one who never joined it and one who complained ask for everything that is held about their accounts."""
    shop_page = f"/privacy/{story.handle}/my-data/"
    for portal, (subject, email) in story.askers.items():
        page = shop_page if subject is Subject.CUSTOMER else "/privacy/my-data/"
        if email != story.email:
            browser = story.browsers.get(portal)
            story.browsers[portal] = visit(story, email, page, browser)


def visit(story: Story, email: str, page: str, browser: Browser | None = None) -> Browser:
    """Asks for a link, reads it in the mail, opens it; whoever has a second factor is signed in."""
    browser, mails = browser or story.house.browser(), len(story.house.mails)
    browser.submit(page, "email", {"email": email})
    link = story.link_in(email, "/privacy/link/", after=mails)
    browser.get(link)
    browser.post(link, {})
    return browser


def copy_of(browser: Browser) -> str:
    """What she is given: the machine's copy, as text without escapes."""
    answer = browser.get("/privacy/visit/download/json/")
    return json.dumps(json.loads(answer.text), ensure_ascii=False) if answer.is_success else ""

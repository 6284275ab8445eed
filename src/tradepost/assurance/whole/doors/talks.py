"""How people write to a shop: by its form, on the page of the matter, by mail; and what its desk writes."""

import smtplib
from email.message import EmailMessage

from tradepost.assurance.whole.browser import Browser, form_with
from tradepost.assurance.whole.house import wait_for
from tradepost.assurance.whole.story import OWNER, SHOP, Story, door
from tradepost.support.models import Conversation


@door("contact form, answer and page of the matter")
def asks_the_shop(story: Story) -> None:
    """She asks with a file, reads the answer on the page, and writes again there and by mail."""
    visitor = story.house.browser()
    typed = {"email": story.email, "name": story.say("name"), "subject": story.say("subject")}
    file = (f"{story.say('file name')}.txt", story.say("file").encode())
    visitor.submit(
        f"/support/to/{story.handle}/",
        "subject",
        typed | {"text": story.say("question")},
        {"attached": file},
    )
    page = story.link_in(story.email, "/support/matter/")
    visitor.get(page)
    desk = _answered(story)
    answered = story.house.mail_to(story.email, "conversation")
    visitor.submit(page, "text", {"text": story.say("second question")})
    _write(story, str(answered.message["Reply-To"]))
    wait_for(lambda: "quoted" in story.browsers[OWNER].get(desk).text.lower(), "her mail to arrive")
    story.browsers[OWNER].submit(desk, "state/", {"do": "close"})


def _answered(story: Story) -> str:
    """The desk's work on it; returns the page."""
    owner = story.browsers[OWNER]
    row = Conversation.objects.filter(merchant__handle=story.handle, email=story.email).latest("pk")
    page = story.office(f"support/{row.public_id}/")
    owner.submit(page, "say/", {"text": story.say("answer of the desk"), "do": "answer"})
    owner.submit(page, "say/", {"text": story.say("internal note"), "do": "note"})
    owner.submit(page, "tags/", {"tags": story.say("tag")})
    _give(owner, page)
    said = {"title": story.say("saved reply", SHOP), "text": story.say("its text", SHOP)}
    owner.submit(story.office("support/replies/"), "title", said)
    owner.submit(page, "state/", {"do": "close"})
    return page


def _give(owner: Browser, page: str) -> None:
    form = form_with(owner.get(page).text, "assign/")
    offered = [one for one in (form.offered["to"] if form else []) if one]
    owner.post(f"{page}assign/", {"to": offered[0]})


def _write(story: Story, recipient: str) -> None:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = story.email, recipient, "Re"
    letter["Message-ID"] = f"<{story.say('number of a mail')}@people.example>"
    letter.set_content(f"{story.say('answer by mail')}\n\n> {story.say('quoted')}\n")
    with smtplib.LMTP("127.0.0.1", story.house.lmtp_port) as post:
        post.sendmail(story.email, [recipient], letter.as_bytes())


@door("a member asks the operator")
def asks_the_operator(story: Story) -> None:
    """The owner of the shop, with a file."""
    file = (f"{story.say('file for the operator', OWNER)}.txt", story.say("file", OWNER).encode())
    typed = {name: story.say(f"{name} to the operator", OWNER) for name in ("subject", "text")}
    story.browsers[OWNER].submit(story.office("help/"), "subject", typed, {"attached": file})

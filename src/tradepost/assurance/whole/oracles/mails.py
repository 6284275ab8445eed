"""The bytes that left, and every link in them pressed."""

import re
from urllib.parse import urlsplit

from tradepost.assurance.whole.doors.letters import send_letter
from tradepost.assurance.whole.house import NotComeUp
from tradepost.assurance.whole.oracles import places
from tradepost.assurance.whole.story import MEMBER, OWNER, PERSON, RIVAL, Story
from tradepost.assurance.whole.types import OracleReport
from tradepost.delivery.testing import Captured

_LINK = re.compile(r"https?://[^\s<>\")\]]+")
_KEY = re.compile(r"\bb=([A-Za-z0-9+/=\s]+)")
# Bytes of a signature: of an RSA key of 2048 bits, and of Ed25519 (RFC 8463), which has no sizes.
_RSA_BYTES, _ED25519_BYTES = 256, 64


def mails_oracle(story: Story) -> OracleReport:
    broken: list[str] = []
    pressed = 0
    known = list(story.house.mails)
    for mail in known:
        broken += _tells_others(story, mail)
        for link in _links(story, mail):
            pressed += 1
            status = story.house.browser().get(link).status_code
            if status >= 400 and status != 410:
                broken.append(f"{mail.subject}: {link[:24]}… answers {status}")
    hers = [mail for mail in known if mail.recipient == story.email]
    letters = [mail for mail in hers if mail.message["List-Unsubscribe"]]
    broken += [] if letters else ["no newsletter was sent"]
    for letter in letters[-1:]:
        broken += _leaves(story, letter)
    return OracleReport(
        oracle="mail",
        promises=("choice.unsubscribe-everywhere", "secure.signed", "purpose.opt-in-news"),
        evidence=f"{len(known)} mails left, {pressed} links in them were pressed; whoever unsubscribes by one "
        f"click gets no further letter.",
        broken=broken,
        counts={"mails": len(known), "links": pressed},
    )


def _links(story: Story, mail: Captured) -> set[str]:
    """Those that lead here and that nobody has opened yet."""
    texts = f"{mail.text} {mail.html}".replace("&amp;", "&")
    own = urlsplit(story.house.url).netloc
    found = {urlsplit(link) for link in _LINK.findall(texts)}
    return {
        f"{one.path}?{one.query}" if one.query else one.path
        for one in found
        if one.netloc == own
        and not one.path.startswith("/c/")
        and one.path not in story.house.visited
    }


def _tells_others(story: Story, mail: Captured) -> list[str]:
    """A mail to somebody of the shop may speak of its customer; nobody reads of a rival's."""
    told = places.marks_in(mail.data, story.marks.pattern)
    strange = {PERSON: (MEMBER, RIVAL), RIVAL: (PERSON, OWNER, MEMBER)}
    who = next((p for p in strange if mail.recipient.lower() in _addresses(story, p)), "")
    return [
        f"{mail.subject} to {mail.recipient} tells of {story.marks.said[mark]}"
        for other in strange.get(who, ())
        for mark in told & story.marks.of(other)
    ]


def _addresses(story: Story, who: str) -> set[str]:
    return {f"{mark}@people.example" for mark in story.marks.of(who)}


def _leaves(story: Story, letter: Captured) -> list[str]:
    """One click (RFC 8058), as a mail program does it; then the shop writes again."""
    wrong = [] if letter.message["List-Unsubscribe-Post"] else ["no List-Unsubscribe-Post"]
    if "unsubscribe" not in letter.text.lower():
        wrong.append("the letter does not say how to unsubscribe")
    found = re.search(r"<(https?://[^<>]{1,2000})>", str(letter.message["List-Unsubscribe"]))
    if found is None:
        return [*wrong, "no address to unsubscribe by one click"]
    path = urlsplit(found[1]).path
    answer = story.house.browser().client.post(path, data={"List-Unsubscribe": "One-Click"})
    if answer.status_code != 200:
        wrong.append(f"one-click unsubscribe answers {answer.status_code}")
    try:
        send_letter(story, "Again {{ contact.name }}", patience_seconds=6)
    except NotComeUp:
        return wrong
    return [*wrong, "who unsubscribed by one click was written to again"]


def signature_sizes(story: Story) -> list[str]:
    """Of real signatures on a mail that left."""
    wrong = []
    for mail in story.house.mails[-1:]:
        signed = mail.message.get_all("DKIM-Signature") or []
        if not signed:
            wrong.append("a mail left without a DKIM signature")
        for header in signed:
            found = _KEY.search(str(header).partition("bh=")[2])
            size = len(re.sub(r"\s|=", "", found[1])) * 3 // 4 if found else 0
            least = _ED25519_BYTES if "ed25519" in str(header) else _RSA_BYTES
            if size < least:
                wrong.append(f"a DKIM signature has {size} bytes")
    return wrong

"""What a letter brings with it: sent, opened, clicked, answered, returned."""

import re
import smtplib
import time

from tradepost.assurance.whole.browser import form_with
from tradepost.assurance.whole.house import wait_for
from tradepost.assurance.whole.page_forms import forms_of
from tradepost.assurance.whole.story import COMPLAINER, OWNER, SHOP, SIX, Story, door
from tradepost.audience.models import Contact, PendingSubscription
from tradepost.campaigns.models import Campaign, Event
from tradepost.delivery.models import Handover
from tradepost.delivery.testing import Captured

_THUNDERBIRD = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Thunderbird/140.0"
)
_READS_AFTER_SECONDS = 3.0  # whoever is quicker is taken for a machine
_BODY = "Hello {{ contact.name }}, [look](https://shop.example/new). {{ contact.pet }}"


@door("letter: sent, opened, clicked, answered, returned")
def letter(story: Story) -> None:
    mail = send_letter(story, "For {{ contact.name }}")
    browser = f"{_THUNDERBIRD} {story.say('browser with the letter')}"
    reader = story.house.browser(**{"X-Forwarded-For": SIX, "User-Agent": browser})
    time.sleep(_READS_AFTER_SECONDS)
    for path in re.findall(r"/[oc]/[\w-]+", mail.html):
        reader.get(path)
    wait_for(Event.objects.exists, "opens and clicks to be loaded")
    reader.get(re.findall(r"/c/[\w-]+", mail.html)[0])  # this one stays in the spool for a while
    answer = (
        f"From: {story.email}\r\nTo: shop@localhost\r\nSubject: Re\r\n\r\n{story.say('reply')}\r\n"
    )
    _hand_over(story, f"{story.handle}@localhost", answer)
    _hand_over(story, f"{story.handle}@localhost", _damaged(story))
    _hand_over(story, mail.sender, _returned(story.email, mail.data))


@door("complaint: one reader calls the letter spam")
def complaint(story: Story) -> None:
    """As a mailbox provider reports it (RFC 5965), to the address that the letter came from."""
    mail = story.house.mail_to(story.complainer, "Hello")
    report = (
        "From: fbl@provider.example\r\nSubject: complaint\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nThis is a report.\r\n"
        "--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n"
        f"User-Agent: Provider/1.0\r\nVersion: 1\r\nOriginal-Mail-From: <{mail.sender}>\r\n\r\n"
        "--b--\r\n"
    )
    _hand_over(story, mail.sender, report)
    marked = Handover.objects.filter(address=story.complainer).exclude(complained_at=None)
    wait_for(marked.exists, "the complaint to be noted")
    again = {"email": story.complainer, "name": story.say("name", COMPLAINER), "consent": "on"}
    again |= {"tracking": "on", "field_pet": story.say("answer", COMPLAINER)}
    form = story.pages["opt-in form"]
    story.house.browser().submit(form, "email", again, read_seconds=_READS_AFTER_SECONDS)
    mailed = PendingSubscription.objects.filter(email=story.complainer).exclude(mailed_at=None)
    wait_for(mailed.exists, "the mail that asks once more")


def send_letter(story: Story, subject: str, patience_seconds: float = 60) -> Captured:
    """Write a campaign in the office, start it, and read what reached her."""
    owner, mails = story.browsers[OWNER], len(story.house.mails)
    page = story.office("campaigns/new/")
    form = form_with(owner.get(page).text, "subject")
    to = [one for one in (form.offered["to"] if form else []) if one]
    made = {"name": "News", "to": to[0], "subject": subject, "body": _BODY, "text": _BODY}
    made |= {name: story.say(name, SHOP) for name in ("preheader", "from_name")}
    made["reply_to"] = f"{story.say('reply to', SHOP)}@shop.example"
    owner.submit(page, "subject", made)
    campaign = Campaign.objects.filter(merchant__handle=story.handle).latest("pk")
    contact = Contact.objects.get(merchant__handle=story.handle, email=story.email)
    test = {"to": story.owner_email, "as": contact.public_id}
    owner.post(story.office(f"campaigns/{campaign.public_id}/test/"), test)
    send = story.office(f"campaigns/{campaign.public_id}/send/")
    for one in forms_of(owner.get(send).text):
        if one.action.endswith("/start/"):
            owner.post(one.action, {**one.filled()})
    return story.house.mail_to(story.email, "Hello", after=mails, patience_seconds=patience_seconds)


def _hand_over(story: Story, recipient: str, text: str) -> None:
    """To the process that takes what comes back, as a mail server does."""
    with smtplib.LMTP("127.0.0.1", story.house.lmtp_port) as post:
        post.sendmail(story.email, [recipient], text.encode())


def _damaged(story: Story) -> str:
    """What no program can read: its parts cannot be told apart."""
    return (
        f"From: {story.email}\r\nSubject: {story.say('subject of a damaged mail')}\r\n"
        f"Content-Type: multipart/mixed\r\n\r\n--x\r\n{story.say('damaged mail')}\r\n"
    )


def _returned(address: str, letter: bytes) -> str:
    """A report that the mailbox is full (RFC 3464)."""
    return (
        f"From: <>\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        f"--b\r\nContent-Type: text/plain\r\n\r\nMailbox of {address} is full.\r\n"
        f"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: 4.2.2\r\n"
        f"Diagnostic-Code: smtp; 452 4.2.2 full\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\n{letter.decode(errors='replace')[:1500]}\r\n--b--\r\n"
    )

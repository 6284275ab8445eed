"""How readers come in: a form, a file, the API, the office; and what a letter brings back."""

import re
import smtplib

from tradepost.assurance.whole.browser import form_with
from tradepost.assurance.whole.house import wait_for
from tradepost.assurance.whole.page_forms import forms_of
from tradepost.assurance.whole.story import OWNER, SIX, Story, door
from tradepost.audience.models import Contact, ContactExport, Import, OptInForm
from tradepost.campaigns.models import Campaign
from tradepost.delivery.testing import Captured

_BODY = "Hello {{ contact.name }}, [look](https://shop.example/new). {{ contact.pet }}"


@door("opt-in form")
def opt_in(story: Story) -> None:
    """With a question of the shop's own; confirmed by the link in the mail."""
    owner = story.browsers[OWNER]
    owner.submit(story.office("contact-fields/new/"), "key", {"label": "Pet", "key": "pet"})
    page = story.office("opt-in-forms/new/")
    typed = {"name": "Join", "heading": "Join", "asks_name": "on", "asked_fields": "pet"}
    agreed = {"consent_text": "Yes, write to me.", "tracking_text": "Measure me."}
    owner.submit(page, "heading", {**typed, **agreed})
    optin = OptInForm.objects.filter(merchant__handle=story.handle).latest("pk")
    visitor = story.house.browser(**{"X-Forwarded-For": SIX})
    public = f"/forms/{optin.public_id}/"
    story.pages["opt-in form"] = public
    answers = {name: story.say("answer") for name in ("field_pet", "pet")}
    said = {"email": story.email, "name": story.say("name at the form"), "consent": "on"}
    visitor.submit(f"{public}?src=page", "email", {**said, "tracking": "on", **answers})
    link = story.link_in(story.email, "/subscriptions/")
    visitor.get(link)
    visitor.post(link, {})


@door("imported file")
def imported(story: Story) -> None:
    """Twice in the file, spelt in two ways."""
    owner = story.browsers[OWNER]
    name = story.say("name in the file")
    rows = f"email,name\n{story.email},{name}\n{story.email.upper()},{name}\n"
    upload = {"file": (f"{story.say('name of the file')}.csv", rows.encode())}
    page = owner.post(story.office("contact-imports/"), {}, upload).headers["Location"]
    runs = Import.objects.filter(merchant__handle=story.handle)
    wait_for(lambda: runs.exclude(state="received").exists(), "the file to be read")
    consent = {"rule": "fill", "consent_text": "Ticked the box in the old shop."}
    owner.submit(f"{page}columns/", "rule", {**consent})
    owner.post(f"{page}start/", {})
    wait_for(lambda: runs.filter(state="done").exists(), "the import")


@door("written down in the office")
def written_down(story: Story) -> None:
    owner = story.browsers[OWNER]
    contact = Contact.objects.get(merchant__handle=story.handle, email=story.email)
    page = story.office(f"contacts/{contact.public_id}/")
    story.pages["contact"] = page
    owner.submit(f"{page}edit/", "name", {"name": story.say("name in the office")})
    owner.get(story.office(f"contacts/?q={story.email}"))


@door("API")
def by_the_api(story: Story) -> None:
    client = story.house.browser(Authorization=f"Bearer {story.tokens[f'{OWNER} all']}")
    said = {"email": story.email, "name": story.say("name by the API")}
    client.client.post("/api/v1/contacts", json=said, headers={"Idempotency-Key": story.say("key")})
    for path in ("/api/v1/contacts", "/api/v1/orders", "/api/v1/orders-events"):
        client.get(path)


@door("contacts exported")
def contacts_exported(story: Story) -> None:
    for form in ("csv", "xlsx"):
        story.browsers[OWNER].post(story.office("contacts/export/"), {"form": form})
    made = ContactExport.objects.filter(merchant__handle=story.handle).exclude(stored_as="")
    wait_for(lambda: made.count() >= 2, "the exports")


@door("letter: sent, opened, clicked, answered, returned")
def letter(story: Story) -> None:
    mail = send_letter(story, "For {{ contact.name }}")
    reader = story.house.browser(**{"X-Forwarded-For": SIX})
    for path in re.findall(r"/[oc]/[\w-]+", mail.html):
        reader.get(path)
    answer = (
        f"From: {story.email}\r\nTo: shop@localhost\r\nSubject: Re\r\n\r\n{story.say('reply')}\r\n"
    )
    _hand_over(story, f"{story.handle}@localhost", answer)
    _hand_over(story, mail.sender, _returned(story.email, mail.data))


def send_letter(story: Story, subject: str, patience_seconds: float = 60) -> Captured:
    """Write a campaign in the office, start it, and read what reached her."""
    owner, mails = story.browsers[OWNER], len(story.house.mails)
    page = story.office("campaigns/new/")
    form = form_with(owner.get(page).text, "subject")
    to = [one for one in (form.offered["to"] if form else []) if one]
    made = {"name": "News", "to": to[0], "subject": subject, "body": _BODY}
    owner.submit(page, "subject", {**made})
    campaign = Campaign.objects.filter(merchant__handle=story.handle).latest("pk")
    send = story.office(f"campaigns/{campaign.public_id}/send/")
    for one in forms_of(owner.get(send).text):
        if one.action.endswith("/start/"):
            owner.post(one.action, {**one.filled()})
    return story.house.mail_to(story.email, "Hello", after=mails, patience_seconds=patience_seconds)


def _hand_over(story: Story, recipient: str, text: str) -> None:
    """To the process that takes what comes back, as a mail server does."""
    with smtplib.LMTP("127.0.0.1", story.house.lmtp_port) as post:
        post.sendmail(story.email, [recipient], text.encode())


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

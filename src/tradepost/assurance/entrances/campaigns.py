"""The campaigns' door for the proof of erasure: a letter is sent, opened, clicked, and answered."""

import re
from pathlib import Path

from django.conf import settings
from django_scopes import scope

from tradepost.assurance.entrances.audience import through_the_form
from tradepost.assurance.entrances.registry import Mark, register_door, staff_of
from tradepost.audience.models import Contact, ContactList
from tradepost.audit.types import SYSTEM, Actor
from tradepost.campaigns.actions.start import start
from tradepost.campaigns.actions.write import create_campaign
from tradepost.campaigns.tracking import loader, spool
from tradepost.campaigns.tracking.handler import Environ, Tracking
from tradepost.campaigns.tracking.tokens import signer
from tradepost.delivery.actions.receive import receive
from tradepost.delivery.engine.journal import JournalFolder
from tradepost.delivery.engine.sender import Engine
from tradepost.delivery.personal_files import caught
from tradepost.delivery.testing import Captured, CaptureServer
from tradepost.lib.smtp import Relay
from tradepost.merchants.models import Merchant

_BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Thunderbird/128.0"
_BODY = "Hello {{ contact.name }}, [look](https://shop.example/new). {{ contact.pet }}"


def through_a_letter(merchant: Merchant, mark: Mark) -> None:
    """A reader who agreed to be measured; one click stays in the spool, for the loader never came."""
    through_the_form(merchant, mark)
    merchant.postal_address = merchant.postal_address or "Seed Street 1\nTown"
    merchant.save(update_fields=["postal_address"])
    with scope(merchant=merchant):
        reader = Contact.objects.get(email=mark.email)
        news = ContactList.objects.get(memberships__contact=reader)
        campaign = create_campaign(
            merchant=merchant,
            by=SYSTEM,
            contact_list=news,
            name="Canary",
            subject="For {{ contact.name }}",
            body=_BODY,
        )
        start(campaign=campaign, by=Actor.user(staff_of(merchant)))
    letter = next(
        mail for mail in _post() if mail.recipient == mark.email and mail.subject.startswith("For")
    )
    caught.keep(sender=letter.sender, to=[letter.recipient], content=letter.data)
    pixel, *links = re.findall(r"/[oc]/[\w-]+", letter.html)[::-1]
    _ask(pixel)
    loader.load()
    _ask(links[0])
    leave = re.search(r"<mailto:([^?>]+)", str(letter.message["List-Unsubscribe"]))
    words = f"From: {mark.email}\r\n\r\n{mark.word('note')}\r\n".encode()
    if leave:
        receive(recipient=leave[1], content=words)


def _post() -> list[Captured]:
    """What the engine hands over, with its journal where the sender's lies."""
    journal = Path(settings.TRADEPOST.data) / "spool" / "delivery"
    with (
        CaptureServer().running() as server,
        Engine(
            relay=Relay.from_url(server.url), connections=1, spool=JournalFolder(journal)
        ) as engine,
    ):
        engine.run_until_idle()
        return list(server.messages)


def _ask(path: str) -> None:
    """As a mail program or browser asks."""
    place = spool.TrackingSpool(spool.folder())
    environ: Environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "HTTP_USER_AGENT": _BROWSER}
    tracking = Tracking(lambda environ, begin: [b""], signer(), place)
    list(tracking(environ, lambda status, headers: None))
    place.close()


register_door("letter sent, opened, answered", through_a_letter)

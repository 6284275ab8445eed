"""What customers of the demo shop asked, and what Ines and Jonas answered."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from tradepost.audit.types import Actor
from tradepost.delivery.models import Mail
from tradepost.demo.actions.people import Person, person
from tradepost.identity.models import User
from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.support.actions.handle import close, set_tags
from tradepost.support.actions.saved_replies import save_reply
from tradepost.support.actions.write import Asker, WordsSaid, answer, hear, note, open_conversation
from tradepost.support.models import Conversation
from tradepost.support.types import WayIn

_REPLIES = (
    ("On its way", "Thank you for asking. Your parcel left our workshop; the carrier needs two to three days."),
    ("Care of leather", "Brush off the dust, rub in a hazelnut of balm with your hand, wait an hour, polish. Twice a year is enough."),
    ("Rückgabe", "Schicken Sie es einfach innerhalb von 14 Tagen zurück; das Geld kommt, sobald es hier ist."),
)  # fmt: skip


class DemoTalk(NamedTuple):
    """``turns``: ``?`` the customer, ``!`` the shop, ``#`` a note; ``hours`` between two of them."""

    number: int  # of the person
    days: float
    subject: str
    turns: tuple[str, ...]
    channel: WayIn = WayIn.PAGE
    tags: tuple[str, ...] = ()
    closed: bool = False
    hours: int = 5


_TALKS = (
    DemoTalk(7, 40, "Which balm for cordovan?", (
        "?I have a belt of cordovan from my grandfather. Does your balm suit it, or does it darken?",
        "!It suits it, and it darkens by a shade at first. Try it on the inside of the buckle end.",
        "?It worked, thank you. The shade is lovely."), WayIn.MAIL, ("leather care",), closed=True),
    DemoTalk(12, 21, "Gürtel zu lang", (
        "?Der Gürtel ist zwei Löcher zu lang. Kann ich ihn tauschen, oder kürzen Sie ihn?",
        "#Hat schon einmal getauscht, siehe die Bestellung davor.",
        "!Wir kürzen ihn gern. Schicken Sie ihn mit dem Maß vom Dorn bis zum Loch, das Sie benutzen."), tags=("return",), closed=True),
    DemoTalk(31, 6, "Invoice with our VAT number", (
        "?Could the invoice carry our VAT number? We are a company in Utrecht.",
        "!Of course. Which number shall it be?",
        "?NL854502130B01, and thank you for the quick answer."), WayIn.MAIL, ("invoice",)),
    DemoTalk(44, 3, "Monogram in gold?", (
        "?Do you stamp initials in gold as well? On the page I see blind only.",
        "!In gold, too, for the same price. Write the letters into the note of the order."), tags=("before buying",)),
    DemoTalk(58, 1.2, "Mein Paket ist nicht da", (
        "?Laut Nachricht ist mein Paket seit Dienstag unterwegs. Bei der Post weiß niemand etwas.",), tags=("parcel",)),
    DemoTalk(63, 0.6, "Scratch on the card holder", (
        "?There is a scratch on the back of my card holder. Is that the leather, or did it happen on the way?",
        "#Looks like a grain line. Ask for a photo first."), WayIn.MAIL, ("complaint",), hours=2),
    DemoTalk(71, 0.1, "Opening hours before Christmas", (
        "?Can I come by on the 23rd to choose a bag? From when are you open?",)),
)  # fmt: skip


def hold_talks(merchant: Merchant, owner: User, now: datetime) -> None:
    """Each at its own time. What the desk would have mailed is taken back: the demo writes to nobody."""
    for title, text in _REPLIES:
        save_reply(merchant=merchant, title=title, text=text, by=Actor.user(owner))
    for talk in _TALKS:
        _hold(merchant, owner, talk, now - timedelta(days=talk.days))
    Mail.objects.filter(merchant=merchant.pk, template__startswith="support/").delete()


def _hold(merchant: Merchant, owner: User, talk: DemoTalk, begun: datetime) -> None:
    by, times = Actor.user(owner), _times(begun, talk.hours)
    with clock.at(next(times)):
        row = _open(merchant, talk, person(talk.number))
    for turn in talk.turns[1:]:
        said = WordsSaid(text=turn[1:])
        with clock.at(next(times)):
            if turn.startswith("?"):
                hear(conversation=row, said=said, confirms=True)
            else:
                write = note if turn.startswith("#") else answer
                write(conversation=row, said=said, by=by, author=owner)
    with clock.at(next(times)):
        if talk.tags:
            set_tags(conversation=row, words=talk.tags, by=by)
        if talk.closed:
            close(conversation=row, by=by)


def _open(merchant: Merchant, talk: DemoTalk, who: Person) -> Conversation:
    return open_conversation(
        merchant=merchant,
        asker=Asker(email=who.email, name=who.name, language=who.language),
        subject=talk.subject,
        said=WordsSaid(text=talk.turns[0][1:]),
        channel=talk.channel,
    )


def _times(begun: datetime, hours: int) -> Iterator[datetime]:
    while True:
        yield begun
        begun = min(begun + timedelta(hours=hours), clock.now())

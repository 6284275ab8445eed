"""How many letters a second become messages of conversations, on one core? And do 10,000 damaged ones lose or crash any?

Letters of ``PEOPLE`` people go in as the post takes them (``delivery.actions.receive.take``), one after the other in
one process: the first of each begins a conversation, the others answer it by its address or by References, with
quotes, HTML and files among them. ``ours`` is how many a second of processor time of this process, ``limit`` 200.
``DAMAGED`` letters follow: each is taken, kept for a person, or understood as a machine's; ``lost`` and ``crashed``
are those of which neither is true. ``TRADEPOST_DATABASE_URL`` chooses the database (default: a fresh SQLite file).
"""

import json
import logging
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from email.message import EmailMessage

os.environ.setdefault("TRADEPOST_LIMITS_TIMES", "1000")

from django.core.management import call_command
from django_scopes import scopes_disabled

import _setup  # noqa: F401  Django, before any model
from tradepost.delivery.actions import receive
from tradepost.delivery.models import IncomingMail
from tradepost.delivery.queries import mail_domain
from tradepost.merchants.models import Merchant
from tradepost.support.models import Conversation, Message
from tradepost.support.tests.damaged import SAMPLES, damaged

PEOPLE = int(os.environ.get("PEOPLE") or 500)
TURNS = 4
DAMAGED = int(os.environ.get("DAMAGED") or 10_000)
LIMIT = 200
_QUOTED = "\n\nOn Mon, 1 Dec 2026 at 10:00, Shop <shop@shop.example> wrote:\n> It left.\n> Ines\n"


def letters(shop: str) -> Iterator[bytes]:
    """All of the first turn, then all of the second: threads are joined across each other."""
    for turn in range(TURNS):
        for person in range(PEOPLE):
            made = EmailMessage()
            made["From"] = f"Ann <p{person}@people.example>"
            made["To"], made["Subject"] = shop, "Re: Wallet" if turn else "Wallet"
            made["Message-ID"] = f"<{person}.{turn}@people.example>"
            made["Date"] = "Tue, 1 Dec 2026 10:00:00 +0100"
            if turn:
                made["References"] = f"<x@y.example> <{person}.{turn - 1}@people.example>"
            made.set_content(f"Where is it? Turn {turn}." + (_QUOTED if turn else ""))
            if person % 5 == 0:
                made.add_alternative("<p>Where is it?</p>", subtype="html")
            if person % 20 == 0:
                made.add_attachment(
                    b"%PDF-1.7" + b"x" * 20_000,
                    maintype="application",
                    subtype="pdf",
                    filename="a.pdf",
                )
            yield made.as_bytes()


def speed(shop: str) -> tuple[float, float]:
    """Letters a second of processor time, and of the clock."""
    contents = list(letters(shop))
    cpu, clock = time.process_time(), time.perf_counter()
    for content in contents:
        assert receive.take(recipient=shop, content=content) == "taken"
    cpu, clock = time.process_time() - cpu, time.perf_counter() - clock
    with scopes_disabled():
        assert Conversation.objects.count() == PEOPLE, "threads were not joined"
        assert Message.objects.count() == PEOPLE * TURNS, "a letter is no message"
    return len(contents) / cpu, len(contents) / clock


def try_damaged(shop: str) -> dict[str, int]:
    dice, said, crashed, lost = random.Random(20261201), Counter[str](), 0, 0
    for number in range(PEOPLE, PEOPLE + DAMAGED):
        content = damaged(dice, dice.choice(SAMPLES), number)
        try:
            done = receive.take(recipient=shop, content=content, sender=f"p{number}@people.example")
        except Exception:  # noqa: BLE001  whatever it is, it is counted
            crashed += 1
            continue
        said[done] += 1
    with scopes_disabled():
        kept = IncomingMail.objects.count()
        messages = Message.objects.count() - PEOPLE * TURNS
    # The same bytes twice are one row: so many at most can be missing.
    lost = max(said["taken"] - messages - _repeated(), 0) + max(
        said["kept"] + said["forwarded"] - kept - _repeated(), 0
    )
    return {"crashed": crashed, "lost": lost, **said}


def _repeated() -> int:
    dice, seen, twice = random.Random(20261201), set[bytes](), 0
    for number in range(PEOPLE, PEOPLE + DAMAGED):
        content = damaged(dice, dice.choice(SAMPLES), number)
        twice += content in seen
        seen.add(content)
    return twice


def main() -> int:
    logging.disable(logging.CRITICAL)
    call_command("migrate", verbosity=0)
    shop = Merchant.objects.create(
        name="Bench", handle="bench", contact_email="shop@bench.example", country="DE"
    )
    address = f"{shop.handle}@{mail_domain()}"
    of_processor, of_clock = speed(address)
    said = try_damaged(address)
    result = {
        "name": "tickets",
        "ours": round(of_processor),
        "limit": LIMIT,
        "ratio": round(of_processor / LIMIT, 2),
        "by_the_clock": round(of_clock),
        "letters": PEOPLE * TURNS,
        "damaged": said,
    }
    print(json.dumps(result))
    return int(bool(said["crashed"] or said["lost"]))


if __name__ == "__main__":
    sys.exit(main())

"""What no door leaves today: older versions, a catcher in place of a relay, a broken disk, a restore, a copy.

It is put where it would lie, so that rights and periods are proved for it, too.
"""

import os
import subprocess
import sys
from collections.abc import Iterator

from allauth.account.models import EmailAddress, EmailConfirmation

from tradepost.assurance.whole.story import MEMBER, Story, door
from tradepost.backups.ledger.keeping import bring_up_to_date
from tradepost.backups.models import Replayed
from tradepost.delivery.personal_files import caught
from tradepost.lib import clock
from tradepost.modules.outbox import put_into_outbox
from tradepost.orders.models import Order


@door("what older versions and trouble leave")
def left_behind(story: Story) -> Iterator[None]:
    order = Order.objects.filter(email=story.email).first()
    if order is not None:
        Order.objects.filter(pk=order.pk).update(extra={"old": story.say("field of an old cart")})
    address = EmailAddress.objects.filter(email=story.member_email).first()
    if address is not None:
        key = story.say("key of an old link", MEMBER)
        EmailConfirmation.objects.create(email_address=address, key=key)
    content = f"Subject: caught\r\n\r\n{story.email} {story.say('caught')}\r\n".encode()
    caught.keep(sender=None, to=[story.email], content=content)
    damaged = story.house.data / "damaged"
    damaged.mkdir(mode=0o700, exist_ok=True)
    torn = f"250 {story.email} {story.say('torn line')}"
    (damaged / f"journal.{int(clock.now().timestamp() * 1_000_000_000)}").write_text(torn)
    yield
    Replayed.objects.create(digest="0" * 64)
    put_into_outbox(
        event="nobody.listens", payload={}, merchant_id=None, at=clock.now(), listeners=[]
    )


@door("backup")
def backup(story: Story) -> None:  # noqa: ARG001  the form of every door
    """By the command; and the ledger of what was withdrawn so far, as the scheduler writes it."""
    words = [sys.executable, "-m", "tradepost", "backup"]
    subprocess.run(words, env=os.environ, check=True, capture_output=True)  # noqa: S603  our own command
    bring_up_to_date()

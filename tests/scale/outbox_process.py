"""A process of the product that publishes or delivers one event, and dies where it is told to.

``python -m tests.scale.outbox_process publish before-the-message`` and so on. Its listener notes a turn.
"""

import os
import sys
from dataclasses import dataclass

from tradepost.datamap.events import EventType, Occurred, Subscription

NAME = "test.kettle-boiled"


@dataclass(frozen=True)
class KettleBoiled:
    kettle_id: int


def hear(occurred: Occurred[KettleBoiled]) -> None:
    from tradepost.jobs.models import Turn

    Turn.objects.create(name=f"kettle {occurred.number}")
    if "in-the-listener" in sys.argv:
        os._exit(9)


def declare() -> None:
    from tradepost.modules import subscriptions

    subscriptions.events[NAME] = EventType(
        name=NAME, schema=KettleBoiled, meaning="a kettle boiled"
    )
    subscriptions.subscriptions["test.hears"] = Subscription(
        name="test.hears", to=KettleBoiled, call=hear
    )


def main(what: str) -> None:
    import django

    django.setup()
    from django.db import transaction

    from tradepost.jobs.models import OutboxEvent
    from tradepost.modules import outbox
    from tradepost.modules.events import publish

    declare()
    if what == "publish":
        with transaction.atomic():
            if "before-the-message" in sys.argv:
                transaction.on_commit(lambda: os._exit(9))  # ahead of the broker's own
            publish(KettleBoiled(kettle_id=1), merchant_id=None)
            if "before-the-commit" in sys.argv:
                os._exit(9)
    else:
        from django_scopes import scopes_disabled

        with scopes_disabled():
            numbers = list(OutboxEvent.objects.values_list("pk", flat=True))
        for number in numbers:
            outbox.deliver.func(number)


if __name__ == "__main__":
    main(sys.argv[1])

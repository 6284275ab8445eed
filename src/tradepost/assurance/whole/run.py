"""The whole proof in the scratch instance: people in through every door, then each oracle in turn.

What one oracle found is told at once, so that a proof that is stopped leaves what it had.
"""

import re
import time
from collections.abc import Callable, Collection

from django_scopes import scopes_disabled

from tradepost.assurance.whole.doors import doors
from tradepost.assurance.whole.house import running_house
from tradepost.assurance.whole.oracles.clock import clock_oracle
from tradepost.assurance.whole.oracles.columns import FieldsReached, columns_oracle
from tradepost.assurance.whole.oracles.erased import bytes_oracle, closing_oracle, copy_oracle
from tradepost.assurance.whole.oracles.facts import facts_oracle, networks_oracle
from tradepost.assurance.whole.oracles.incidents import incidents_oracle
from tradepost.assurance.whole.oracles.mails import mails_oracle
from tradepost.assurance.whole.oracles.pages import pages_oracle
from tradepost.assurance.whole.oracles.places import find_marks
from tradepost.assurance.whole.oracles.routes import routes_oracle
from tradepost.assurance.whole.oracles.widened import inventory_oracle
from tradepost.assurance.whole.oracles.wire import logs_oracle, wire_oracle
from tradepost.assurance.whole.story import Story
from tradepost.assurance.whole.types import OracleReport
from tradepost.lib import clock

Tell = Callable[[OracleReport], object]
Oracle = Callable[[], OracleReport]


def prove(tell: Tell, only: Collection[str] = ()) -> None:
    """Drive everything and ask each oracle (or those of ``only``); the last ones erase what the others look at."""
    began = clock.now()
    with running_house() as house, scopes_disabled():
        story = Story(house)
        reached = FieldsReached(story.marks.root)
        tell(_timed(lambda: _come_in(story, reached)))
        found = find_marks(story.marks.pattern)
        oracles: dict[str, Oracle] = {
            "inventory": inventory_oracle,
            "networks": networks_oracle,
            "copy": lambda: copy_oracle(story, found),
            "incidents": lambda: incidents_oracle(story),
            "facts": lambda: facts_oracle(story),
            "clock": lambda: clock_oracle(story, began),
            "pages": lambda: pages_oracle(story),
            "routes": lambda: routes_oracle(story),
            "mail": lambda: mails_oracle(story),
            "wire": wire_oracle,
            "logs": lambda: logs_oracle(story),
            "columns": lambda: columns_oracle(story, find_marks(story.marks.pattern), reached),
            "bytes": lambda: bytes_oracle(story),
            "closing": lambda: closing_oracle(story),
        }
        for name, ask in oracles.items():
            if not only or name in only:
                tell(_timed(lambda ask=ask, name=name: _careful(name, ask)))  # type: ignore[misc]  # bound at once


def _come_in(story: Story, reached: FieldsReached) -> OracleReport:
    """A door that lets nobody in, or answers with an error of the program, is broken."""
    broken = []
    for name, come_in in doors.items():
        try:
            for _pause in come_in(story) or ():
                reached.look()
        except Exception as error:  # noqa: BLE001  the other doors are still tried
            broken.append(f"{name}: {type(error).__name__}: {str(error)[:200]}")
        reached.look()
    for browser in story.browsers.values():
        broken += browser.failed
    return OracleReport(
        oracle="doors",
        promises=("collect.only-when-given",),
        evidence=f"{len(doors)} doors let people in with {len(story.marks.said)} marks.",
        broken=broken,
        counts={"doors": len(doors), "marks": len(story.marks.said)},
    )


def _careful(name: str, ask: Oracle) -> OracleReport:
    """An oracle that cannot see is no proof."""
    try:
        return ask()
    except Exception as error:  # noqa: BLE001  the other oracles are still asked
        said = re.sub(r"\s+", " ", str(error))[:300]
        return OracleReport(
            oracle=name,
            promises=(),
            evidence="",
            broken=[f"could not look: {type(error).__name__}: {said}"],
        )


def _timed(do: Oracle) -> OracleReport:
    began = time.perf_counter()
    found = do()
    found.seconds = round(time.perf_counter() - began, 1)
    return found

"""Does it take longer to erase one person among a million than among a thousand? How many a second, in bulk?

Every table of the data map that holds customers is filled: one row a person and table, copied inside
the database from one planted person. Then some of the people are erased one by one, first among ``SMALL`` and
then among ``N`` people, and the medians of the processor time compared, the database's own included. ``ours``
is the cost among many, ``limit`` among few, both in milliseconds; the target is a ratio of at most 1.5. Last,
``BULK`` people are erased at once; on PostgreSQL at least 500 a second. ``TRADEPOST_DATABASE_URL`` chooses the
database (default: a fresh SQLite file).
"""

import json
import os
from functools import partial

import _setup  # noqa: F401  Django, before any model
from _people import People, milliseconds
from tradepost.audit.types import SYSTEM
from tradepost.datamap.subjects import SubjectRef
from tradepost.rights.actions.erase import erase_people, erase_person

MANY = int(os.environ.get("N") or 1_000_000)
FEW = int(os.environ.get("SMALL") or 1_000)
RUNS = int(os.environ.get("RUNS") or 21)
BULK = int(os.environ.get("BULK") or 5_000)
MOST_TABLES = 15  # of 25; the others keep their rows, and empty some columns


def erase(ref: SubjectRef) -> None:
    erasure = erase_person(ref=ref, by=SYSTEM)
    assert erasure.total >= MOST_TABLES, "little was erased"


def one_by_one(people: People, numbers: range) -> dict[str, float]:
    milliseconds(
        partial(erase, people.known(number)) for number in range(numbers.start - 5, numbers.start)
    )
    refs = [people.known(number) for number in numbers]
    return milliseconds(partial(erase, ref) for ref in refs)


def in_bulk(people: People, numbers: range) -> dict[str, float]:
    """People a second, by the clock and by the processor time of both processes."""
    refs = [people.known(number) for number in numbers]
    totals = []
    cost = milliseconds([lambda: totals.append(erase_people(refs=refs, by=SYSTEM).total)])
    assert totals[0] >= MOST_TABLES * len(refs), "little was erased"
    return {
        "people_per_second": round(len(refs) * 1000 / cost["clock_ms"]),
        "people_per_cpu_second": round(len(refs) * 1000 / cost["cpu_ms"]),
    }


def main() -> None:
    people = People()
    people.fill(1, FEW)
    few = one_by_one(people, range(10, 10 + RUNS))
    seconds = people.fill(FEW + 1, MANY)
    print(f"filled {len(people.places)} tables with {MANY} people in {seconds:.0f} s", flush=True)
    many = one_by_one(people, range(MANY // 3, MANY // 3 + RUNS))
    first = MANY // 2
    result = {
        "name": "erase",
        "ours": many["cpu_ms"],
        "limit": few["cpu_ms"],
        "ratio": round(many["cpu_ms"] / few["cpu_ms"], 2),
        "runs": RUNS,
        "people": MANY,
        "among_many": many,
        "among_few": few,
        "bulk": in_bulk(people, range(first, first + BULK)),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()

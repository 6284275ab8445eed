"""Does it take longer to copy one person's data among a million people than among a thousand? And to draw the map?

The same shop as in ``erase``. Some of the people get their copy as the portal makes it (JSON, with who saw it and
who got it), and the map of all data is drawn as the office shows it, first among ``SMALL`` and then among ``N``
people. ``ours`` is the processor time among many, ``limit`` among few, in milliseconds, the database's own
included, of the copy; the map stands beside. The target is a ratio of at most 1.5 for both.
``TRADEPOST_DATABASE_URL`` chooses the database (default: a fresh SQLite file).
"""

import json
import os
from functools import partial

from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import reverse
from django_scopes import scopes_disabled

import _setup  # noqa: F401  Django, before any model
from _people import People, milliseconds
from tradepost.datamap.subjects import SubjectRef
from tradepost.identity.models import User
from tradepost.merchants.models import Membership
from tradepost.merchants.types import Role
from tradepost.rights.actions.export import export

MANY = int(os.environ.get("N") or 1_000_000)
FEW = int(os.environ.get("SMALL") or 1_000)
RUNS = int(os.environ.get("RUNS") or 41)
SOME_TABLES = 15  # of 25 that hold the person


def office(people: People) -> Client:
    """A browser in which the shop's owner is signed in."""
    call_command("collectstatic", interactive=False, verbosity=0)
    user = User.objects.create(email="owner@bench.example")
    with scopes_disabled():
        Membership.objects.create(merchant=people.merchant, user=user, role=Role.OWNER)
    client = Client()
    client.force_login(user)
    return client


def copy(ref: SubjectRef) -> None:
    _name, _kind, content = export(ref=ref, form="json")
    assert len(json.loads(content)["records"]) >= SOME_TABLES, "little was copied"


def draw(client: Client, address: str) -> None:
    assert client.get(address).status_code == 200, "no map"


def both(people: People, client: Client, numbers: range) -> tuple[dict[str, float], ...]:
    """What a copy costs, and the map."""
    refs = [people.known(number) for number in numbers]
    address = reverse("rights_office:data-map", args=[people.merchant.handle])
    for ref in refs[:5]:  # warm up
        copy(ref)
        draw(client, address)
    copies = milliseconds(partial(copy, ref) for ref in refs)
    return copies, milliseconds(partial(draw, client, address) for _ref in refs)


def main() -> None:
    people = People()
    client = office(people)
    people.fill(1, FEW)
    with override_settings(ALLOWED_HOSTS=["*"]):
        few, map_of_few = both(people, client, range(10, 10 + RUNS))
        seconds = people.fill(FEW + 1, MANY)
        print(
            f"filled {len(people.places)} tables with {MANY} people in {seconds:.0f} s", flush=True
        )
        many, map_of_many = both(people, client, range(MANY // 3, MANY // 3 + RUNS))
    result = {
        "name": "access",
        "ours": many["cpu_ms"],
        "limit": few["cpu_ms"],
        "ratio": round(many["cpu_ms"] / few["cpu_ms"], 2),
        "runs": RUNS,
        "people": MANY,
        "map_ratio": round(map_of_many["cpu_ms"] / map_of_few["cpu_ms"], 2),
        "among_many": {"copy": many, "map": map_of_many},
        "among_few": {"copy": few, "map": map_of_few},
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()

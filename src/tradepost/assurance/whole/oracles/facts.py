"""Measured facts: what is really stored and sent, against a floor."""

import re

from django.db import connection

from tradepost.assurance.whole.oracles.mails import signature_sizes
from tradepost.assurance.whole.oracles.places import find_marks
from tradepost.assurance.whole.story import FOUR, SIX, Story
from tradepost.assurance.whole.types import OracleReport

# OWASP's password storage cheat sheet: Argon2id with 19 MiB and two passes at least.
_MEMORY_KIB, _PASSES = 19_456, 2
_ARGON = re.compile(r"argon2\$argon2id\$v=19\$m=(\d+),t=(\d+),p=\d+\$")


def facts_oracle(story: Story) -> OracleReport:
    hashes = _stored_hashes()
    broken = [] if hashes else ["nobody has a password"]
    for text in hashes:
        cost = _ARGON.match(text)
        if not cost or int(cost[1]) < _MEMORY_KIB or int(cost[2]) < _PASSES:
            broken.append(f"a password is stored as {text[:34]}…")
    broken += signature_sizes(story)
    return OracleReport(
        oracle="facts",
        promises=("secure.passwords", "secure.signed"),
        evidence=f"{len(hashes)} stored passwords cost Argon2id of {_MEMORY_KIB} KiB and {_PASSES} passes at "
        f"least; real signatures are of RSA 2048 or Ed25519.",
        broken=broken,
        counts={"passwords": len(hashes)},
    )


def _stored_hashes() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT password FROM identity_user WHERE password <> ''")
        return [row[0] for row in cursor.fetchall()]


def networks_oracle() -> OracleReport:
    """The visitor's address, as it came in, must be nowhere."""
    networks = find_marks(re.compile(f"{re.escape(SIX)}|{re.escape(FOUR)}", re.IGNORECASE))
    places = [*networks.columns, *networks.files]
    return OracleReport(
        oracle="networks",
        promises=("collect.usage-log", "collect.anonymous-visit"),
        evidence=f"Visitors came from {SIX} and {FOUR}; neither stands whole in any column or file.",
        broken=[f"{place} holds a visitor's whole address" for place in places],
    )

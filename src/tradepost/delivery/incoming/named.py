"""Which addresses stand in a message, so that whoever is erased is found in it."""

import re
from collections.abc import Iterator

# More is not listed: such a message is read whole whenever somebody is looked for.
MOST = 300
_LONGEST_LOCAL, _MOST_LABELS = 64, 10
_AT = re.compile("@")
_LOCAL = re.compile(r"[^\s<>()\[\],;:\"\\@]+$")
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)+")
# An address may begin after each of these: ``=3Canna@…`` of quoted-printable, ``mailto=anna@…``.
_BEGINS = re.compile(r"=[0-9a-f]{2}|[^\w.+-]")


class MoreThanListed(ValueError):
    """More addresses than are listed."""


def addresses_in(*texts: str) -> set[str]:
    """In small letters, each as it stands and, where it touches other words, each way to cut it out.

    Raises: MoreThanListed.
    """
    found: set[str] = set()
    for text in texts:
        small = text.lower()
        for at in _AT.finditer(small):
            found.update(_around(small, at.start()))
            if len(found) > MOST:
                raise MoreThanListed
    return found


def _around(text: str, at: int) -> Iterator[str]:
    local = _LOCAL.search(text[max(0, at - _LONGEST_LOCAL) : at])
    domain = _DOMAIN.match(text, at + 1, at + 1 + 253)
    if not local or not domain:
        return
    labels = domain.group().split(".")[:_MOST_LABELS]
    begins = {0, *(cut.end() for cut in _BEGINS.finditer(local.group()))}
    for begin in begins - {len(local.group())}:
        for many in range(2, len(labels) + 1):
            yield f"{local.group()[begin:]}@{'.'.join(labels[:many])}"

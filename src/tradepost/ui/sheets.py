"""The component sheets as one: a phone on a slow line then asks once, not twenty times.

The files stay apart for people; they are joined in memory, so there is nothing to build or to
forget. Fonts stay a static file, because their addresses are rewritten by the manifest.
"""

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

FOLDER = Path(__file__).parent / "static" / "ui" / "css"

# `app` sets the order of the layers and must stay first; the rest could stand in any order.
NAMES = (
    "app", "tokens", "reset", "type", "layout", "buttons", "forms", "table", "badge", "card",
    "notice", "nav", "tabs", "progress", "chart", "empty", "dialog", "pagination", "shop", "print",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bundle:
    plain: bytes
    zipped: bytes
    digest: str


def current() -> Bundle:
    """The joined sheet; read again after an edit only where DEBUG is on."""
    return _bundle(_newest() if settings.DEBUG else 0)


@lru_cache(maxsize=1)
def _bundle(_edited_at_ns: int) -> Bundle:
    text = "\n".join((FOLDER / f"{name}.css").read_text("utf-8") for name in NAMES).encode()
    digest = hashlib.sha256(text).hexdigest()[:12]
    return Bundle(text, gzip.compress(text, mtime=0), digest)


def _newest() -> int:
    return max((FOLDER / f"{name}.css").stat().st_mtime_ns for name in NAMES)

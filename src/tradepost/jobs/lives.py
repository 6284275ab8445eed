"""The processes of this machine that work on jobs, tasks and turns."""

from functools import cache
from pathlib import Path

from django.conf import settings

from tradepost.lib.lives import Lives


def lives() -> Lives:
    return _lives(Path(settings.TRADEPOST.data) / "spool" / "lives")


@cache
def _lives(folder: Path) -> Lives:
    return Lives(folder)

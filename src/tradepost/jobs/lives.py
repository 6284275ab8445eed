"""The processes of this machine that work on jobs, tasks and turns."""

import os
from functools import cache
from pathlib import Path

from django.conf import settings

from tradepost.lib.lives import Lives

MACHINE = " @ "  # stands between what is done on each machine and the machine's name


def machine() -> str:
    """This machine, told from others by its data folder: host names repeat, and containers share them."""
    return f"{os.uname().nodename[:24]} {lives().own()[:8]}"


def lives() -> Lives:
    return _lives(Path(settings.TRADEPOST.data) / "spool" / "lives")


@cache
def _lives(folder: Path) -> Lives:
    return Lives(folder)

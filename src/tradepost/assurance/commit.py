"""Which program this is: the commit of a checkout, or the version of an installed package."""

from functools import cache
from pathlib import Path

from tradepost import __version__


@cache
def running_commit() -> str:
    for folder in Path(__file__).parents:
        git = folder / ".git"
        if git.is_dir():
            try:
                return _head_of(git) or __version__
            except (OSError, ValueError):  # half a checkout; the version is known all the same
                return __version__
    return __version__


def _head_of(git: Path) -> str:
    head = (git / "HEAD").read_text().strip()
    if not head.startswith("ref: "):
        return head[:12]
    name = head.removeprefix("ref: ")
    loose = git / name
    if loose.exists():
        return loose.read_text().strip()[:12]
    packed = git / "packed-refs"
    for line in packed.read_text().splitlines() if packed.exists() else ():
        if line.endswith(f" {name}"):
            return line[:12]
    return ""

"""How much memory there is for this process and its neighbours."""

import os
from pathlib import Path


def memory_limit(root: Path = Path("/")) -> int:
    """Bytes: the machine's memory, or less where a control group allows less (version 1 or 2)."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return min([pages * size, *_limits(root)])


def _limits(root: Path) -> list[int]:
    """Of the groups that this process is in, and of those around them."""
    found = []
    for line in _text(root / "proc/self/cgroup").splitlines():
        _number, kinds, place = line.split(":", 2)
        if kinds not in {"", "memory"}:
            continue
        top = root / "sys/fs/cgroup" / kinds
        name = "memory.limit_in_bytes" if kinds else "memory.max"
        folder = top / place.lstrip("/")
        around = [one for one in (folder, *folder.parents) if one.is_relative_to(top)]
        texts = [_text(one / name) for one in around]
        found += [int(text) for text in texts if text.isdigit()]
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""

"""What the guides point at is there: links, and files named in code type."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GUIDES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
FILE = re.compile(r"`([\w/.-]+/[\w.-]*\.(?:py|html|md|sh|po|toml)|[\w-]+(?:/[\w-]+)+/)`")
# Made by whoever follows the guide.
MADE = {"src/tradepost/NAME/"}


def places(name: str) -> list[Path]:
    return [ROOT / name, ROOT / "src" / "tradepost" / name, ROOT / "docs" / name]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_links_of_a_guide_lead_somewhere(guide):
    links = [link for link in LINK.findall(guide.read_text()) if "://" not in link]
    assert [link for link in links if not (guide.parent / link).exists()] == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_files_that_a_guide_names_exist(guide):
    if guide.name == "CHANGELOG.md":  # tells what was
        return
    named = set(FILE.findall(guide.read_text())) - MADE
    inside = {name.strip("/") for name in named if "<" not in name}
    files = {
        path.relative_to(ROOT).as_posix() for path in (ROOT / "src").rglob("*") if path.is_file()
    }
    assert [
        name
        for name in sorted(inside)
        if not any(place.exists() for place in places(name))
        and not any(file.endswith(f"/{name}") or f"/{name}/" in file for file in files)
    ] == []

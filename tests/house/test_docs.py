"""What the guides point at is there: links, and files named in code type."""

import re
from pathlib import Path

import pytest

from tests.house.source import ROOT
from tests.house.tour import POINTER, TOUR, NotDefined, corrected

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


def test_the_tour_points_at_the_lines_where_the_names_stand():
    text = TOUR.read_text()
    assert text == corrected(text), "run `python -m tests.house.tour`"
    files = set(re.findall(r"\]\(([^()#\s]+\.py)\)", text))
    assert files <= {found[2] for found in POINTER.finditer(text)}, "a file without a name in it"
    assert text.count("#L") == len(POINTER.findall(text)) > 15


def test_a_name_that_has_moved_or_gone_is_seen():
    moved = POINTER.sub(lambda found: found[0].replace(f"#L{found[3]}", "#L1"), TOUR.read_text())
    assert corrected(moved) == corrected(TOUR.read_text()) != moved
    with pytest.raises(NotDefined, match="erase_nobody"):
        corrected(TOUR.read_text().replace("`erase_person`", "`erase_nobody`"))

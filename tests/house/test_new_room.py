"""A new room is a folder and a few lines outside it: made, started, thrown away."""

import pytest

from tests.house.copies import copy_of_the_house, run
from tradepost.modules.new_room import RoomRefused, write_room


@pytest.fixture
def checkout(tmp_path):
    return copy_of_the_house(tmp_path)


@pytest.fixture(scope="module")
def untouched(tmp_path_factory):
    """For what must write nothing."""
    return copy_of_the_house(tmp_path_factory.mktemp("untouched"))


def test_a_new_room_starts_and_touches_two_files_outside_its_folder(checkout):
    files = [path for path in checkout.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    before = {path: path.read_bytes() for path in files}
    printed = run(checkout, "manage.py", "new_room", "garden", "--above", "campaigns")
    assert "src/tradepost/garden/room.py" in printed
    changed = [path for path, held in before.items() if path.read_bytes() != held]
    assert sorted(path.name for path in changed) == ["pyproject.toml", "rooms.py"]
    assert "no issues" in run(checkout, "manage.py", "check")
    assert "garden" in run(checkout, "manage.py", "rooms").splitlines()


@pytest.mark.parametrize("name", ["orders", "Garden", "gar den", "../garden", ""])
def test_a_name_that_will_not_do_writes_nothing(untouched, name):
    before = sorted(untouched.rglob("*"))
    with pytest.raises(RoomRefused):
        write_room(untouched, name, "campaigns")
    assert sorted(untouched.rglob("*")) == before


def test_a_floor_that_is_not_there_is_said(untouched):
    with pytest.raises(RoomRefused, match="cellar"):
        write_room(untouched, "garden", "cellar")

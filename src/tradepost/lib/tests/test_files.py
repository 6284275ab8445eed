"""Files read back: whatever is in them, one is moved aside and nothing else stops."""

import os
import subprocess
import sys

import pytest
from tests.damage import damages

from tradepost.lib.files import folder_token, make_once, move_aside, read_or_move_aside
from tradepost.lib.lives import Lives

DAMAGE = {
    "empty": b"",
    "NULs": b"\0" * 16,
    "cut off": b"0123abcd",
    "glued": b"0123456789abcdef0123456789abcdef",
    "other encoding": "0123456789abcdeü".encode("utf-16"),
    "huge": b"a" * 5_000_000,
    "one bit": b"0123456789abcde\xe6",
}


@pytest.mark.parametrize("what", DAMAGE)
def test_a_damaged_name_of_a_folder_is_moved_aside_and_made_anew(tmp_path, what):
    (tmp_path / "id").write_bytes(DAMAGE[what])
    token = folder_token(tmp_path)
    assert folder_token(tmp_path) == token
    (kept,) = (tmp_path / "damaged").iterdir()
    assert kept.read_bytes() == DAMAGE[what]


def test_whatever_is_in_it_a_name_has_sixteen_digits_and_stays(tmp_path):
    for damage in damages(b"0123456789abcdef"):
        (tmp_path / "id").write_bytes(damage)
        token = folder_token(tmp_path)
        assert len(token) == 16
        assert folder_token(tmp_path) == token


def test_a_folder_in_place_of_a_file_is_moved_aside(tmp_path):
    (tmp_path / "id").mkdir()
    assert len(folder_token(tmp_path)) == 16
    assert [path.is_dir() for path in (tmp_path / "damaged").iterdir()] == [True]


def test_of_two_who_make_a_file_the_first_wins_and_nothing_else_is_left(tmp_path):
    make_once(tmp_path / "key", b"first")
    make_once(tmp_path / "key", b"second")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("key", b"first")]
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0


def test_nothing_is_said_of_a_file_that_is_not_there(tmp_path):
    assert read_or_move_aside(tmp_path / "none", int) is None
    assert move_aside(tmp_path / "none", "gone") is None


def test_a_process_is_known_to_be_dead_as_soon_as_it_ends(tmp_path):
    script = (
        "import sys, time; from pathlib import Path; from tradepost.lib.lives import Lives\n"
        f"print(Lives(Path({str(tmp_path)!r})).own(), flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    name = process.stdout.readline().strip()
    mine = Lives(tmp_path)
    assert not mine.is_dead(name)
    process.kill()
    process.wait()
    assert mine.is_dead(name)
    mine.tidy()
    assert mine.is_dead(name), "without its file it is as dead"
    assert not mine.is_dead(mine.own())


def test_a_process_of_another_folder_is_never_called_dead(tmp_path):
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    theirs = Lives(tmp_path / "there").own()
    assert not Lives(tmp_path / "here").is_dead(theirs)
    assert not Lives(tmp_path / "here").is_dead("")


def test_a_forked_process_has_a_life_of_its_own(tmp_path):
    mine = Lives(tmp_path)
    name = mine.own()
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.write(writer, mine.own().encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reader, 100).decode() != name

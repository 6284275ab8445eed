"""What could not be read may name people: it is found, erased and let go like everything else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from tradepost.datamap.registry import keep_rules, stores
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Subject
from tradepost.lib.files import move_aside

ANNA = SubjectRef(Subject.CUSTOMER, "anna@example.org", 1)


@pytest.fixture
def spool(settings, tmp_path):
    settings.TRADEPOST = replace(settings.TRADEPOST, data=tmp_path)
    folder = tmp_path / "spool" / "delivery"
    folder.mkdir(parents=True)
    return folder


def _damaged(spool, name, text):
    path = spool / name
    path.write_bytes(text)
    return move_aside(path, "test")


def test_a_person_is_found_and_erased_in_damaged_files(spool, tmp_path):
    store = stores["delivery.damaged"]
    hers = _damaged(spool, "1-1-mail.journal", b"A 1 hard 550 <Anna@Example.org> unknown\0\n")
    his = _damaged(spool, "1-2-mail.journal", b"A 2 hard 550 <ben@example.org> unknown\0\n")
    stamp = _damaged(tmp_path, "static.stamp", b"\0")
    assert list(store.scan(b"anna@example.org")) == [str(hers)]
    assert store.erase(ANNA) == 1
    assert not hers.exists()
    assert his.exists()
    assert stamp.exists()


def test_a_folder_in_the_place_of_a_file_goes_too(spool):
    folder = spool / "2.lock"
    folder.mkdir()
    (folder / "x").write_bytes(b"anna@example.org")
    place = move_aside(folder, "test")
    assert stores["delivery.damaged"].erase(ANNA) == 1
    assert not place.exists()


def test_damaged_files_stay_a_month_for_a_person_to_look_at(spool):
    rule = keep_rules[stores["delivery.damaged"].keep]
    place = _damaged(spool, "1-1-mail.journal", b"x")
    now = timezone.now()
    assert rule.due(now + timedelta(days=29)) == rule.purge(now + timedelta(days=29)) == 0
    assert rule.due(now + timedelta(days=31)) == 1
    assert rule.purge(now + timedelta(days=31)) == 1
    assert not place.exists()

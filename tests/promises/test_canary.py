"""Marked people come in through every door, are erased, and are in no table and no file any more.

The proof must be able to fail: with an eraser that skips one table, it has to find the marks.
"""

import pytest

from tradepost.assurance.actions.prove_erasure import prove_erasure, prove_through_restore
from tradepost.assurance.entrances import doors
from tradepost.assurance.promises import fixtures
from tradepost.assurance.promises.backups import own_installation
from tradepost.rights.actions import erase

pytestmark = pytest.mark.django_db(transaction=True)


def test_nothing_is_left_but_what_the_map_keeps():
    proof = prove_erasure(fixtures.shop())
    assert len(proof.findings) >= 5
    for finding in proof.findings:
        assert finding.planted, f"nobody came in through the door {finding.door}"
        assert finding.left == [], finding.door
    assert proof.columns > 300
    assert proof.files


@pytest.mark.parametrize("label", ["audience.Contact", "orders.OrderAddress", "delivery.Mail"])
def test_the_proof_finds_what_an_eraser_forgot(monkeypatch, label):
    real = erase._erase_rows

    def forgetful(found, holds, done):
        if found.place.label != label:
            real(found, holds, done)

    monkeypatch.setattr(erase, "_erase_rows", forgetful)
    proof = prove_erasure(fixtures.shop())
    assert not proof.holds


@pytest.fixture
def two_doors(monkeypatch):
    for name in doors.keys() - {"letter", "guest checkout"}:
        monkeypatch.delitem(doors, name)


@pytest.mark.usefixtures("two_doors")
def test_who_came_back_with_a_backup_goes_again():
    with own_installation():
        proof = prove_through_restore(fixtures.shop())
    assert proof.holds
    assert [bool(finding.planted) for finding in proof.restored] == [True, True]


@pytest.mark.usefixtures("two_doors")
def test_the_proof_finds_who_came_back_and_stayed(monkeypatch):
    monkeypatch.setattr("tradepost.backups.actions.restore.bring_up_to_date", lambda: None)
    with own_installation():
        proof = prove_through_restore(fixtures.shop())
    assert all(not finding.left for finding in proof.findings)
    assert [bool(finding.left) for finding in proof.restored] == [True, True]

"""DKIM keys as files: damaged or lost, no other is made without being asked for."""

import shutil
from contextlib import suppress
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from tests.damage import damages

from tradepost.delivery.models import SigningKey
from tradepost.delivery.outgoing.dkim import KeyDamaged, own_keys, records

pytestmark = pytest.mark.django_db


@pytest.fixture
def keys(tmp_path, settings):
    """The folder of a new installation that has made its keys."""
    settings.TRADEPOST = replace(settings.TRADEPOST, data=tmp_path)
    own_keys()
    return tmp_path / "keys"


def test_the_same_keys_come_back(keys):
    assert records() == records()
    assert set(SigningKey.objects.values_list("name", flat=True)) == {"dkim-rsa", "dkim-ed25519"}


@pytest.mark.parametrize("name", ["dkim-rsa.pem", "dkim-ed25519.pem"])
def test_a_lost_key_is_not_replaced_quietly(keys, name):
    published = records()
    kept = (keys / name).read_bytes()
    (keys / name).unlink()
    with pytest.raises(KeyDamaged, match=rf"{name}.*`tradepost dkim --new`"):
        own_keys()
    assert not (keys / name).exists()
    (keys / name).write_bytes(kept)
    assert records() == published


def test_a_lost_folder_is_no_new_installation(keys):
    shutil.rmtree(keys)
    with pytest.raises(KeyDamaged):
        own_keys()
    with pytest.raises(CommandError, match="backup"):
        call_command("testmail", "ann@people.example")
    with pytest.raises(CommandError, match="backup"):
        call_command("dkim")


def test_new_keys_are_made_when_asked_for_and_the_old_ones_are_kept(keys, capsys):
    old = {path.read_bytes() for path in keys.glob("*.pem")}
    before = set(records().values())
    call_command("dkim", "--new")
    printed = capsys.readouterr().out
    after = records()
    assert not before & set(after.values())
    assert all(f"{name}. TXT {text}" in printed for name, text in after.items())
    assert {path.read_bytes() for path in keys.glob("*.pem.until-*")} == old
    call_command("dkim")
    assert capsys.readouterr().out == printed


def test_a_key_put_in_place_by_a_person_counts(keys, tmp_path):
    other = tmp_path / "other"
    (keys / "dkim-rsa.pem").rename(other)
    SigningKey.objects.filter(name="dkim-rsa").delete()
    own_keys()
    known = SigningKey.objects.get(name="dkim-rsa").record
    shutil.copy(other, keys / "dkim-rsa.pem")
    own_keys()
    assert SigningKey.objects.get(name="dkim-rsa").record != known


PUBLIC = b"-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----\n"


@pytest.mark.parametrize("name", ["dkim-rsa.pem", "dkim-ed25519.pem"])
def test_whatever_is_in_a_keys_file_mail_waits_or_is_signed(keys, name):
    """Nothing but KeyDamaged comes out, and the file is left for a person to look at."""
    raw = (keys / name).read_bytes()
    for damage in (PUBLIC, *damages(raw)):
        (keys / name).write_bytes(damage)
        with suppress(KeyDamaged):
            assert len(own_keys()) == 2
        assert (keys / name).read_bytes() == damage


def test_a_folder_in_place_of_a_key_is_said(keys):
    (keys / "dkim-rsa.pem").unlink()
    (keys / "dkim-rsa.pem").mkdir()
    with pytest.raises(KeyDamaged, match="cannot be read"):
        own_keys()

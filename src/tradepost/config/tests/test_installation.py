"""The database decides what it is: whose key it knows, and whether it may be a demo."""

import multiprocessing
import os
import time
from contextlib import suppress
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, transaction
from django.test import override_settings

from tradepost.audit.models import Entry
from tradepost.config import cli
from tradepost.config.environment import read_environment
from tradepost.config.processes import installation, supervisor
from tradepost.config.processes.forking import is_forkable
from tradepost.config.processes.surroundings import CannotStart
from tradepost.console.actions import ForeignKey, require_own_key, settle_installation
from tradepost.console.models import Installation
from tradepost.console.queries import is_public, is_untouched
from tradepost.identity.models import User
from tradepost.lib.cache_table import CACHE_TABLE
from tradepost.merchants.models import Merchant

pytestmark = pytest.mark.django_db
PUBLIC = {"TRADEPOST_PUBLIC_URL": "https://shop.example"}


def test_a_new_database_becomes_a_demo_and_stays_one():
    here = read_environment({})
    assert installation._settle(here, demo=True)
    assert installation._settle(here, demo=True)
    assert installation._settle(here, demo=False)


def test_a_real_installation_never_becomes_a_demo_whatever_lies_in_its_folder():
    here = read_environment({"TRADEPOST_SECRET_KEY": "from the environment"})
    assert not installation._settle(here, demo=False)
    assert not installation._settle(here, demo=True)


def test_an_installation_with_a_shop_or_a_person_never_becomes_a_demo():
    """Each by itself: a restored copy may hold one without the other."""
    here = read_environment({})
    for rows, values in (
        (Merchant, {"handle": "shop", "name": "Shop"}),
        (User, {"email": "a@b.example"}),
    ):
        with transaction.atomic():
            rows._base_manager.bulk_create([rows(**values)])
            assert not is_untouched(), rows
            assert not installation._settle(here, demo=True), rows
            transaction.set_rollback(True)
    assert is_untouched()


@pytest.mark.parametrize(
    "address",
    ["https://shop.example", "http://shop.example", "https://localhost", "http://1.1.1.1",
     "http://[2606:4700::1111]", "http://SHOP.EXAMPLE.", "https://192.168.1.5"],
)  # fmt: skip
def test_the_demo_is_refused_under_a_public_address(address):
    assert is_public(address)
    with pytest.raises(CannotStart, match="--no-demo"):
        installation._settle(read_environment({"TRADEPOST_PUBLIC_URL": address}), demo=True)
    assert not Installation.objects.exists()


@pytest.mark.parametrize(
    "address",
    ["http://localhost:8000", "http://127.0.0.1:8000", "http://192.168.1.5", "http://[::1]:8000",
     "http://laptop:8000", "http://laptop.local", "http://shop.localhost"],
)  # fmt: skip
def test_this_machine_and_its_network_are_not_public(address):
    assert not is_public(address)


def test_a_demo_is_not_opened_under_a_public_address_later():
    settle_installation(as_demo=True)
    for demo in (True, False):
        with pytest.raises(CannotStart, match="passwords are published"):
            installation._settle(read_environment(PUBLIC), demo=demo)


def test_the_demo_command_refuses_a_public_address(settings):
    public = replace(settings.TRADEPOST, public_url="https://shop.example")
    with override_settings(TRADEPOST=public), pytest.raises(CommandError, match="published"):
        call_command("demo", verbosity=0)


def test_another_key_is_refused_and_accepted_only_knowingly(settings, capsys):
    require_own_key()
    settings.SECRET_KEY = "another key, as long as it must be to count as one"
    with pytest.raises(ForeignKey):
        require_own_key()
    with pytest.raises(CannotStart, match=r"Put the old one back .* `tradepost accept-key`"):
        installation._settle(read_environment({}), demo=True)
    with pytest.raises(CommandError, match="unsubscribe"):
        call_command("accept_key")
    with pytest.raises(ForeignKey):
        require_own_key()
    call_command("accept_key", "--yes")
    require_own_key()
    assert Entry.objects.filter(action="console.accept_key").count() == 1
    assert Installation.objects.get().key_changed_at


def test_the_key_cannot_be_read_from_its_fingerprint(settings):
    row = settle_installation(as_demo=False)
    assert settings.SECRET_KEY not in row.key_print
    assert len(row.key_print) == 64


def test_only_a_demo_is_told_of_the_page_with_caught_mail(tmp_path, capsys):
    given = {"TRADEPOST_DATA": str(tmp_path), "TRADEPOST_SECRET_KEY": "k" * 50}
    environment = read_environment(given)
    environment.repeat_whether_demo(is_demo=True)
    supervisor._announce(environment, [])
    assert "/caught/" in capsys.readouterr().out
    environment.repeat_whether_demo(is_demo=False)
    supervisor._announce(environment, [])
    said = capsys.readouterr().out
    assert "/caught/" not in said
    assert "Mail reaches nobody" in said


def test_the_mark_says_what_the_database_says(tmp_path):
    given = {"TRADEPOST_DATA": str(tmp_path), "TRADEPOST_SECRET_KEY": "k" * 50}
    environment = read_environment(given)
    (tmp_path / "demo").touch()
    assert not environment.is_demo, "a file is no word of the database"
    installation._mark(environment, is_demo=installation._settle(environment, demo=False))
    assert not (tmp_path / "demo").exists()
    settle_installation(as_demo=False)
    Installation.objects.update(is_demo=True)
    installation._mark(environment, is_demo=installation._settle(environment, demo=False))
    assert environment.is_demo
    assert not read_environment(given | {"TRADEPOST_SECRET_KEY": "x" * 50}).is_demo


@pytest.mark.skipif(not is_forkable(), reason="nobody draws beside where nothing can be forked")
@pytest.mark.parametrize("goes_well", [True, False])
def test_the_demos_pictures_are_drawn_beside_by_a_process_that_ends_with_the_preparing(
    goes_well, monkeypatch
):
    """Not after all that needs a database: on two cores that was a fifth of the first start."""
    monkeypatch.setattr("tradepost.demo.actions.shop.paint", os.getpid if goes_well else _for_ever)
    with suppress(CannotStart), installation._drawing_beside(wanted=True) as painting:
        (painter,) = multiprocessing.active_children()
        assert painter.pid != os.getpid()
        if not goes_well:
            raise CannotStart("the settings are wrong")
        assert painting.result() == painter.pid
    assert not multiprocessing.active_children()
    with installation._drawing_beside(wanted=False) as painting:
        assert painting is None


def _for_ever() -> None:
    while True:
        time.sleep(60)


@pytest.mark.parametrize("command", ["prepare", "up", "migrate"])
def test_a_neighbour_that_goes_in_the_middle_is_said_in_one_sentence(
    command, tmp_path, monkeypatch, capsys
):
    """PostgreSQL was restarted while the first start made its tables: a hundred lines of trace."""

    def away(*_words, **_more):
        raise OperationalError("terminating connection due to administrator command\nmore")

    monkeypatch.setenv("TRADEPOST_DATA", str(tmp_path))
    monkeypatch.setattr(installation, "prepare", away)
    monkeypatch.setattr(supervisor, "up", away)
    monkeypatch.setattr("django.core.management.execute_from_command_line", away)
    monkeypatch.setattr("tradepost.config.cli.require_database", away)
    assert cli.main([command]) == 2
    assert capsys.readouterr().err == (
        "Stopped: the database is away (terminating connection due to administrator command)."
        " The same command works again when it is back.\n"
    )


@pytest.mark.parametrize(("place", "stays"), [(CACHE_TABLE, True), ("redis://127.0.0.1:9", False)])
def test_the_cache_of_an_earlier_setting_does_not_stay(settings, place, stays):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS cache_table (cache_key text)")
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": place}}
    installation.drop_unused_cache()
    assert (CACHE_TABLE in connection.introspection.table_names()) is stays

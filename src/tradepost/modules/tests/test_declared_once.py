"""Two rooms that declare one name are no house: each register, one by one, and a start that is refused."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from tradepost.datamap import registry as datamap
from tradepost.datamap.collection import CollectionPoint, collection_points
from tradepost.datamap.extensions import AlreadyDeclared
from tradepost.datamap.processors import NoPlace, PartyRole, Processor, processors
from tradepost.datamap.registry import declare_third_party
from tradepost.datamap.rooms import BrowserKey, Cookie, MailTemplate, NavigationGroup, Room
from tradepost.datamap.vocabulary import (
    Basis,
    Declaration,
    KeepRule,
    Kind,
    Purpose,
    Store,
    Subject,
)
from tradepost.modules import registry
from tradepost.modules.mail_templates import mail_templates
from tradepost.modules.places import places
from tradepost.modules.registry import collect

RULE = KeepRule(id="stray.rule", label="x", since="x", why="x", carried_by="x")
STORE = Store(
    id="stray.store",
    meaning="x",
    kinds=(Kind.FILE,),
    subject=Subject.CUSTOMER,
    purpose=Purpose.ORDERS,
    basis=Basis.CONTRACT,
    keep="stray.rule",
    scan=lambda needle: [],
    erase=lambda subject: 0,
)
PARTY = Processor(
    id="stray.party",
    name="x",
    role=PartyRole.HOSTING,
    what=(),
    why="x",
    purposes=(),
    country="DE",
    safeguard="x",
)
DECLARED = {
    "an action": {"actions": {"stray.act": "acted"}},
    "an icon": {"icons": {"stray": "M0 0"}},
    "a place": {"places": {"stray": "x:y"}},
    "a group": {"groups": (NavigationGroup(key="stray", label="x", order=1),)},
    "a retention rule": {"keep_rules": (RULE,)},
    "a store": {"stores": (STORE,)},
    "a collection point": {
        "collection_points": (CollectionPoint(id="stray.form", meaning="x", takes=()),)
    },
    "a processor": {"processors": (PARTY,)},
    "a cookie": {"cookies": (Cookie(name="stray", purpose="x", life="x"),)},
    "a browser's key": {"browser_keys": (BrowserKey(name="stray", purpose="x", life="x"),)},
    "a mail template": {"mail_templates": (MailTemplate(name="stray/x", purpose=Purpose.ORDERS),)},
}


REGISTERS = (
    registry.rooms, registry.groups, registry.cookies, registry.browser_keys, datamap.actions, datamap.icons, datamap.stores,
    datamap.keep_rules, datamap._third_party, places, collection_points, processors, mail_templates,
)  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_stays():
    """What a test declares is forgotten after it."""
    before = [dict(register) for register in REGISTERS]
    yield
    for register, kept in zip(REGISTERS, before, strict=True):
        register.clear()
        register.update(kept)


@pytest.mark.parametrize("said", DECLARED.values(), ids=DECLARED)
def test_two_rooms_cannot_declare(said):
    collect(Room(name="stray", **said))
    with pytest.raises(AlreadyDeclared, match="stray"):
        collect(Room(name="other", **said))


def test_two_rooms_cannot_have_one_name():
    with pytest.raises(AlreadyDeclared, match="orders"):
        collect(Room(name="orders"))


def test_nobody_speaks_twice_for_a_model_that_is_not_ours():
    declare_third_party("stray.Model", Declaration())
    with pytest.raises(AlreadyDeclared, match=r"stray\.Model"):
        declare_third_party("stray.Model", Declaration())


@pytest.mark.parametrize("country", ["", "--", "Atlantis", "ZZ", "49"])
def test_a_party_without_a_country_is_not_registered(country):
    """Only the merchant's own systems may be wherever the merchant has them."""
    with pytest.raises(NoPlace, match=r"stray\.party"):
        replace(PARTY, country=country)
    replace(PARTY, country="--", role=PartyRole.MERCHANT)


def test_the_start_is_refused_when_a_room_declares_a_rule_of_another(tmp_path):
    """As an installation starts, with an app whose room says again what the audience's says."""
    (tmp_path / "with_twin.py").write_text(
        "from tradepost.config.settings import *\n"
        "INSTALLED_APPS = [*INSTALLED_APPS, 'tradepost.modules.tests.twin.apps.TwinConfig']\n"
    )
    variables = {
        "DJANGO_SETTINGS_MODULE": "with_twin",
        "TRADEPOST_DATA": str(tmp_path / "data"),
        "PYTHONPATH": os.pathsep.join([*filter(None, sys.path), str(tmp_path)]),
    }
    done = subprocess.run(
        [sys.executable, "-m", "tradepost", "migrate"],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "AlreadyDeclared: audience." in done.stderr
    assert "Applying" not in done.stdout

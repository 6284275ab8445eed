"""Nothing starts while the data map has a hole: each start-up error, by an app that makes the mistake.

The app ``stray`` makes every mistake once. It is started as an installation is, in a process of its own.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import Error, Tags, run_checks

from tradepost.datamap.checks import check_data_map

STRAY = "tradepost.datamap.tests.stray.apps.StrayConfig"
_LINE = re.compile(r"\((datamap\.E\d+)\) (.*)")
MISTAKES = [
    ("datamap.E001", "stray.Silent has no class Privacy."),
    ("datamap.E001", "stray.Linked_others has no class Privacy."),
    ("datamap.E002", "stray.Forgetful.note is not on the data map."),
    ("datamap.E003", "stray.Outdated.telephone does not exist."),
    ("datamap.E004", "stray.Twofold.email is declared twice."),
    ("datamap.E005", "stray.Unreasoned.id gives no reason."),
    ("datamap.E006", "stray.NoSubject.email has no subject of the closed list."),
    ("datamap.E006", "stray.NoPurpose.email has no purpose of the closed list."),
    ("datamap.E006", "stray.NoBasis.email has no basis of the closed list."),
    ("datamap.E006", "stray.NoErasure.email has no erase of the closed list."),
    ("datamap.E006", "stray.OwnPurpose.email has no purpose of the closed list."),
    ("datamap.E007", "stray.NoRule.email: no retention rule ''."),
    ("datamap.E007", "stray.UnknownRule.email: no retention rule 'stray.for-ever'."),
    ("datamap.E008", "stray.Lawless.email survives erasure without a law."),
    ("datamap.E009", "stray.Nobody.email: `locate` does not lead to a person."),
    ("datamap.E010", "Retention rule stray.idle is carried out by nobody."),
    ("datamap.E010", "Retention rule stray.counts-only is carried out by nobody."),
    ("datamap.E010", "Retention rule stray.purges-uncounted is carried out by nobody."),
    ("datamap.E011", "Store stray.drawer: no retention rule 'stray.nowhere'."),
]


def start(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """With the product's own settings and one app more; ``folder`` keeps the data."""
    (folder / "with_stray.py").write_text(
        f"from tradepost.config.settings import *\nINSTALLED_APPS = [*INSTALLED_APPS, {STRAY!r}]\n"
    )
    variables = {
        "DJANGO_SETTINGS_MODULE": "with_stray",
        "TRADEPOST_DATA": str(folder / "data"),
        "PYTHONPATH": os.pathsep.join([*filter(None, sys.path), str(folder)]),
    }
    return subprocess.run(
        [sys.executable, *words],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def refused(tmp_path_factory) -> str:
    """What the operator reads instead of a start."""
    done = start(tmp_path_factory.mktemp("start"), "-m", "tradepost", "migrate")
    assert done.returncode != 0
    assert "Applying" not in done.stdout  # not one table was made
    return done.stderr


@pytest.fixture(scope="module")
def told(refused) -> list[tuple[str, str]]:
    return [(found[1], found[2]) for found in _LINE.finditer(refused)]


@pytest.mark.parametrize("mistake", MISTAKES, ids=[text.split()[0] for _id, text in MISTAKES])
def test_the_start_is_refused_for(told, mistake):
    assert mistake in told


def test_what_is_declared_rightly_is_not_complained_of(told):
    assert sorted(told) == sorted(MISTAKES)


@pytest.mark.parametrize("command", ["check", "deliver", "scheduler", "worker"])
def test_every_process_asks_before_it_begins(command, tmp_path):
    """Sender, clockwork and worker are started one by one in production."""
    done = start(tmp_path, "-m", "django", command)
    assert done.returncode != 0
    assert "stray.Silent has no class Privacy." in done.stderr


@pytest.mark.parametrize("entrance", ["config.web.serving", "config.celery_app"])
def test_the_web_server_and_the_broker_s_worker_ask_too(entrance, tmp_path):
    """They are started by programs that know no system checks."""
    done = start(tmp_path, "-c", f"import tradepost.{entrance}")
    assert "NotOnDataMap" in done.stderr
    assert "stray.Silent has no class Privacy." in done.stderr


def test_each_error_has_its_mistake():
    """A start-up error that is added needs one, too."""
    from inspect import getsource

    from tradepost.datamap import checks

    known = set(re.findall(r"datamap\.E\d+", getsource(checks)))
    assert known == {number for number, _text in MISTAKES}


@pytest.mark.django_db  # some of Django's own checks ask the database what it can do
def test_the_house_itself_is_declared_and_the_check_is_one_of_djangos():
    assert check_data_map() == []
    assert not [found for found in run_checks(tags=[Tags.models]) if isinstance(found, Error)]

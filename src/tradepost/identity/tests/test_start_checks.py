"""What is said before an installation starts: who may read its files, who its visitors are."""

import os
import stat
import subprocess
import sys
from dataclasses import replace

import pytest
from django.core.checks import run_checks
from django.test import RequestFactory

from tradepost.identity.network import network_of
from tradepost.lib.addresses import truncate_ip

# Django's own checks ask the database what it can do.
pytestmark = pytest.mark.django_db


def told(settings, **changes) -> list[str]:
    settings.TRADEPOST = replace(settings.TRADEPOST, **changes)
    return [f"{item.msg} {item.hint}" for item in run_checks() if item.id.startswith("tradepost.W")]


def test_a_data_folder_that_others_may_read_is_named_with_the_command(settings, tmp_path):
    tmp_path.chmod(0o755)
    (tmp_path / "tradepost.sqlite3").touch()
    (tmp_path / "tradepost.sqlite3").chmod(0o644)
    (warning,) = told(settings, data=tmp_path)
    assert f"chmod -R go= {tmp_path}" in warning
    assert "tradepost.sqlite3" in warning


def test_after_the_command_nothing_is_said(settings, tmp_path):
    tmp_path.chmod(0o755)
    (command,) = told(settings, data=tmp_path)
    subprocess.run(command.partition("Run: ")[2], shell=True, check=True)
    assert told(settings, data=tmp_path) == []


@pytest.mark.parametrize("variables", [{}, {"TRADEPOST_SECRET_KEY": "x" * 50}])
def test_a_new_installation_is_readable_by_nobody_else(tmp_path, variables):
    """A process of its own, started under the usual umask."""
    data = tmp_path / "new" / "var"
    script = (
        "import os; os.umask(0o022); os.environ['DJANGO_SETTINGS_MODULE']='tradepost.config.settings';"
        "import django; django.setup();"
        "from django.core.management import call_command; from django.conf import settings;"
        "call_command('migrate', verbosity=0);"
        "from django.core.files.storage import default_storage;"
        "from django.core.files.base import ContentFile;"
        "default_storage.save('a/b.txt', ContentFile(b'x'));"
        "call_command('collectstatic', verbosity=0, interactive=False);"
        "(settings.TRADEPOST.data / 'logs').mkdir();"
        "(settings.TRADEPOST.data / 'logs' / 'web.log').write_text('x')"
    )
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("TRADEPOST")}
    subprocess.run(
        [sys.executable, "-c", script],
        env=inherited | {"TRADEPOST_DATA": str(data)} | variables,
        check=True,
    )
    found = {path: stat.S_IMODE(path.stat().st_mode) for path in [data, *data.rglob("*")]}
    assert len(found) >= 4
    for path, mode in found.items():
        assert mode & 0o077 == 0, f"{path} is {mode:o}"


def test_https_without_a_trusted_proxy_is_said(settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.TRADEPOST.data.chmod(0o700)
    (warning,) = told(settings, public_url="https://shop.example", trusted_proxies=0)
    assert "TRADEPOST_TRUSTED_PROXIES" in warning
    assert told(settings, public_url="https://shop.example", trusted_proxies=1) == []


@pytest.mark.parametrize(
    ("proxies", "forwarded", "network"),
    [
        (0, "203.0.113.7", "10.0.0.0"),
        (1, "203.0.113.7", "203.0.113.0"),
        (1, "6.6.6.6, 203.0.113.7", "203.0.113.0"),
        (2, "6.6.6.6, 203.0.113.7, 10.9.9.9", "203.0.113.0"),
        (2, "203.0.113.7", "10.0.0.0"),
        (1, "203.0.113.7:55012", "203.0.113.0"),
        (1, "[2001:db8:1:2::7]:55012", "2001:db8:1::"),
        (1, "2001:db8:1:2::7", "2001:db8:1::"),
        (1, "", "10.0.0.0"),
        (1, "unknown", ""),
    ],
)
def test_the_visitor_is_found_behind_our_own_proxies_and_no_further(
    settings, proxies, forwarded, network
):
    settings.TRADEPOST = replace(settings.TRADEPOST, trusted_proxies=proxies)
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert network_of(request) == network
    assert truncate_ip(network) == network

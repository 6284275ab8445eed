"""Settings are documented and checked."""

import os
import socket
import subprocess
import sys
from dataclasses import fields

import pytest
from django.core.management import CommandError

from tests.house.source import ROOT
from tradepost.config import cli
from tradepost.config.environment import Environment, InvalidSetting, read_environment, variable
from tradepost.config.processes import installation
from tradepost.config.processes.supervisor import up
from tradepost.config.processes.surroundings import CannotStart


def test_every_setting_has_a_meaning_and_stands_in_the_guide():
    guide = (ROOT / "docs" / "settings.md").read_text()
    for item in fields(Environment):
        assert item.metadata["meaning"]
        assert f"`{variable(item.name)}`" in guide, item.name


def test_an_unknown_setting_is_refused_with_a_sentence():
    with pytest.raises(InvalidSetting, match="TRADEPOST_PROT is not a Tradepost setting"):
        read_environment({"TRADEPOST_PROT": "80"})


@pytest.mark.parametrize("value", ["eighty", "80.5", ""])
def test_a_port_that_is_no_number_is_refused(value):
    with pytest.raises(InvalidSetting, match="TRADEPOST_PORT must be a whole number"):
        read_environment({"TRADEPOST_PORT": value})


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORT", "99999", "must be between 1 and 65535, not 99999"),
        ("WEB_PROCESSES", "0", "must be between 1 and 256"),
        ("PUBLIC_URL", "shop.example", "must start with http:// or https://"),
        ("PUBLIC_URL", "https://shop.example/x", "must be an address without a path"),
        ("DATABASE_URL", "mysql://x/y", "must start with postgres://"),
        ("DATABASE_URL", "postgres://", "must start with .*, with a name behind it"),
        ("BROKER_URL", "rabbit", "must start with amqp://"),
        ("CACHE_URL", "redis://host:port", "must start with redis://"),
        ("SMTP_URL", "mail.example", "must start with smtp://"),
        ("DATA", "", "must name a folder"),
        ("DEBUG", "maybe", "must be yes or no"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_with_a_sentence(name, value, sentence):
    with pytest.raises(InvalidSetting, match=f"TRADEPOST_{name} {sentence}"):
        read_environment({f"TRADEPOST_{name}": value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "sqlite:////srv/shop.sqlite3"),
        ("DATABASE_URL", "postgres:///shop"),
        ("DATABASE_URL", "postgresql://a:b@[::1]:5432/shop"),
        ("PUBLIC_URL", "https://shop.example/"),
        ("CACHE_URL", "rediss://:word@host:6380/1"),
        ("BROKER_URL", "amqp://guest:guest@host//"),
        ("SMTP_URL", "smtps://user:word@relay.example"),
        ("MAIL_CATCHER_PORT", "0"),
    ],
)
def test_what_can_be_used_is_taken(name, value):
    assert str(getattr(read_environment({f"TRADEPOST_{name}": value}), name.lower())) == value


def test_settings_are_printed_without_passwords(monkeypatch, capsys):
    monkeypatch.setattr(
        cli, "read_environment",
        lambda: read_environment({
            "TRADEPOST_DATABASE_URL": "postgres://shop:hunter2@db/shop",
            "TRADEPOST_SECRET_KEY": "hunter3",
        }),
    )  # fmt: skip
    assert cli.main(["settings"]) == 0
    printed = capsys.readouterr().out
    assert "TRADEPOST_DATABASE_URL=postgres://shop:…@db/shop" in printed
    assert "hunter" not in printed


def test_a_folder_that_cannot_be_written_gets_one_sentence(monkeypatch, capsys, tmp_path):
    taken = tmp_path / "taken"
    taken.write_text("a file")
    monkeypatch.setattr(
        cli, "read_environment", lambda: read_environment({"TRADEPOST_DATA": str(taken)})
    )
    assert cli.main(["up"]) == 2
    assert capsys.readouterr().err.startswith(f"Nothing can be written to {taken}")


def test_the_first_operator_is_asked_until_the_answers_will_do(monkeypatch, capsys):
    refusals = [CommandError("This password is too short."), CommandError("No address."), None]

    def ask(name):
        assert name == "create_operator"
        if refusal := refusals.pop(0):
            raise refusal

    monkeypatch.setattr(installation, "call_command", ask)
    assert installation._asked_for_operator()
    assert "This password is too short. Once more:" in capsys.readouterr().out
    assert not refusals


@pytest.mark.parametrize("name", ["BROKER_URL", "CACHE_URL"])
def test_a_service_that_does_not_answer_is_named(name, tmp_path):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        port = silent.getsockname()[1]
        scheme = {"BROKER_URL": "amqp", "CACHE_URL": "redis"}[name]
        values = {
            f"TRADEPOST_{name}": f"{scheme}://127.0.0.1:{port}",
            "TRADEPOST_DATA": str(tmp_path),
        }
        free = {"TRADEPOST_PORT": "18123", "TRADEPOST_MAIL_CATCHER_PORT": "0"}
        with pytest.raises(CannotStart, match=f"Nobody answers at the address in TRADEPOST_{name}"):
            up(read_environment(values | free), demo=False)


def test_no_foreign_address_of_this_machine_is_committed():
    """Lock files name no registry, and no file names a path of the machine it was written on."""
    for name in ("requirements.lock", "requirements-dev.lock"):
        assert "://" not in (ROOT / name).read_text()


@pytest.mark.parametrize(
    ("chosen", "header"),
    [
        ({}, None),
        ({"PUBLIC_URL": "http://shop.example"}, None),
        ({"PUBLIC_URL": "https://shop.example"}, "max-age=86400"),
        ({"PUBLIC_URL": "https://shop.example", "HSTS_DAYS": "0"}, None),
        ({"PUBLIC_URL": "https://shop.example", "HSTS_DAYS": "365"}, "max-age=31536000"),
        (
            {"PUBLIC_URL": "https://shop.example", "HSTS_DAYS": "730", "HSTS_SUBDOMAINS": "yes"},
            "max-age=63072000; includeSubDomains; preload",
        ),
    ],
)
def test_browsers_are_bound_to_https_for_as_long_as_was_chosen_and_no_longer(
    tmp_path, chosen, header
):
    """One day at first, for this name alone: a mistake must be over tomorrow."""
    own = {key: value for key, value in os.environ.items() if not key.startswith("TRADEPOST_")}
    done = subprocess.run(
        [sys.executable, "-c", _ASK_FOR_HSTS],
        env=own
        | {"TRADEPOST_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "tradepost.config.settings"}
        | {f"TRADEPOST_{name}": value for name, value in chosen.items()},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == str(header)


_ASK_FOR_HSTS = """
from django.http import HttpResponse
from django.middleware.security import SecurityMiddleware
from django.test import RequestFactory
answer = SecurityMiddleware(lambda _asked: HttpResponse())(RequestFactory().get("/", secure=True))
print(answer.get("Strict-Transport-Security"))
"""

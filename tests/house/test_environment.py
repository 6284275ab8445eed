"""Settings are documented and checked."""

from dataclasses import fields

import pytest

from tests.house.source import ROOT
from tradepost.config.environment import Environment, InvalidSetting, read_environment, variable


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


def test_no_foreign_address_of_this_machine_is_committed():
    """Lock files name no registry, and no file names a path of the machine it was written on."""
    for name in ("requirements.lock", "requirements-dev.lock"):
        assert "://" not in (ROOT / name).read_text()

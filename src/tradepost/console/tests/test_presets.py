"""Each kind of service makes notices that cover the policy of the service it is modelled on."""

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from tradepost.console.presets import PRESETS
from tradepost.modules.switches import is_on, modules

pytestmark = pytest.mark.django_db


def test_one_choice_switches_every_module(console):
    console.post(reverse("console:preset"), {"preset": "hosted-cart"})
    assert {key for key in modules if is_on(key, None)} == {"drop-in-cart", "support"}
    console.post(reverse("console:preset"), {"preset": "mail-service"})
    assert {key for key in modules if not is_on(key, None)} == {"drop-in-cart", "shop-front"}
    page = console.get(reverse("console:modules")).text
    assert 'value="mail-service" required checked' in page


def test_a_choice_that_is_none_says_so_and_switches_nothing(console):
    answer = console.post(reverse("console:preset"), {"preset": "bakery"})
    assert answer.status_code == 422
    assert "Choose one of the kinds of service" in answer.text
    assert all(is_on(key, None) for key in modules)


def test_the_command_lists_switches_and_refuses(capsys):
    call_command("preset", "mall")
    call_command("preset")
    assert "* mall" in capsys.readouterr().out
    with pytest.raises(CommandError, match="hosted-cart"):
        call_command("preset", "bakery")


def test_a_preset_names_modules_that_exist():
    assert [name for name, preset in PRESETS.items() if preset.off - modules.keys()] == []
    assert len({preset.off for preset in PRESETS.values()}) == len(PRESETS)

"""A real installation hears what comes back without being asked to."""

from dataclasses import replace

import pytest

from tradepost.config.environment import InvalidSetting, read_environment
from tradepost.config.processes import supervisor


@pytest.fixture
def real():
    return replace(read_environment({}), smtp_url="smtp://relay.example")


def test_up_starts_the_listener_where_there_is_a_relay(real):
    commands = supervisor._commands(real)
    assert commands["mailin"][-1] == "mailin"
    assert "mailcatcher" not in commands


def test_it_starts_none_where_the_catcher_hears_or_none_is_wanted(real):
    assert "mailin" not in supervisor._commands(replace(real, smtp_url=""))
    assert "mailin" not in supervisor._commands(replace(real, mailin_url=""))


def test_the_catcher_and_the_stand_in_for_stripe_are_one_process(real):
    base = "http://127.0.0.1:8030"
    demo = supervisor._commands(replace(real, smtp_url="", stripe_api_base=base))
    assert demo["standins"][-3:] == ["standins", "--port", "8030"]
    assert not {"mailcatcher", "stripe-standin"} & set(demo)
    assert "stripe-standin" in supervisor._commands(replace(real, stripe_api_base=base))
    assert "mailcatcher" in supervisor._commands(replace(real, smtp_url=""))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("TRADEPOST_MAILIN_URL", "127.0.0.1:2424"),
        ("TRADEPOST_MAILIN_URL", "http://127.0.0.1"),
        ("TRADEPOST_MAILBOX_URL", "imap.example"),
        ("TRADEPOST_MAILBOX_URL", "https://imap.example"),
    ],
)
def test_a_wrong_address_is_refused_with_the_right_beginnings(name, text):
    with pytest.raises(InvalidSetting, match=f"{name} must start with (lmtp|imap)://"):
        read_environment({name: text})

"""What an operator must say before a notice is published, and what the demo says instead."""

from django.conf import settings

from tradepost.config.environment import Environment
from tradepost.config.notice_words import blanks, with_demo_words


def test_what_an_operator_must_say_and_what_the_demo_says_instead():
    bare = Environment(data=settings.TRADEPOST.data)
    assert "TRADEPOST_OPERATOR_ADDRESS" in blanks(bare)
    assert "TRADEPOST_MAIL_HOST" not in blanks(bare), "no mail leaves, so nobody carries it"
    sending = Environment(data=settings.TRADEPOST.data, smtp_url="smtp://relay.example:25")
    asked = {"TRADEPOST_MAIL_HOST", "TRADEPOST_MAIL_COUNTRY", "TRADEPOST_MAIL_SAFEGUARD"}
    assert asked <= set(blanks(sending))
    assert blanks(with_demo_words(sending)) == []

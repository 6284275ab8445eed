"""What is wrong with what somebody typed, in the reader's language: ``lib`` has no Django to say it with."""

from django.utils.translation import get_language, gettext

from tradepost.lib.addresses import InvalidEmail
from tradepost.lib.money import MoneyError


def problem_of(error: MoneyError | InvalidEmail) -> str:
    """Addresses are judged by a package that knows English only; others get one plain sentence."""
    if isinstance(error, MoneyError):
        return gettext(error.text) % error.values
    if (get_language() or "en").startswith("en"):
        return str(error)
    return gettext("This is not an e-mail address that mail can be sent to.")

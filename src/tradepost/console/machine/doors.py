"""What a stranger may set going, in words: the allowances of ``identity.actions.limits`` for the page of limits."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tradepost.datamap.rooms import Text
from tradepost.identity.actions.limits import LIMITS, of_a_person

_DOORS: Mapping[str, Text] = {
    "order": _("Orders"),
    "message": _("Messages to a shop by its pages"),
    "letter in": _("Messages to a shop by mail"),
    "opt-in": _("Sign-ups to newsletters"),
    "invitation": _("Invitations into a team"),
    "portal link": _("Links into the privacy portal"),
    "sign-up": _("New accounts"),
    "account letter": _("Letters about an account"),
    "password reset": _("Links to a new password"),
    "test letter": _("Test copies of a campaign"),
    "warning": _("Warnings that a second factor is guessed"),
    "code word": _("Tries of a discount code"),
    "passkey": _("Tries of a passkey"),
}
_SCOPES: Mapping[str, Text] = {
    "address": _("one address"),
    "address in shop": _("one address in one shop"),
    "network": _("one network"),
    "shop": _("one shop"),
    "installation": _("all together"),
}


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """``most`` at once, and again as many within ``seconds``."""

    door: Text
    scope: Text
    most: int
    seconds: float


def allowances() -> list[Allowance]:
    """As they run now: those of networks, shops and the installation widened as the settings say."""
    return [
        Allowance(
            door=_DOORS.get(door, door),
            scope=_SCOPES.get(scope, scope),
            most=rate.most * (1 if of_a_person(scope) else settings.TRADEPOST.limits_times),
            seconds=rate.per.total_seconds(),
        )
        for door, rates in LIMITS.items()
        for scope, rate in rates.items()
    ]

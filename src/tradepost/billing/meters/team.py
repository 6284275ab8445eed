"""The people who work for a shop, counted. Whoever only pays is not of them."""

from datetime import datetime

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from tradepost.billing.meters.limits import AllowanceReached, require_room
from tradepost.billing.meters.registry import Meter, Unit
from tradepost.billing.types import BILLING_ROLE
from tradepost.lib import clock
from tradepost.merchants.models import Membership, Merchant
from tradepost.merchants.newcomers import NotYet
from tradepost.merchants.types import SEE_SETTINGS

TEAM = "team"


def _members(merchant: Merchant, _since: datetime) -> QuerySet[Membership]:
    team = Membership.objects.filter(merchant=merchant).exclude(role=BILLING_ROLE)
    return team.select_related("user")


def _unit(member: Model) -> Unit:
    assert isinstance(member, Membership)
    return Unit(words=f"{member.user} · {member.get_role_display()}", at=member.since)


def refuse_full_team(merchant: Merchant, email: str, role: str) -> None:
    """Before somebody is invited or joins; the invitation stays good. Raises: NotYet."""
    if role == BILLING_ROLE or _members(merchant, clock.now()).filter(user__email=email).exists():
        return
    try:
        require_room(merchant=merchant, meter=TEAM)
    except AllowanceReached as full:
        raise NotYet(clock.now().date(), full.in_words) from None


METERS = {
    TEAM: Meter(
        label=_("team members"),
        order=40,
        units=_members,
        unit=_unit,
        permission=SEE_SETTINGS,
    )
}

from django.db.models import Count, Q, QuerySet

from tradepost.identity.models import User
from tradepost.lib import clock
from tradepost.merchants.models import ApiToken, Membership, Merchant
from tradepost.modules.switches import Switch, is_on, modules, with_what_it_requires


def memberships_of(user: User) -> QuerySet[Membership]:
    return (
        Membership.objects.filter(user=user)
        .exclude(merchant__closing_at__lte=clock.now())
        .select_related("merchant")
        .order_by("merchant__name", "pk")
    )


def merchant_by_handle(handle: str) -> Merchant | None:
    return Merchant.objects.filter(handle=handle).first()


def merchants_with(module: str) -> QuerySet[Merchant]:
    """Those for whom the module is on: whoever walks shops in a turn begins here.

    As ``modules.switches.is_on`` says of one. Raises: UnknownModule.
    """
    found = Merchant.objects.all()
    for one in with_what_it_requires(module):
        if not is_on(one.key, None):
            return found.none()
        chosen = Q(**{f"switches__{one.key}": True})
        if one.default_on:
            chosen |= Q(**{f"switches__{one.key}__isnull": True})
        found = found.filter(chosen)
    return found


def merchant_by_cart_username(username: str) -> Merchant | None:
    """The merchant behind ``A1234567`` of the drop-in cart; letters' case does not matter."""
    return Merchant.objects.filter(cart_username=username.upper()).first()


def team_of(merchant: Merchant) -> QuerySet[Membership]:
    return Membership.objects.filter(merchant=merchant).select_related("user").order_by("pk")


def tokens_of(merchant: Merchant) -> QuerySet[ApiToken]:
    """Live ones first, then the revoked, newest first."""
    return ApiToken.objects.filter(merchant=merchant).order_by("revoked_at", "-pk")


def all_merchants() -> QuerySet[Merchant]:
    """For the operator: shops with the size of their teams."""
    return Merchant.objects.annotate(members=Count("memberships")).order_by("name", "pk")


def switches_of(merchant: Merchant) -> list[Switch]:
    """Every module, whether the shop has it on, and why it is off all the same."""
    return [
        Switch(
            module=module,
            chosen=merchant.switches.get(module.key, module.default_on),
            on=is_on(module.key, merchant),
            off_for_all=not is_on(module.key, None),
            waits_for=tuple(
                modules[key].label for key in module.requires if not is_on(key, merchant)
            ),
        )
        for module in modules.values()
    ]

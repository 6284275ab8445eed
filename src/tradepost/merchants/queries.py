from collections import Counter

from django.db.models import Count, Model, Q, QuerySet

from tradepost.identity.models import User
from tradepost.lib import clock
from tradepost.merchants.models import ApiToken, Membership, Merchant
from tradepost.merchants.types import BUSINESS_TYPES, OTHER_BUSINESS, Role, ShopStanding
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


def shops_found(words: str = "", standing: str = "") -> QuerySet[Merchant]:
    """For the operator: by a part of the name or handle, or by the whole address of an owner.

    ``standing``: a value of :class:`ShopStanding`; anything else is all.
    """
    rows = all_merchants().filter(_in_standing(standing))
    words = words.strip()
    if not words:
        return rows
    owners = Membership.objects.filter(user__email__iexact=words, role=Role.OWNER)
    by_owner = Q(pk__in=owners.values("merchant")) if "@" in words else Q()
    return rows.filter(Q(name__icontains=words) | Q(handle__icontains=words) | by_owner)


def counts_for_statistics(*, stopped: QuerySet[Model, object]) -> dict[tuple[str, str], int]:
    """(country, kind of business) → how many shops; the one read of those two fields there is.

    ``stopped``: addresses of those who object to statistics, or restrict all use; their shops are not counted.
    The counts are exact: nobody is shown them but through ``lib.small_cells``.
    """
    owners = Membership.objects.filter(role=Role.OWNER, user__email__in=stopped)
    counted = Merchant.objects.exclude(closing_at__lte=clock.now())
    counted = counted.exclude(contact_email__in=stopped).exclude(pk__in=owners.values("merchant"))
    kinds = {code for code, _label in BUSINESS_TYPES}
    found: Counter[tuple[str, str]] = Counter()
    rows = counted.order_by().values_list("country", "business_type").annotate(count=Count("pk"))
    for country, kind, count in rows:
        found[country, kind if kind in kinds else OTHER_BUSINESS] += count
    return dict(found)


def _in_standing(standing: str) -> Q:
    closing, suspended = Q(closing_at__isnull=False), Q(suspended_at__isnull=False)
    known = {
        ShopStanding.CLOSING.value: closing,
        ShopStanding.SUSPENDED.value: suspended,
        ShopStanding.OPEN.value: ~closing & ~suspended,
    }
    return known.get(standing, Q())


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

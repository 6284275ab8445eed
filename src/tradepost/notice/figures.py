"""The figures in the notice: read from the running settings when the page is asked for.

A sentence says ``%(portal_link_minutes)s``; change the setting and the page changes (promise
notice.true). A room above adds its own figures; a sentence whose figure nobody knows is not
published.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tradepost.datamap.extensions import NamedExtensionPoint
from tradepost.datamap.processors import NOTICE_DAYS as PROCESSOR_NOTICE_DAYS
from tradepost.datamap.registry import keep_rules, personal_models, stores
from tradepost.datamap.registry import personal_fields as fields_of
from tradepost.datamap.words import word
from tradepost.merchants.actions.close import GRACE
from tradepost.merchants.models import Merchant
from tradepost.notice.models.notice import NOTICE_DAYS
from tradepost.notice.transitions.reading import controller_of
from tradepost.rights.actions.portal import LINK_LIFE
from tradepost.rights.queries import period_of
from tradepost.rights.words import country_name

Figure = Callable[[Merchant | None], object]
# Each gets the merchant whose notice it is, None for the operator's.
figures: NamedExtensionPoint[Figure] = NamedExtensionPoint("figures of the notice")


class Figures(Mapping[str, str]):
    """All figures for one notice, worked out when a sentence asks. Raises: KeyError."""

    def __init__(self, merchant: Merchant | None) -> None:
        self.merchant = merchant

    def __getitem__(self, name: str) -> str:
        return str(figures[name](self.merchant))

    def __iter__(self) -> Iterator[str]:
        return iter(figures)

    def __len__(self) -> int:
        return len(figures)


def purposes_in_use() -> list[str]:
    used = {said.purpose for model in personal_models() for said in fields_of(model).values()}
    used |= {store.purpose for store in stores.values()}
    return sorted(word(purpose) for purpose in used if purpose)


def portal_url(merchant: Merchant | None) -> str:
    if merchant is None:
        return settings.TRADEPOST.base_url + reverse("rights:ask")
    return settings.TRADEPOST.base_url + reverse("rights:ask-merchant", args=[merchant.handle])


def _contact(merchant: Merchant | None) -> str:
    return controller_of(merchant).email


def period_kept(rule_id: str) -> Callable[[Merchant | None], timedelta]:
    """Of a rule, with the merchant's own choice; for figures of the rooms above."""

    def kept(merchant: Merchant | None) -> timedelta:
        period = period_of(rule_id, merchant.pk) if merchant else keep_rules[rule_id].period
        assert period is not None
        return period

    return kept


# What the settings say when nobody has said anything.
_UNSAID = (
    gettext_noop("own hardware"),
    gettext_noop("not stated"),
    gettext_noop("the data protection authority of your country"),
)


OWN: dict[str, Figure] = {
    "storage_host": lambda merchant: _(settings.TRADEPOST.storage_host),
    "storage_city": lambda merchant: _(settings.TRADEPOST.storage_city),
    "storage_country": lambda merchant: country_name(settings.TRADEPOST.storage_country),
    "supervisory_authority": lambda merchant: _(settings.TRADEPOST.supervisory_authority),
    "contact_email": _contact,
    "k": lambda merchant: settings.TRADEPOST.smallest_group,
    "portal_url": portal_url,
    "purposes": lambda merchant: ", ".join(purposes_in_use()),
    "processor_notice_days": lambda merchant: PROCESSOR_NOTICE_DAYS,
    "notice_days": lambda merchant: NOTICE_DAYS,
    "closing_days": lambda merchant: GRACE.days,
    "portal_link_minutes": lambda merchant: int(LINK_LIFE.total_seconds() // 60),
}

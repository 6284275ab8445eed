"""The processing agreement of one shop with the operator (Art. 28(3) GDPR), with both parties' names."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tradepost.datamap.processors import NOTICE_DAYS, UNSAID, named_recipients
from tradepost.datamap.words import word
from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.notice.figures import Figures
from tradepost.notice.transitions.reading import controller_of
from tradepost.processing.queries import named_sub_processors, shops_record
from tradepost.processing.types import MissingFact, PartiesBlank

_NOT_STATED = "not stated"  # what the city is until somebody says it
_OWN_HARDWARE = "own hardware"


def missing_of_shop(merchant: Merchant) -> list[MissingFact]:
    """What the shop has to fill in before it is named as responsible."""
    shop = controller_of(merchant)
    details = reverse("merchants_office:shop", args=[merchant.handle])
    needed = (
        (shop.name, _("the shop's name")),
        (shop.postal_address, _("the shop's postal address")),
        (shop.email, _("the shop's contact address")),
    )
    return [MissingFact(what=what, url=details) for said, what in needed if not said.strip()]


def missing_of(merchant: Merchant) -> list[MissingFact]:
    """What has to be filled in before the two parties, and everybody who works for them, are named."""
    here = settings.TRADEPOST
    needed = (
        (_chosen("operator_name"), _setting(_("the operator's name"), "OPERATOR_NAME")),
        (here.operator_address, _setting(_("the operator's postal address"), "OPERATOR_ADDRESS")),
        (
            _chosen("operator_email"),
            _setting(_("the operator's contact address"), "OPERATOR_EMAIL"),
        ),
    )
    missing = missing_of_shop(merchant)
    missing += [fact for said, fact in needed if not said.strip()]
    if any(party.country == UNSAID for party in named_recipients(merchant)):
        missing.append(_setting(_("the country of the mail relay"), "MAIL_COUNTRY"))
    return missing


def _setting(what: object, name: str) -> MissingFact:
    return MissingFact(what=str(what), setting=f"TRADEPOST_{name}")


def _chosen(name: str) -> str:
    """What somebody set; the default names nobody."""
    here = settings.TRADEPOST
    said = str(getattr(here, name))
    return "" if said == type(here).__dataclass_fields__[name].default else said


def agreement_context(merchant: Merchant) -> dict[str, object]:
    """All that the paper says. Raises: PartiesBlank, while one of the parties is not named."""
    missing = missing_of(merchant)
    if missing:
        raise PartiesBlank(missing)
    record, here = shops_record(merchant), settings.TRADEPOST
    kinds = dict.fromkeys(kind for one in record.activities for kind in one.kinds)
    return {
        "record": record,
        "sub_processors": named_sub_processors(),
        "shop": record.who,
        "operator": record.processor,
        "officer": here.protection_officer,
        "purposes": [word(one.purpose) for one in record.activities],
        "kinds": [word(kind) for kind in kinds],
        "host": "" if here.storage_host == _OWN_HARDWARE else here.storage_host,
        "city": "" if here.storage_city == _NOT_STATED else here.storage_city,
        "country": here.storage_country,
        "notice_days": NOTICE_DAYS,
        "figures": Figures(merchant),
        "kept": {one.promise for one in record.measures},
        "made_at": clock.now(),
    }

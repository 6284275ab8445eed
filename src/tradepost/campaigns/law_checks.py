"""What the laws about mail to many find: measuring with consent, and complaints."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tradepost.audience.models import ConsentRecord
from tradepost.audience.types import ConsentKind
from tradepost.campaigns.models import Campaign, Event, SendingSettings
from tradepost.campaigns.types import CAMPAIGNS, Measuring
from tradepost.delivery.models import Mailing
from tradepost.law.types import LawCheck, LawFinding, LawGap, ShopFact
from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.modules.switches import is_on

_LOOKED_AT = 500  # opens and clicks of one campaign, at most
_LOOKED_BACK = timedelta(days=30)
_TOO_MANY = 0.003  # Gmail's and Yahoo's


def _sends(merchant: Merchant) -> bool:
    return is_on(CAMPAIGNS, merchant) and Campaign.objects.filter(merchant=merchant).exists()


def _measuring(merchant: Merchant) -> Measuring:
    chosen = SendingSettings.objects.filter(merchant=merchant).first()
    return Measuring(chosen.measuring) if chosen else Measuring.CONSENT


def measured_with_consent(merchant: Merchant) -> LawFinding:
    """Does everybody who is measured agree now? Opens and clicks of the newest campaign that has any answer."""
    agreed = ConsentRecord.objects.filter(
        merchant=merchant,
        kind=ConsentKind.TRACKING,
        withdrawn_at=None,
        email_key=OuterRef("contact__email_key"),
    )
    measured = Campaign.objects.filter(Exists(Event.objects.filter(campaign=OuterRef("pk"))))
    newest = measured.filter(merchant=merchant).order_by("-pk").first()
    answers = Event.objects.filter(campaign=newest) if newest else Event.objects.none()
    numbers = list(answers.values_list("pk", flat=True)[:_LOOKED_AT])
    without = Event.objects.filter(~Exists(agreed), pk__in=numbers).count()
    url = reverse("campaigns_office:settings", args=[merchant.handle])
    words = _("%(count)s opens or clicks are kept of people who do not agree (any more)")
    gap = LawGap(words=words % {"count": without}, url=url)
    return LawFinding(
        evidence=_(
            "Setting: %(setting)s. Looked at %(count)s opens and clicks of the newest campaign."
        )
        % {"setting": _measuring(merchant).label, "count": len(numbers)},
        gaps=(gap,) if without else (),
    )


def complaints_few(merchant: Merchant) -> LawFinding:
    since = clock.now() - _LOOKED_BACK
    sums = Mailing.objects.filter(merchant=merchant, created_at__gte=since).aggregate(
        sent=Sum("sent"), complained=Sum("complained")
    )
    sent, complained = sums["sent"] or 0, sums["complained"] or 0
    url = reverse("campaigns_office:list", args=[merchant.handle])
    gap = LawGap(words=_("too many recipients call your mail spam"), url=url)
    return LawFinding(
        evidence=_("In 30 days: %(sent)s messages, %(complained)s complaints.")
        % {"sent": sent, "complained": complained},
        gaps=(gap,) if sent and complained / sent >= _TOO_MANY else (),
    )


FACTS = {
    "newsletters": ShopFact(
        holds=lambda shop: _sends(shop.merchant),
        otherwise=gettext_lazy("You have written no campaign."),
    ),
    "measuring": ShopFact(
        holds=lambda shop: _measuring(shop.merchant) is not Measuring.OFF,
        otherwise=gettext_lazy("Opens and clicks are not measured at all."),
    ),
}
CHECKS = {
    "measured with consent": LawCheck(
        label=gettext_lazy("Measured only with consent"), look=measured_with_consent
    ),
    "complaints few": LawCheck(label=gettext_lazy("Few complaints"), look=complaints_few),
}

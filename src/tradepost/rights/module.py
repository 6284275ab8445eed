"""Joins people's rights to the house."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tradepost.datamap.vocabulary import Kind, Purpose
from tradepost.delivery.letterheads import register_template
from tradepost.merchants.types import Permission
from tradepost.modules.registry import (
    Cookie,
    NavigationEntry,
    register_cookie,
    register_navigation,
)
from tradepost.rights import keep, third_party  # noqa: F401  the latter speaks for models that are not ours
from tradepost.rights.processors import Processor, Role, register_processor

keep.register()

for name in ("portal_link", "changed", "erased", "recipient"):
    register_template(f"rights/{name}", purpose=Purpose.LEGAL, service=True)


register_cookie(
    Cookie(
        name="tradepost_portal",
        purpose=_("keeps your visit to your own data open, after you followed a mailed link"),
        life=_("ends with the browser, after 30 minutes at the latest"),
    )
)

register_processor(
    Processor(
        id="storage",
        name=settings.TRADEPOST.storage_host,
        role=Role.HOSTING,
        what=tuple(Kind),
        why=_("keeps the machines on which everything is stored"),
        purposes=tuple(Purpose),
        country=settings.TRADEPOST.storage_country,
        safeguard=_("processing contract (Art. 28 GDPR)"),
        active=lambda: settings.TRADEPOST.storage_host != "own hardware",
    )
)
register_processor(
    Processor(
        id="mail-relay",
        name=_("mail relay"),
        role=Role.MAIL,
        what=(Kind.EMAIL, Kind.NAME, Kind.MESSAGE, Kind.ORDER),
        why=_("carries outgoing mail to its recipients"),
        purposes=tuple(Purpose),
        country=settings.TRADEPOST.storage_country,
        safeguard=_(
            "processing contract (Art. 28 GDPR); encrypted on the way where the other side can"
        ),
        active=lambda: bool(settings.TRADEPOST.smtp_url),
    )
)

register_navigation(
    *(
        NavigationEntry(
            group="privacy",
            label=label,
            url_name=f"rights_office:{name}",
            permission=Permission.SEE_PRIVACY,
            order=order,
            icon="privacy",
        )
        for order, (name, label) in enumerate(
            (
                ("requests", _("Requests")),
                ("data-map", _("Data map")),
                ("retention", _("Retention")),
                ("access-log", _("Access log")),
                ("processors", _("Processors")),
            ),
            start=10,
        )
    )
)

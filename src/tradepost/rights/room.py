"""Joins people's rights to the house."""

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tradepost.datamap.collection import CollectionPoint
from tradepost.datamap.processors import UNSAID, PartyRole, Processor
from tradepost.datamap.rooms import (
    Cookie,
    MailTemplate,
    NavigationEntry,
    NavigationGroup,
    Periodic,
    Room,
)
from tradepost.datamap.vocabulary import Kind, Purpose
from tradepost.delivery.actions.queue import stopped_answers
from tradepost.jobs.storage import bucket_hosts
from tradepost.law import facts as law
from tradepost.merchants import closing
from tradepost.rights import (
    keep_rules,
    law_checks,
    third_party,  # noqa: F401  the latter speaks for models that are not ours
)
from tradepost.rights.actions.erase_here import forget_people_of
from tradepost.rights.actions.labels import LABELS
from tradepost.rights.events import EVENTS
from tradepost.rights.models import RightsRequest
from tradepost.rights.restrictions.holds import Hold, holds
from tradepost.rights.restrictions.stops import not_written_to
from tradepost.rights.types import CHANGE_PRIVACY, SEE_PRIVACY
from tradepost.rights.views import tiles

_FORMS = "tradepost.rights.forms"


room = Room(
    name="rights",
    extensions=(
        law.checks.adding(law_checks.CHECKS),
        stopped_answers.adding(not_written_to),
        closing.hooks.adding(forget_people_of),
        holds.adding(
            Hold(
                model=RightsRequest,
                held=lambda rows: rows.filter(done_at=None, begun_at__isnull=False),
                because=_("the request stays open until the rest is erased, too"),
            )
        ),
    ),
    tiles=tiles.TILES,
    events=EVENTS,
    groups=(NavigationGroup(key="privacy", label=_("Privacy"), order=60),),
    actions=LABELS,
    permissions=(SEE_PRIVACY, CHANGE_PRIVACY),
    schedule=(
        Periodic(
            name="send links into the portal that were missed",
            every=timedelta(minutes=1),
            call="tradepost.rights.actions.portal.sweep_links",
        ),
        Periodic(
            name="finish erasures whose holds have ended",
            every=timedelta(hours=1),
            call="tradepost.rights.actions.pending.finish_erasures",
        ),
        Periodic(
            name="forget what is due",
            every=timedelta(hours=1),
            call="tradepost.rights.actions.run_retention.run_scheduled",
            heavy=True,
        ),
        Periodic(
            name="forget what is due on this machine",
            every=timedelta(hours=1),
            call="tradepost.rights.actions.run_retention.run_here",
            on_each_machine=True,
        ),
        Periodic(
            name="erase on this machine whom another erased",
            every=timedelta(minutes=5),
            call="tradepost.rights.actions.erase_here.erase_here",
            on_each_machine=True,
        ),
    ),
    keep_rules=keep_rules.RULES,
    mail_templates=tuple(
        MailTemplate(name=f"rights/{name}", purpose=Purpose.LEGAL, service=True)
        for name in ("portal_link", "changed", "erased", "recipient", "waiting", "changed_by_shop")
    ),
    processors=(
        Processor(
            id="storage",
            name=settings.TRADEPOST.storage_host,
            role=PartyRole.HOSTING,
            what=tuple(Kind),
            why=_("keeps the machines on which everything is stored"),
            purposes=tuple(Purpose),
            country=settings.TRADEPOST.storage_country,
            safeguard=settings.TRADEPOST.storage_safeguard or _("not stated"),
            active=lambda: settings.TRADEPOST.storage_host != "own hardware",
        ),
        Processor(
            id="file-storage",
            name=settings.TRADEPOST.bucket_host,
            role=PartyRole.HOSTING,
            what=tuple(Kind),
            why=_("keeps files: pictures, uploads and exports"),
            purposes=tuple(Purpose),
            country=settings.TRADEPOST.files_country or settings.TRADEPOST.storage_country,
            safeguard=_(
                "processing contract (Art. 28 GDPR); encrypted on the way where the other side can"
            ),
            hosts=bucket_hosts,
            active=lambda: bool(settings.TRADEPOST.files_url and settings.TRADEPOST.bucket_host),
        ),
        Processor(
            id="mail-relay",
            name=settings.TRADEPOST.mail_host or _("mail relay"),
            role=PartyRole.MAIL,
            what=(Kind.EMAIL, Kind.NAME, Kind.MESSAGE, Kind.ORDER),
            why=_("carries outgoing mail to its recipients"),
            purposes=tuple(Purpose),
            country=settings.TRADEPOST.mail_country or UNSAID,
            safeguard=settings.TRADEPOST.mail_safeguard or _("not stated"),
            active=lambda: bool(settings.TRADEPOST.smtp_url),
        ),
        Processor(
            id="mailbox",
            name=_("mailbox for returned mail"),
            role=PartyRole.MAIL,
            what=(Kind.EMAIL, Kind.NAME, Kind.MESSAGE),
            why=_("receives returned mail, complaints and unsubscribe mail until they are fetched"),
            purposes=tuple(Purpose),
            country=settings.TRADEPOST.mail_country or UNSAID,
            safeguard=settings.TRADEPOST.mail_safeguard or _("not stated"),
            active=lambda: bool(settings.TRADEPOST.mailbox_url),
        ),
    ),
    cookies=(
        Cookie(
            name="tradepost_portal",
            purpose=_("keeps your visit to your own data open, after you followed a mailed link"),
            life=_("ends with the browser, after 30 minutes at the latest"),
        ),
    ),
    navigation=(
        *(
            NavigationEntry(
                group="privacy",
                label=label,
                url_name=f"rights_office:{name}",
                permission=SEE_PRIVACY,
                order=order,
                icon="privacy",
            )
            for order, (name, label) in enumerate(
                (
                    ("requests", _("Requests")),
                    ("data-map", _("Data map")),
                    ("retention", _("Retention")),
                    ("access-log", _("Access log")),
                ),
                start=10,
            )
        ),
    ),
    collection_points=(
        CollectionPoint(
            id="rights.portal",
            meaning="a person asks for a link to their own data",
            takes=(f"{_FORMS}.PortalLinkForm",),
            purpose=Purpose.LEGAL,
        ),
        CollectionPoint(
            id="rights.desk",
            meaning="staff write down a request that came by letter or call",
            takes=(f"{_FORMS}.RequestForm",),
            purpose=Purpose.LEGAL,
        ),
    ),
)

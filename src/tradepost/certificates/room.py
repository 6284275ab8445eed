"""Joins certificates to the house."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tradepost.certificates import timestamps
from tradepost.certificates.actions.certify import certify_erasure
from tradepost.certificates.queries import kept_for, made_long_ago
from tradepost.datamap.processors import PartyRole, Processor
from tradepost.datamap.rooms import NavigationEntry, Periodic, Room
from tradepost.datamap.vocabulary import Purpose
from tradepost.rights.actions.erase import witnesses
from tradepost.rights.keep_rules import rule_over
from tradepost.rights.types import SEE_PRIVACY


def _stamping_host() -> str:
    return urlsplit(settings.TRADEPOST.timestamp_url).hostname or ""


room = Room(
    name="certificates",
    places={"statement": "certificates:download", "statements": "certificates:mine"},
    extensions=(witnesses.adding(certify_erasure),),
    navigation=(
        NavigationEntry(
            group="privacy",
            label=_("Certificates"),
            url_name="certificates_office:list",
            permission=SEE_PRIVACY,
            order=16,
            icon="privacy",
        ),
    ),
    schedule=(
        Periodic(
            name="have certificates time-stamped",
            every=timedelta(minutes=10),
            call="tradepost.certificates.actions.certify.stamp_all",
        ),
    ),
    keep_rules=(
        rule_over(
            made_long_ago,
            id="certificates.certificate",
            label="Certificates of erasures and proofs",
            since="the statement was signed",
            why="shows that an erasure was carried out, for as long as claims can be made; names nobody",
            period=kept_for(),
        ),
    ),
    processors=(
        Processor(
            id="time-stamp",
            name=_stamping_host(),
            role=PartyRole.HOSTING,
            what=(),
            why=_(
                "puts its time under hashes of the access record and of certificates; gets nothing else"
            ),
            purposes=(Purpose.SECURITY,),
            country=settings.TRADEPOST.timestamp_country or settings.TRADEPOST.operator_country,
            safeguard=_("gets no personal data"),
            hosts=lambda: (_stamping_host(),),
            active=timestamps.is_asked,
        ),
    ),
)

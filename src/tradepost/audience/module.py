"""Joins the audience room to the house."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from tradepost.audience import (
    canary,  # noqa: F401  registers the doors of the proof of erasure
    links,
    retention,
    stores,
)
from tradepost.audience.actions import exports, forget_field, imports  # noqa: F401  their jobs
from tradepost.audience.consent_book import AudienceBook
from tradepost.audience.segments import conditions
from tradepost.audience.tiles import register_tiles
from tradepost.datamap.registry import register_keep_rule, register_store
from tradepost.datamap.vocabulary import Basis, KeepRule, Kind, Purpose, Store, Subject
from tradepost.delivery.letterheads import register_template
from tradepost.merchants import closing
from tradepost.merchants.types import Permission
from tradepost.modules.registry import NavigationEntry, register_navigation
from tradepost.privacy.consents import register_consent_book

register_keep_rule(
    KeepRule(
        id=retention.RELATIONSHIP,
        label="Contacts",
        since="the last sign of life",
        why="data stays while the relationship lasts; inactivity ends it",
        period=retention.INACTIVE_AFTER,
        choice=(timedelta(days=180), timedelta(days=3650)),
        due=retention.inactive_due,
        purge=retention.purge_inactive,
    )
)
register_keep_rule(
    KeepRule(
        id="audience.pending",
        label="Unconfirmed subscriptions",
        since="somebody typed the address into a form",
        why="whoever does not confirm within a week did not mean to",
        period=retention.PENDING_FOR,
        due=retention.pending_due,
        purge=retention.purge_pending,
    )
)
register_keep_rule(
    KeepRule(
        id="audience.consent-evidence",
        label="Evidence of consents",
        since="the consent was withdrawn",
        why="a merchant must be able to show that consent was given; claims lapse after three years",
        period=retention.EVIDENCE_FOR,
        due=retention.evidence_due,
        purge=retention.purge_evidence,
    )
)
register_keep_rule(
    KeepRule(
        id="audience.consent-network",
        label="Network address of a consent",
        since="the consent was given",
        why="the truncated network address helps to tell a forged consent while it is fresh",
        period=retention.NETWORK_FOR,
        due=retention.networks_due,
        purge=retention.purge_networks,
    )
)
register_keep_rule(
    KeepRule(
        id="audience.uploads",
        label="Uploaded contact files",
        since="the file was uploaded",
        why="a week to resume an import and to correct refused rows",
        period=retention.UPLOADS_FOR,
        due=retention.uploads_due,
        purge=retention.purge_uploads,
    )
)

conditions.register()
closing.register(stores.remove_files_of)
closing.register_links(links.secrets_of)
register_consent_book("audience", AudienceBook())

register_keep_rule(
    KeepRule(
        id="audience.exports",
        label="Exported contact files",
        since="the file was made",
        why="a day to download it; it can be made again",
        period=retention.EXPORTS_FOR,
        due=retention.exports_due,
        purge=retention.purge_exports,
    )
)
_shared: dict[str, Any] = {
    "subject": Subject.CUSTOMER,
    "purpose": Purpose.NEWSLETTERS,
    "basis": Basis.CONSENT,
    "kinds": (Kind.EMAIL, Kind.NAME, Kind.CUSTOM),
}
register_store(
    Store(
        id="audience.uploads",
        meaning="files of contacts that merchants uploaded to import",
        keep="audience.uploads",
        scan=stores.scan_uploads,
        erase=stores.erase_from_uploads,
        **_shared,
    )
)
register_store(
    Store(
        id="audience.exports",
        meaning="files of contacts that merchants asked for",
        keep="audience.exports",
        scan=stores.scan_exports,
        erase=stores.erase_from_exports,
        **_shared,
    )
)
register_store(
    Store(
        id="audience.consents-in-force",
        meaning="consents end when the person is erased; their evidence is a keyed hash",
        keep="audience.consent-evidence",
        scan=stores.scan_nothing,
        erase=stores.end_consents,
        **_shared | {"kinds": (Kind.CONSENT,)},
    )
)

for _order, (_label, _url, _icon, _permission) in enumerate(
    (
        (_("Contacts"), "contacts", "audience", Permission.SEE_AUDIENCE),
        (_("Lists"), "lists", "mail", Permission.SEE_AUDIENCE),
        (_("Segments"), "segments", "filter", Permission.SEE_AUDIENCE),
        (_("Opt-in forms"), "forms", "edit", Permission.SEE_AUDIENCE),
        (_("Own fields"), "fields", "tag", Permission.SEE_AUDIENCE),
        (_("Import contacts"), "imports", "upload", Permission.CHANGE_AUDIENCE),
    )
):
    register_navigation(
        NavigationEntry(
            group="audience",
            label=_label,
            url_name=f"audience_office:{_url}",
            permission=_permission,
            order=10 + _order,
            icon=_icon,
        )
    )

register_tiles()

# Service mail: it answers somebody's own request, and must reach a person who once unsubscribed.
register_template("audience/confirm", purpose=Purpose.SERVICE, service=True)

"""Joins the audience room to the house."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from tradepost.audience import links, personal_files, retention
from tradepost.audience.actions import counts, exports, forget_field, imports  # noqa: F401  their jobs
from tradepost.audience.actions.labels import LABELS
from tradepost.audience.consent.portal import AudienceBook
from tradepost.audience.contacts import timeline
from tradepost.audience.events import EVENTS
from tradepost.audience.meters import METERS
from tradepost.audience.queries import contacts_after
from tradepost.audience.segments import conditions_added
from tradepost.audience.segments.conditions import CONDITIONS
from tradepost.audience.tiles import TILES
from tradepost.audience.types import CHANGE_AUDIENCE, OPT_IN_FORMS, SEE_AUDIENCE
from tradepost.billing.meters import meters
from tradepost.datamap.catalogue import figures_kept
from tradepost.datamap.collection import CollectionPoint
from tradepost.datamap.modules import Module
from tradepost.datamap.rooms import MailTemplate, NavigationEntry, NavigationGroup, Periodic, Room
from tradepost.datamap.vocabulary import Basis, KeepRule, Kind, Purpose, Store, Subject
from tradepost.merchants import closing
from tradepost.notice.figures import figures, period_kept
from tradepost.notice.transitions.people import people_told
from tradepost.rights.consents import books
from tradepost.rights.words import in_words

_SHARED: dict[str, Any] = {
    "subject": Subject.CUSTOMER,
    "purpose": Purpose.NEWSLETTERS,
    "basis": Basis.CONSENT,
    "kinds": (Kind.EMAIL, Kind.NAME, Kind.CUSTOM),
}
_FORMS, _API = "tradepost.audience.forms", "tradepost.audience.api"
_PAGES = (
    (_("Contacts"), "contacts", "people", SEE_AUDIENCE),
    (_("Lists"), "lists", "mail", SEE_AUDIENCE),
    (_("Segments"), "segments", "filter", SEE_AUDIENCE),
    (_("Opt-in forms"), "forms", "edit", SEE_AUDIENCE),
    (_("Own fields"), "fields", "tag", SEE_AUDIENCE),
    (_("Import contacts"), "imports", "upload", CHANGE_AUDIENCE),
    (_("Suppressed addresses"), "suppressions", "close", SEE_AUDIENCE),
    (_("Mail that came in"), "incoming", "mail", SEE_AUDIENCE),
)


_silence = period_kept(retention.RELATIONSHIP)

room = Room(
    name="audience",
    modules=(
        Module(
            key=OPT_IN_FORMS,
            label=_("Opt-in forms"),
            describes=_("Forms by which people put themselves on your lists."),
            addresses=(
                "audience:subscribe",
                "audience:sent",
                *(f"audience_office:{page}" for page in ("forms", "form", "new_form")),
                *(f"audience_office:{page}" for page in ("edit_form", "delete_form")),
            ),
            collects=("audience.opt-in-form",),
            fills=("audience.PendingSubscription",),
        ),
    ),
    events=EVENTS,
    groups=(NavigationGroup(key="audience", label=_("Audience"), order=30),),
    actions=LABELS,
    permissions=(SEE_AUDIENCE, CHANGE_AUDIENCE),
    scopes=("contacts:read", "contacts:write", "lists:read", "lists:write"),
    navigation=tuple(
        NavigationEntry(
            group="audience",
            label=label,
            url_name=f"audience_office:{page}",
            permission=permission,
            order=10 + order,
            icon=icon,
        )
        for order, (label, page, icon, permission) in enumerate(_PAGES)
    ),
    tiles=TILES,
    extensions=(
        figures_kept.adding(counts.KEPT),
        meters.adding(METERS),
        people_told.adding({"contacts": contacts_after}),
        conditions_added(*CONDITIONS),
        closing.hooks.adding(personal_files.remove_files_of),
        closing.links.adding(links.secrets_of),
        books.adding({"audience": AudienceBook()}),
        timeline.sources.adding(timeline.consents),
        figures.adding({"silent_period": lambda merchant: in_words(_silence(merchant))}),
    ),
    keep_rules=(
        KeepRule(
            id=retention.RELATIONSHIP,
            label="Contacts",
            since="the last sign of life",
            why="data stays while the relationship lasts; inactivity ends it",
            period=retention.INACTIVE_AFTER,
            choice=(timedelta(days=180), timedelta(days=3650)),
            due=retention.inactive_due,
            purge=retention.purge_inactive,
        ),
        KeepRule(
            id="audience.pending",
            label="Unconfirmed subscriptions",
            since="somebody typed the address into a form",
            why="whoever does not confirm within a week did not mean to",
            period=retention.PENDING_FOR,
            due=retention.pending_due,
            purge=retention.purge_pending,
        ),
        KeepRule(
            id="audience.consent-evidence",
            label="Evidence of consents",
            since="the consent was withdrawn",
            why="a merchant must be able to show that consent was given; claims lapse after three years",
            period=retention.EVIDENCE_FOR,
            due=retention.evidence_due,
            purge=retention.purge_evidence,
        ),
        KeepRule(
            id="audience.consent-network",
            label="Network address of a consent",
            since="the consent was given",
            why="the truncated network address helps to tell a forged consent while it is fresh",
            period=retention.NETWORK_FOR,
            due=retention.networks_due,
            purge=retention.purge_networks,
        ),
        KeepRule(
            id="audience.uploads",
            label="Uploaded contact files",
            since="the file was uploaded",
            why="a week to resume an import and to correct refused rows",
            period=retention.UPLOADS_FOR,
            due=retention.uploads_due,
            purge=retention.purge_uploads,
        ),
        KeepRule(
            id="audience.runs",
            label="Record of imports and exports of contacts",
            since="the import or export was made",
            why="a shop can say for a year where its contacts came from and who took them along",
            period=retention.RUNS_FOR,
            due=retention.runs_due,
            purge=retention.purge_runs,
        ),
        KeepRule(
            id="audience.exports",
            label="Exported contact files",
            since="the file was made",
            why="a day to download it; it can be made again",
            period=retention.EXPORTS_FOR,
            due=retention.exports_due,
            purge=retention.purge_exports,
        ),
    ),
    schedule=(
        Periodic(
            name="count subscribers again",
            every=timedelta(days=1),
            call="tradepost.audience.actions.counts.count_again",
            heavy=True,
        ),
    ),
    stores=(
        Store(
            id="audience.uploads",
            meaning="files of contacts that merchants uploaded to import",
            keep="audience.uploads",
            scan=personal_files.scan_uploads,
            erase=personal_files.erase_from_uploads,
            erase_many=personal_files.erase_many_from_uploads,
            export=personal_files.uploaded_about,
            **_SHARED,
        ),
        Store(
            id="audience.exports",
            meaning="files of contacts that merchants asked for",
            keep="audience.exports",
            scan=personal_files.scan_exports,
            erase=personal_files.erase_from_exports,
            by_merchant=True,
            **_SHARED,
        ),
        Store(
            id="audience.consents-in-force",
            meaning="consents end when the person is erased; their evidence is a keyed hash",
            keep="audience.consent-evidence",
            scan=personal_files.scan_nothing,
            erase=personal_files.end_consents,
            erase_many=personal_files.end_consents_of,
            **_SHARED | {"kinds": (Kind.CONSENT,)},
        ),
    ),
    collection_points=(
        CollectionPoint(
            id="audience.opt-in-form",
            meaning="people fill in a merchant's opt-in form themselves",
            takes=(f"{_FORMS}.public.SubscribeForm",),
            purpose=Purpose.NEWSLETTERS,
        ),
        CollectionPoint(
            id="audience.preferences",
            meaning="people settle their own preferences behind the link in a mail",
            takes=(f"{_FORMS}.public.PreferencesForm",),
            purpose=Purpose.NEWSLETTERS,
        ),
        CollectionPoint(
            id="audience.by-hand",
            meaning="a merchant's staff enter or correct a contact",
            takes=(
                f"{_FORMS}.contacts.ContactForm",
                f"{_FORMS}.contacts.NewContactForm",
            ),
            purpose=Purpose.NEWSLETTERS,
        ),
        CollectionPoint(
            id="audience.import",
            meaning="a merchant uploads a file of people who agreed, and says where the consents come from",
            takes=(f"{_FORMS}.imports.UploadForm",),
            purpose=Purpose.NEWSLETTERS,
        ),
        CollectionPoint(
            id="audience.api",
            meaning="a merchant's own program sends contacts",
            takes=(
                f"{_API}.AddressedIn",
                f"{_API}.ContactIn",
                f"{_API}.SubscriberIn",
                f"{_API}.LeaverIn",
            ),
            purpose=Purpose.NEWSLETTERS,
        ),
    ),
    mail_templates=(MailTemplate(name="audience/confirm", purpose=Purpose.SERVICE, service=True),),
    not_collecting={
        "the name of a list": (f"{_API}.ListIn",),
        "only keyed hashes of addresses are kept": (
            f"{_FORMS}.suppressions.AddSuppressionsForm",
            f"{_FORMS}.suppressions.FindSuppressionForm",
            f"{_API}.LiftIn",
        ),
        "why an address may be written to again, in the activity record": (
            f"{_FORMS}.suppressions.LiftForm",
        ),
    },
)

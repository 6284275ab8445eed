"""Joins the campaigns room to the house."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from tradepost.audience.segments import conditions_added
from tradepost.audience.types import CHANGE_AUDIENCE, SEE_AUDIENCE
from tradepost.billing.meters import meters
from tradepost.campaigns import law_checks, receivers
from tradepost.campaigns.actions.labels import LABELS
from tradepost.campaigns.actions.send_test import (
    TEMPLATE,
    erase_copies,
    erase_many_copies,
    scan_copies,
)
from tradepost.campaigns.actions.start import NOT_SENT
from tradepost.campaigns.conditions import CONDITIONS
from tradepost.campaigns.meters import METERS
from tradepost.campaigns.source import CampaignSource
from tradepost.campaigns.tracking import personal_files
from tradepost.campaigns.types import (
    CAMPAIGNS,
    CHANGE_CAMPAIGNS,
    SEE_CAMPAIGNS,
    SOURCE_KIND,
    TRACKING,
)
from tradepost.catalog.types import SEE_CATALOG
from tradepost.datamap.collection import CollectionPoint
from tradepost.datamap.events import Subscription
from tradepost.datamap.modules import Module
from tradepost.datamap.rooms import (
    MailTemplate,
    NavigationEntry,
    NavigationGroup,
    Periodic,
    Room,
    TeamRole,
)
from tradepost.datamap.vocabulary import Basis, KeepRule, Kind, Purpose, Store, Subject
from tradepost.delivery.outgoing.sources import sources
from tradepost.law import facts as law
from tradepost.merchants.types import HOME
from tradepost.modules.switches import ModuleSwitched

room = Room(
    name="campaigns",
    modules=(
        Module(
            key=CAMPAIGNS,
            label=_("Campaigns"),
            describes=_("Letters to those who asked for them."),
            addresses=("campaigns_office:",),
            code=("tradepost.campaigns.api",),
            work=("tradepost.campaigns.source",),
            promises=("choice.unsubscribe-everywhere", "choice.unsubscribe-by-message"),
            fills=("campaigns.test-copies",),
        ),
        Module(
            key=TRACKING,
            label=_("Opens and clicks"),
            describes=_("Counts who opens letters and follows their links, as people agreed."),
            requires=(CAMPAIGNS,),
            promises=("collect.beacons",),
            collects=("campaigns.opens",),
            fills=("campaigns.Event", "campaigns.spool"),
        ),
    ),
    subscriptions=(
        Subscription(
            name="campaigns.module-switched",
            to=ModuleSwitched,
            call=receivers.module_switched,
            in_transaction=True,
        ),
    ),
    groups=(NavigationGroup(key="campaigns", label=_("Campaigns"), order=40),),
    icons={"campaigns": "M4 10v4h4l9 5V5l-9 5zM8 14l1.5 6M20.5 10v4"},
    ways_out={"tracking/spool.py": ("socket",)},
    actions=LABELS,
    permissions=(SEE_CAMPAIGNS, CHANGE_CAMPAIGNS),
    roles=(
        TeamRole(
            name="campaigns",
            label=_("Campaigns only"),
            order=20,
            holds=(
                HOME,
                SEE_AUDIENCE,
                CHANGE_AUDIENCE,
                SEE_CAMPAIGNS,
                CHANGE_CAMPAIGNS,
                SEE_CATALOG,
            ).__contains__,
        ),
    ),
    scopes=("campaigns:read", "campaigns:write", "events:read"),
    schedule=(
        # These two go on while the module is off: one empties the spool and drops what may not be
        # counted, the other pauses what a process started that did not know of the switch yet.
        Periodic(
            name="load opens and clicks",
            every=timedelta(seconds=10),
            call="tradepost.campaigns.tracking.loader.load",
            on_each_machine=True,
        ),
        Periodic(
            name="note finished campaigns",
            every=timedelta(seconds=5),
            call="tradepost.campaigns.actions.control.follow_mailings",
        ),
        Periodic(
            name="start scheduled campaigns",
            every=timedelta(seconds=15),
            call="tradepost.campaigns.actions.start.start_due",
            module=CAMPAIGNS,
        ),
    ),
    extensions=(
        law.checks.adding(law_checks.CHECKS),
        law.facts.adding(law_checks.FACTS),
        meters.adding(METERS),
        sources.adding({SOURCE_KIND: CampaignSource()}),
        conditions_added(*CONDITIONS),
    ),
    keep_rules=(
        KeepRule(
            id="campaigns.events",
            label="Opens and clicks",
            since="the open or click",
            why="segments and reports use them while a campaign is fresh; after that only counts remain",
            period=personal_files.EVENTS_FOR,
            due=personal_files.events_due,
            purge=personal_files.events_purge,
        ),
        KeepRule(
            id="campaigns.spool",
            label="Opens and clicks on their way in",
            since="the open or click was recorded",
            why="a line waits for the loader, which overwrites it",
            period=personal_files.SPOOL_FOR,
            due=personal_files.spool_due,
            purge=personal_files.spool_purge,
            on_each_machine=True,
        ),
    ),
    stores=(
        Store(
            id="campaigns.spool",
            meaning="opens, clicks and visits of the unsubscribe page on their way into the database: an "
            "encrypted row number, a browser's name; no network address",
            kinds=(Kind.BEHAVIOUR, Kind.DEVICE),
            subject=Subject.CUSTOMER,
            purpose=Purpose.NEWSLETTERS,
            basis=Basis.CONSENT,
            keep="campaigns.spool",
            scan=personal_files.scan,
            erase=personal_files.erase,
            erase_many=personal_files.erase_many,
        ),
        Store(
            id="campaigns.test-copies",
            meaning="test copies of a newsletter, sent to the team and filled as a contact would see it",
            kinds=(Kind.NAME, Kind.EMAIL, Kind.CUSTOM),
            subject=Subject.CUSTOMER,
            purpose=Purpose.NEWSLETTERS,
            basis=Basis.CONSENT,
            keep="delivery.mail",
            scan=scan_copies,
            erase=erase_copies,
            erase_many=erase_many_copies,
        ),
    ),
    navigation=(
        NavigationEntry(
            group="campaigns",
            label=_("Campaigns"),
            url_name="campaigns_office:list",
            permission=SEE_CAMPAIGNS,
            order=10,
            icon="campaigns",
        ),
        NavigationEntry(
            group="settings",
            label=_("Letter settings"),
            url_name="campaigns_office:settings",
            permission=CHANGE_CAMPAIGNS,
            order=64,
            icon="settings",
        ),
    ),
    collection_points=(
        CollectionPoint(
            id="campaigns.letters",
            meaning="letters that a merchant writes, with the name and address they are sent under",
            takes=(
                "tradepost.campaigns.forms.writing.CampaignForm",
                "tradepost.campaigns.forms.writing.SendingSettingsForm",
                "tradepost.campaigns.api.CampaignIn",
                "tradepost.campaigns.api.CampaignChange",
            ),
            subject=Subject.MEMBER,
        ),
        CollectionPoint(
            id="campaigns.opens",
            meaning="opens and clicks of people who agreed to be measured",
            takes=("tradepost.campaigns.tracking.handler.Tracking",),
            purpose=Purpose.NEWSLETTERS,
        ),
    ),
    mail_templates=(
        MailTemplate(name=TEMPLATE, purpose=Purpose.SERVICE),
        MailTemplate(name=NOT_SENT, purpose=Purpose.SERVICE, service=True),
    ),
    not_collecting={
        "a picture is re-encoded and published; a choice among the team; a reason from a short list": (
            "tradepost.campaigns.forms.writing.PictureForm",
            "tradepost.campaigns.forms.sending.TrialForm",
            "tradepost.campaigns.forms.sending.LeaveForm",
            "tradepost.campaigns.api.CampaignOut",
        ),
    },
)

"""Joins the campaigns room to the house."""

from django.utils.translation import gettext_lazy as _

from tradepost.campaigns import (
    canary,  # noqa: F401  registers the door of the proof of erasure
    conditions,
)
from tradepost.campaigns.actions.trial import TEMPLATE
from tradepost.campaigns.small_cells import K
from tradepost.campaigns.source import KIND, CampaignSource
from tradepost.campaigns.tracking import store
from tradepost.datamap.collection import register_collection_point, register_not_collecting
from tradepost.datamap.registry import register_keep_rule, register_store
from tradepost.datamap.vocabulary import Basis, KeepRule, Kind, Purpose, Store, Subject
from tradepost.delivery.letterheads import register_template
from tradepost.delivery.sources import register as register_source
from tradepost.merchants.types import Permission
from tradepost.modules.registry import NavigationEntry, register_navigation
from tradepost.privacy.figures import register_figure

register_navigation(
    NavigationEntry(
        group="campaigns",
        label=_("Campaigns"),
        url_name="campaigns_office:list",
        permission=Permission.SEE_CAMPAIGNS,
        order=10,
        icon="campaigns",
    ),
    NavigationEntry(
        group="settings",
        label=_("Letter settings"),
        url_name="campaigns_office:settings",
        permission=Permission.CHANGE_CAMPAIGNS,
        order=64,
        icon="settings",
    ),
)
register_keep_rule(
    KeepRule(
        id="campaigns.events",
        label="Opens and clicks",
        since="the open or click",
        why="segments and reports use them while a campaign is fresh; after that only counts remain",
        period=store.EVENTS_FOR,
        due=store.events_due,
        purge=store.events_purge,
    )
)
register_keep_rule(
    KeepRule(
        id="campaigns.spool",
        label="Opens and clicks on their way in",
        since="the open or click was recorded",
        why="a line waits for the loader, which overwrites it",
        period=store.SPOOL_FOR,
        due=store.spool_due,
        purge=store.spool_purge,
    )
)
register_store(
    Store(
        id="campaigns.spool",
        meaning="opens and clicks on their way into the database: an encrypted row number, a browser's "
        "name; no network address",
        kinds=(Kind.BEHAVIOUR, Kind.DEVICE),
        subject=Subject.CUSTOMER,
        purpose=Purpose.NEWSLETTERS,
        basis=Basis.CONSENT,
        keep="campaigns.spool",
        scan=store.scan,
        erase=store.erase,
    )
)
register_collection_point(
    "campaigns.letters",
    "letters that a merchant writes, with the name and address they are sent under",
    "tradepost.campaigns.forms.writing.CampaignForm",
    "tradepost.campaigns.forms.writing.SendingSettingsForm",
    "tradepost.campaigns.api.CampaignIn",
    "tradepost.campaigns.api.CampaignChange",
    subject=Subject.MEMBER,
)
register_collection_point(
    "campaigns.opens",
    "opens and clicks of people who agreed to be measured",
    "tradepost.campaigns.tracking.handler.Tracking",
)
register_not_collecting(
    "a picture is re-encoded and published; a choice among the team; a reason from a short list",
    "tradepost.campaigns.forms.writing.PictureForm",
    "tradepost.campaigns.forms.sending.TrialForm",
    "tradepost.campaigns.forms.sending.LeaveForm",
    "tradepost.campaigns.api.CampaignOut",
)
register_template(TEMPLATE, purpose=Purpose.SERVICE)
register_source(KIND, CampaignSource())
conditions.register()
register_figure("k", lambda merchant: K)

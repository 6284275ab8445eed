"""Three campaigns that were sent, with what came back, and one that is being written."""

import random
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection
from django.db.models import F
from django.urls import reverse

from tradepost.audience.models import Contact, ContactList
from tradepost.audience.queries import tracked_contacts
from tradepost.audit.types import Actor
from tradepost.campaigns.actions.start import start
from tradepost.campaigns.actions.write import create_campaign
from tradepost.campaigns.models import Campaign
from tradepost.campaigns.tracking import spool
from tradepost.campaigns.tracking.loader import load
from tradepost.campaigns.tracking.tokens import signer
from tradepost.campaigns.types import SOURCE_KIND, CampaignState
from tradepost.delivery.models import Handover, Mailing
from tradepost.delivery.types import HandoverState, MailingState
from tradepost.demo import plan
from tradepost.identity.models import User
from tradepost.lib import clock
from tradepost.merchants.models import Merchant

BROWSERS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Thunderbird/145.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
)
AGES_DAYS = (75, 44, 16)
OPENED = (0.52, 0.41, 0.46)


def create_campaigns(
    merchant: Merchant, owner: User, letter: ContactList, now: datetime, base_url: str
) -> None:
    shop = base_url + reverse("storefront:home", args=[merchant.handle])
    for (name, subject, body), days, opened in zip(plan.CAMPAIGNS, AGES_DAYS, OPENED, strict=True):
        at = (now - timedelta(days=days)).replace(hour=8, minute=30)
        campaign = _send(
            merchant,
            owner,
            letter,
            at,
            name,
            subject.format(season="spring"),
            body.format(shop=shop),
        )
        _come_back(campaign, merchant, at, opened)
    create_campaign(
        merchant=merchant,
        by=Actor.user(owner),
        name="Christmas: last dates",
        subject="Order by the 18th, and it lies under the tree",
        body='Hello {{ contact.name|fallback:"there" }},\n\nparcels that leave us by **18 December** arrive in time.\n',
        contact_list=letter,
    )  # fmt: skip


def _send(
    merchant: Merchant, owner: User, letter: ContactList, at: datetime, name: str, subject: str, body: str
) -> Campaign:  # fmt: skip
    """Started as ever; then every message is settled as the engine would, without sending any."""
    with clock.at(at - timedelta(days=2)):
        campaign = create_campaign(
            merchant=merchant,
            by=Actor.user(owner),
            name=name,
            subject=subject,
            body=body,
            contact_list=letter,
        )
    with clock.at(at):
        campaign = start(campaign=campaign, by=Actor.user(owner))
    count_rows()
    rows = Handover.objects.filter(mailing=campaign.mailing)
    # Numbers, not a query: fresh tables have no statistics, and PostgreSQL would go through both for each row.
    later = list(Contact.objects.filter(created_at__gt=at).values_list("pk", flat=True))
    rows.filter(contact_id__in=later).delete()
    rows.update(
        state=HandoverState.SENT, due_at=None, attempts=1, response="250 2.0.0 Ok: queued",
        settled_at=at + timedelta(minutes=1),
    )  # fmt: skip
    # Whoever bounced for good is not written to again, so each letter has bounces of its own.
    refused = rows.annotate(turn=F("contact_id") % 97).filter(turn=at.month)
    bounced = refused.update(
        state=HandoverState.BOUNCED, response="550 5.1.1 The mailbox does not exist"
    )
    done = at + timedelta(minutes=2)
    Mailing.objects.filter(kind=SOURCE_KIND, source_id=campaign.pk).update(
        state=MailingState.DONE, total=rows.count(), sent=rows.count() - bounced,
        bounced=bounced, finished_at=done,
    )  # fmt: skip
    Campaign.objects.filter(pk=campaign.pk).update(state=CampaignState.DONE, finished_at=done)
    campaign.refresh_from_db()
    return campaign


def _come_back(campaign: Campaign, merchant: Merchant, at: datetime, opened: float) -> None:
    """Opens and clicks go through the spool and the loader, like everybody's."""
    with tempfile.TemporaryDirectory() as folder:
        lines = sorted(_lines(campaign, merchant, at, opened))
        (Path(folder) / f"demo-{campaign.pk}{spool.SUFFIX}").write_bytes(
            b"".join(line for _moment, line in lines)
        )
        with clock.at(at + timedelta(days=12)):
            load(Path(folder))


def _lines(
    campaign: Campaign, merchant: Merchant, at: datetime, share: float
) -> Iterator[tuple[int, bytes]]:
    chance = random.Random(campaign.name)  # noqa: S311  the same story every time
    reached = list(
        Handover.objects.filter(mailing=campaign.mailing, state=HandoverState.SENT).values_list(
            "contact_id", flat=True
        )
    )
    agreed = tracked_contacts(merchant=merchant, contact_ids=reached)
    blocks = signer().blocks(campaign.pk, [one if one in agreed else 0 for one in reached])
    for block in blocks:
        if chance.random() > share:
            continue
        browser = BROWSERS[min(int(chance.random() ** 1.4 * len(BROWSERS)), len(BROWSERS) - 1)]
        opened = int((at + timedelta(hours=min(chance.expovariate(0.09), 200))).timestamp() * 1000)
        yield opened, spool.encode(opened, b"o", block, 0, "", browser)
        if campaign.links and chance.random() < 0.24:
            clicked, link = (
                opened + chance.randrange(5_000, 90_000),
                chance.randrange(len(campaign.links)),
            )
            yield clicked, spool.encode(clicked, b"c", block, link + 1, "", browser)


def count_rows() -> None:
    """PostgreSQL counts the rows of a transaction only after it; a campaign to contacts that it does not know of
    yet can take it minutes."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

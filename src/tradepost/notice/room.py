"""Joins the notice to the house."""

from datetime import timedelta

from tradepost.datamap.events import Subscription
from tradepost.datamap.rooms import MailTemplate, Periodic, Room
from tradepost.datamap.vocabulary import Purpose
from tradepost.notice import figures, keep_rules, receivers, tiles
from tradepost.notice.actions.labels import LABELS
from tradepost.rights.events import PortalOpened

room = Room(
    name="notice",
    places={"agreement": "notice:agreement"},
    actions=LABELS,
    schedule=(
        Periodic(
            name="draft changed notices",
            every=timedelta(hours=24),
            call="tradepost.notice.actions.post_notice.draft_all",
            heavy=True,
        ),
    ),
    keep_rules=keep_rules.RULES,
    tiles=tiles.TILES,
    extensions=(figures.figures.adding(figures.OWN),),
    subscriptions=(
        Subscription(
            name="notice.portal-opened",
            to=PortalOpened,
            call=receivers.visited,
            in_transaction=True,
        ),
    ),
    mail_templates=(
        MailTemplate(name="notice/notice_changed", purpose=Purpose.ANNOUNCEMENTS, service=True),
    ),
)

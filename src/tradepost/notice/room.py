"""Joins the notice to the house."""

from datetime import timedelta

from tradepost.datamap.rooms import MailTemplate, Periodic, Room
from tradepost.datamap.vocabulary import Purpose
from tradepost.notice import (
    figures,
    keep,
    receivers,  # noqa: F401  so that it listens
    tiles,
)
from tradepost.rights.actions.portal import LINK_LIFE


def plug_in() -> None:
    figures.register_own(lambda merchant: int(LINK_LIFE.total_seconds() // 60))


room = Room(
    name="notice",
    schedule=(
        Periodic(
            name="draft changed notices",
            every=timedelta(hours=24),
            call="tradepost.notice.actions.post_notice.draft_all",
        ),
    ),
    keep_rules=keep.RULES,
    tiles=tiles.TILES,
    plug_in=plug_in,
    mail_templates=(
        MailTemplate(name="notice/notice_changed", purpose=Purpose.ANNOUNCEMENTS, service=True),
    ),
)

"""Joins the notice to the house."""

from tradepost.datamap.vocabulary import Purpose
from tradepost.delivery.letterheads import register_template
from tradepost.notice import (
    figures,
    keep,
    receivers,  # noqa: F401  so that it listens
    tiles,
)
from tradepost.rights.actions.portal import LINK_LIFE

keep.register()
figures.register_own(lambda merchant: int(LINK_LIFE.total_seconds() // 60))
tiles.register()
register_template("notice/notice_changed", purpose=Purpose.ANNOUNCEMENTS, service=True)

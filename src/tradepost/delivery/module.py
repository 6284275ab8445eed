"""Joins the post to the house."""

from tradepost.datamap.registry import register_keep_rule
from tradepost.datamap.vocabulary import KeepRule
from tradepost.delivery import retention

register_keep_rule(
    KeepRule(
        id="delivery.mail",
        since="the mail was sent, or given up",
        why="to answer 'I did not get it', and to send it again if the server lost it",
        period=retention.MAIL_FOR,
        due=retention.due_mail,
        purge=retention.purge_mail,
    )
)
register_keep_rule(
    KeepRule(
        id="delivery.handover",
        since="the mailing was finished",
        why="every recipient of a campaign can be looked up, and returned mail be matched",
        period=retention.HANDOVER_FOR,
        due=retention.due_handovers,
        purge=retention.purge_handovers,
    )
)

"""Joins the audience room to the house."""

from datetime import timedelta

from tradepost.audience import retention
from tradepost.audience.segments import conditions
from tradepost.datamap.registry import register_keep_rule
from tradepost.datamap.vocabulary import KeepRule, Purpose
from tradepost.delivery.letterheads import register_template

register_keep_rule(
    KeepRule(
        id=retention.RELATIONSHIP,
        since="the last sign of life (three years, unless the merchant chose less or more)",
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
        since="the file was uploaded",
        why="a week to resume an import and to mend refused rows",
        period=retention.UPLOADS_FOR,
        due=retention.uploads_due,
        purge=retention.purge_uploads,
    )
)

conditions.register()

# Service mail: it answers somebody's own request, and must reach a person who once unsubscribed.
register_template("audience/confirm", purpose=Purpose.SERVICE, service=True)

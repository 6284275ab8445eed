"""Retention rules of versions seen and of attestations."""

from tradepost.notice.models import Attestation, NoticeSeen, Transition
from tradepost.rights.keep_rules import THREE_YEARS, rule_over

RULES = (
    rule_over(
        lambda now: NoticeSeen.objects.filter(at__lt=now - THREE_YEARS),
        id="notice.notice-seen",
        label="Versions of the notice that were seen",
        since="the notice was shown",
        why="shows what a person was told, for as long as claims can be made",
        period=THREE_YEARS,
    ),
    rule_over(
        lambda now: Attestation.objects.filter(expires_at__lt=now - THREE_YEARS),
        id="notice.attestation",
        label="Attestations",
        since="the attestation expired",
        why="shows who vouched for what, for as long as claims can be made",
        period=THREE_YEARS,
    ),
    rule_over(
        lambda now: Transition.objects.filter(withdrawn_at__lt=now - THREE_YEARS),
        id="notice.transition",
        label="Changes of owner",
        since="the announcement was taken back; one that was carried out stays while the shop does",
        why="shows who is responsible for data, and who was told of it",
        period=THREE_YEARS,
    ),
)

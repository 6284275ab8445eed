"""The life of a notice's text: draft, posted, in force thirty days after posting."""

import hashlib
import json
from datetime import timedelta
from itertools import chain

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django_scopes import scopes_disabled

from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.identity.models import User
from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.notice.actions.tell_holders import tell_once
from tradepost.notice.document import build_notice, every_promise_was_checked
from tradepost.notice.models import NoticeVersion
from tradepost.notice.models.notice import NOTICE_DAYS
from tradepost.notice.types import NoticeVariant
from tradepost.notice.variants import refuse_less
from tradepost.notice.versions import Announced, posted_versions, today_number

STANDS_FOR = timedelta(hours=20)


def draft_notice(*, merchant: Merchant | None) -> NoticeVersion | None:
    """Compare what the notice says now with its newest version; draft what changed, all variants at once.

    The first version is posted at once. A later draft is posted when it still stands at the round
    of the next day, so that a check that fails for an hour makes no version. Returns the draft or the
    version just posted (the general text's); None where nothing changed or no sentence has been checked yet.
    """
    texts = _texts(merchant)
    if not texts:
        return None
    digests = {variant: _digest(lines) for variant, lines in texts.items()}
    with transaction.atomic(), scopes_disabled():
        known = NoticeVersion.objects.filter(merchant=merchant)
        posted = {row.variant: row for row in known.exclude(posted_day=None).order_by("number")}
        if {variant: row.digest for variant, row in posted.items()} == digests:
            known.filter(posted_day=None).delete()
            return None
        drafts = list(known.filter(posted_day=None))
        if {row.variant: row.digest for row in drafts} != digests:
            known.filter(posted_day=None).delete()
            number = max((row.number for row in posted.values()), default=0) + 1
            drafts = [
                NoticeVersion.objects.create(
                    merchant=merchant,
                    number=number,
                    variant=variant,
                    digest=digests[variant],
                    sentences=[{"id": id, "text": text} for id, text in lines],
                )
                for variant, lines in texts.items()
            ]
        draft = next(row for row in drafts if row.variant == NoticeVariant.WORLD)
        if draft.number == 1 or draft.drafted_at <= clock.now() - STANDS_FOR:
            post_notice(version=draft, by=Actor.job("notice.round"))
    return draft


def _texts(merchant: Merchant | None) -> dict[NoticeVariant, list[tuple[str, str]]]:
    """Every variant, line by line; nothing while no sentence has been checked.

    Raises: PromisesLess.
    """
    with translation.override(settings.LANGUAGE_CODE):
        notice = build_notice(merchant)
        texts = {variant: notice.for_readers(variant).lines() for variant in NoticeVariant}
    refuse_less(texts)
    return texts if notice.sentences else {}


def _digest(lines: list[tuple[str, str]]) -> str:
    said = [{"id": id, "text": text} for id, text in lines]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def post_notice(*, version: NoticeVersion, by: Actor) -> None:
    """Post a draft, with the drafts of its other variants. The first version is in force at once; a later one in thirty days."""
    day = today_number()
    with transaction.atomic(), scopes_disabled():
        drafts = NoticeVersion.objects.filter(
            merchant=version.merchant, number=version.number, posted_day=None
        )
        posted = drafts.update(
            posted_day=day, effective_day=day if version.number == 1 else day + NOTICE_DAYS
        )
        if posted:
            record(
                actor=by,
                action="notice.post_notice",
                target=version,
                merchant_id=version.merchant_id,
                detail={"number": version.number},
            )
    version.refresh_from_db()


def draft_all() -> int:
    """The scheduler's round: the operator's notice and every merchant's, then the announcements.

    Nothing is posted before every promise has been looked at once, nor while the operator has left a
    blank: what is in force must be what is shown. Returns how many changed.
    """
    if settings.NOTICE_BLANKS or not every_promise_was_checked():
        return 0
    merchants = chain([None], Merchant.objects.order_by("pk").iterator())
    changed = sum(draft_notice(merchant=merchant) is not None for merchant in merchants)
    announce_changes()
    return changed


def announce_changes() -> int:
    """Mail every account holder once about each change that was posted and is not yet in force.

    Returns how many mails were queued; run again after a crash, it goes on where it stopped.
    """
    with scopes_disabled():
        return sum(_announce(change) for change in posted_versions(None).announced)


def _announce(change: Announced) -> int:
    return tell_once(
        User.objects.filter(is_active=True, memberships__isnull=False),
        template="notice/notice_changed",
        about=f"notice.notice:{change.version.pk}",
        context=lambda: {
            "change": change,
            "url": settings.TRADEPOST.base_url + reverse("notice:notice"),
            "sender": settings.TRADEPOST.operator_name,
            "contact": settings.TRADEPOST.operator_email,
        },
    )

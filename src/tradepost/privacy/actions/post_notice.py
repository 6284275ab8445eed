"""The life of a notice's text: draft, posted, in force thirty days after posting."""

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django_scopes import scopes_disabled

from tradepost.audit.actions import SYSTEM, record
from tradepost.delivery.actions import queue_mail
from tradepost.delivery.models import Mail
from tradepost.identity.models import User
from tradepost.merchants.models import Merchant
from tradepost.privacy.models import NoticeVersion
from tradepost.privacy.models.notice import NOTICE_DAYS
from tradepost.privacy.notice import build_notice

SECONDS_A_DAY = 86_400
STANDS_FOR = timedelta(hours=20)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One sentence that was added, dropped or reworded."""

    id: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Announced:
    version: NoticeVersion
    differences: list[Difference]


@dataclass(frozen=True, kw_only=True)
class Versions:
    in_force: NoticeVersion | None
    announced: list[Announced]
    earlier: list[NoticeVersion]


def today_number() -> int:
    """Days since 1970, UTC."""
    return int(timezone.now().timestamp() // SECONDS_A_DAY)


def draft_notice(*, merchant: Merchant | None) -> NoticeVersion | None:
    """Compare what the notice says now with its newest version; draft what changed.

    The first version is posted at once. A later draft is posted when it still stands at the round
    of the next day, so that a check that fails for an hour makes no version. Returns the draft or the
    version just posted; None where nothing changed or no sentence has been checked yet.
    """
    with translation.override(settings.LANGUAGE_CODE):
        notice = build_notice(merchant)
        sentences = [{"id": id, "text": text} for id, text in notice.lines()]
    if not notice.sentences:
        return None
    digest = hashlib.sha256(json.dumps(sentences).encode()).hexdigest()
    with transaction.atomic(), scopes_disabled():
        known = NoticeVersion.objects.filter(merchant=merchant)
        newest = known.exclude(posted_day=None).order_by("-number").first()
        if newest and newest.digest == digest:
            known.filter(posted_day=None).delete()
            return None
        draft = known.filter(posted_day=None, digest=digest).first()
        if draft is None:
            known.filter(posted_day=None).delete()
            draft = NoticeVersion.objects.create(
                merchant=merchant,
                number=newest.number + 1 if newest else 1,
                digest=digest,
                sentences=sentences,
            )
        if draft.number == 1 or draft.drafted_at <= timezone.now() - STANDS_FOR:
            post_notice(version=draft)
    return draft


def post_notice(*, version: NoticeVersion, by: models.Model | str = SYSTEM) -> None:
    """Post a draft. The first version is in force at once; a later one in thirty days."""
    day = today_number()
    with transaction.atomic(), scopes_disabled():
        posted = NoticeVersion.objects.filter(pk=version.pk, posted_day=None).update(
            posted_day=day, effective_day=day if version.number == 1 else day + NOTICE_DAYS
        )
        if posted:
            record(
                actor=by,
                action="privacy.post_notice",
                target=version,
                merchant_id=version.merchant_id,
                detail={"number": version.number},
            )
    version.refresh_from_db()


def draft_all() -> int:
    """The scheduler's round: the operator's notice and every merchant's, then the announcements.

    Returns how many changed.
    """
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
    about = f"privacy.notice:{change.version.pk}"
    told = Mail.objects.filter(about=about).values("address")
    holders = User.objects.filter(is_active=True, memberships__isnull=False)
    people = holders.exclude(email__in=told).distinct().values_list("email", "language")
    count = 0
    for email, language in people.iterator():
        queue_mail(
            to=email,
            template="privacy/notice_changed",
            context={
                "change": change,
                "url": settings.TRADEPOST.base_url + reverse("privacy:notice"),
                "sender": settings.TRADEPOST.operator_name,
                "contact": settings.TRADEPOST.operator_email,
            },
            language=language or "en",
            about=about,
        )
        count += 1
    return count


def posted_versions(merchant: Merchant | None) -> Versions:
    """What is in force today, and what was posted and is not yet."""
    today = today_number()
    with scopes_disabled():
        posted = list(
            NoticeVersion.objects.filter(merchant=merchant)
            .exclude(posted_day=None)
            .order_by("number")
        )
    in_force = [version for version in posted if (version.effective_day or 0) <= today]
    current = in_force[-1] if in_force else None
    coming = [version for version in posted if (version.effective_day or 0) > today]
    return Versions(
        in_force=current,
        announced=[
            Announced(version=version, differences=differences(current, version))
            for version in coming
        ],
        earlier=in_force[:-1],
    )


def version_and_before(
    merchant: Merchant | None, number: int
) -> tuple[NoticeVersion | None, NoticeVersion | None]:
    """A posted version and the one it followed."""
    with scopes_disabled():
        posted = NoticeVersion.objects.filter(merchant=merchant).exclude(posted_day=None)
        found = {row.number: row for row in posted.filter(number__in=(number - 1, number))}
    return found.get(number - 1), found.get(number)


def differences(before: NoticeVersion | None, after: NoticeVersion) -> list[Difference]:
    old = _by_id(before.sentences if before else [])
    new = _by_id(after.sentences)
    return [
        Difference(id=id, before=old.get(id, ""), after=new.get(id, ""))
        for id in dict.fromkeys([*old, *new])
        if old.get(id) != new.get(id)
    ]


def _by_id(sentences: list[dict[str, Any]]) -> dict[str, str]:
    return {item["id"]: item["text"] for item in sentences}

"""The life of a notice's text: draft, posted, in force thirty days after posting."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django_scopes import scopes_disabled

from tradepost.audit.actions import SYSTEM, record
from tradepost.merchants.models import Merchant
from tradepost.privacy.models import NoticeVersion
from tradepost.privacy.models.notice import NOTICE_DAYS
from tradepost.privacy.notice import build_notice

SECONDS_A_DAY = 86_400


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


def today_number() -> int:
    """Days since 1970, UTC."""
    return int(timezone.now().timestamp() // SECONDS_A_DAY)


def draft_notice(*, merchant: Merchant | None) -> NoticeVersion | None:
    """Make a draft if the text generated now differs from the newest version; the first is posted.

    Returns the new version, or None where nothing changed. An older draft is replaced.
    """
    sentences = [{"id": item.id, "text": item.text} for item in build_notice(merchant).sentences]
    digest = hashlib.sha256(json.dumps(sentences).encode()).hexdigest()
    with transaction.atomic(), scopes_disabled():
        known = NoticeVersion.objects.filter(merchant=merchant)
        newest = known.exclude(posted_day=None).order_by("-number").first()
        known.filter(posted_day=None).delete()
        if newest and newest.digest == digest:
            return None
        version = NoticeVersion.objects.create(
            merchant=merchant,
            number=newest.number + 1 if newest else 1,
            digest=digest,
            sentences=sentences,
        )
        if version.number == 1:
            post_notice(version=version)
    return version


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
    """The scheduler's round: the operator's notice and every merchant's; returns how many changed."""
    merchants: Iterable[Merchant | None] = [None, *Merchant.objects.all()]
    return sum(draft_notice(merchant=merchant) is not None for merchant in merchants)


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
    )


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

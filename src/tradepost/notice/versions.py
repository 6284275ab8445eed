"""Which version of a notice is in force, which is announced, and how they differ."""

from dataclasses import dataclass

from django_scopes import scopes_disabled

from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.notice.models import NoticeVersion
from tradepost.notice.types import NoticeVariant

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
    earlier: list[NoticeVersion]


def today_number() -> int:
    """Days since 1970, UTC."""
    return int(clock.now().timestamp() // SECONDS_A_DAY)


def posted_versions(
    merchant: Merchant | None, variant: NoticeVariant = NoticeVariant.WORLD
) -> Versions:
    """What is in force today, and what was posted and is not yet.

    The general text announces what changes in any of the variants.
    """
    today = today_number()
    with scopes_disabled():
        found = NoticeVersion.objects.filter(merchant=merchant).exclude(posted_day=None)
        rows = list(found.order_by("number"))
    posted = [row for row in rows if row.variant == variant]
    told = rows if variant is NoticeVariant.WORLD else posted
    texts: dict[int, dict[str, str]] = {}
    for row in told:
        texts.setdefault(row.number, {}).update(_by_id(row.sentences))
    in_force = [version for version in posted if (version.effective_day or 0) <= today]
    current = in_force[-1] if in_force else None
    coming = [version for version in posted if (version.effective_day or 0) > today]
    return Versions(
        in_force=current,
        announced=[
            Announced(
                version=version,
                differences=_compared(
                    texts[current.number] if current else {}, texts[version.number]
                ),
            )
            for version in coming
        ],
        earlier=in_force[:-1],
    )


def version_and_before(
    merchant: Merchant | None, number: int, variant: NoticeVariant = NoticeVariant.WORLD
) -> tuple[NoticeVersion | None, NoticeVersion | None]:
    """A posted version and the one it followed."""
    with scopes_disabled():
        posted = NoticeVersion.objects.filter(merchant=merchant, variant=variant)
        posted = posted.exclude(posted_day=None)
        found = {row.number: row for row in posted.filter(number__in=(number - 1, number))}
    return found.get(number - 1), found.get(number)


def differences(before: NoticeVersion | None, after: NoticeVersion) -> list[Difference]:
    return _compared(_by_id(before.sentences if before else []), _by_id(after.sentences))


def _compared(old: dict[str, str], new: dict[str, str]) -> list[Difference]:
    return [
        Difference(id=id, before=old.get(id, ""), after=new.get(id, ""))
        for id in dict.fromkeys([*old, *new])
        if old.get(id) != new.get(id)
    ]


def _by_id(sentences: list[dict[str, str]]) -> dict[str, str]:
    return {item["id"]: item["text"] for item in sentences}

"""The notice for readers here and there: as pages, at their own addresses."""

import re
from collections.abc import Iterator

from tradepost.assurance.promises import fixtures
from tradepost.assurance.promises.modules import ShopInUse
from tradepost.datamap.promises import Evidence, keeps, require
from tradepost.merchants.models import Merchant
from tradepost.modules.switches import modules
from tradepost.notice.actions.post_notice import draft_notice

VARIANTS = ("in/eu/", "in/california/")
SHOWN = ("share.no-sale", "choice.unsubscribe-everywhere", "collect.beacons", "collect.location")
# What a page says, one by one: promises, a variant's own lines, what is held, who gets it.
STATEMENTS = (
    ('<div class="promise" id="', "</p>"),
    ('<p id="', "</p>"),
    ("<summary><strong>", "</summary>"),
    ("<dd", "</dd>"),
)


@keeps("notice.variants", Evidence.TESTED)
def a_variant_promises_more_and_never_less() -> str:
    """As it stands, and with each module switched off by its owner, on both kinds of notice."""
    for promise in SHOWN:
        fixtures.published(promise)
    merchant = fixtures.shop()
    shop = ShopInUse(merchant=merchant, office=fixtures.office_of(merchant))
    compared = _compare("/privacy/") + _compare(shop.notice_page)
    for module in modules.values():
        shop.switch(module, on=False)
        compared += _compare(shop.notice_page)
        shop.switch(module, on=True)
    for one in (None, merchant):
        _posted_together(one)
    return f"{compared} statements of general texts stand in each variant, which adds its own; all are posted together."


def _compare(general: str) -> int:
    said = _statements(general)
    require(len(said) > len(SHOWN), f"{general} says next to nothing.")
    texts = [_statements(general + variant) for variant in VARIANTS]
    for variant, own in zip(VARIANTS, texts, strict=True):
        lacking = said - own
        require(not lacking, f"{general}{variant} says less: {', '.join(sorted(lacking))[:200]}")
        require(own - said, f"{general}{variant} adds nothing.")
        require(
            f'href="{general}{variant}"' in fixtures.page(general),
            f"{general} does not lead to {variant}.",
        )
    require(texts[0] != texts[1], "Both variants are the same.")
    return len(said)


def _statements(url: str) -> set[str]:
    return {
        words for begin, end in STATEMENTS for words in _between(fixtures.page(url), begin, end)
    }


def _between(page: str, begin: str, end: str) -> Iterator[str]:
    for piece in page.split(begin)[1:]:
        words, is_closed, _rest = piece.partition(end)
        if is_closed:
            yield " ".join(words.partition(">")[2].split() if begin[-1] != ">" else words.split())


def _posted_together(merchant: Merchant | None) -> None:
    general = f"/privacy/{merchant.handle}/" if merchant else "/privacy/"
    version = draft_notice(merchant=merchant)
    require(version and version.posted_day, f"{general} is not posted.")
    assert version is not None
    dates = set()
    for variant in ("", *VARIANTS):
        page = fixtures.page(f"{general}{variant}versions/{version.number}/")
        dates.update(re.findall(r"Posted on [^.]*", page))
        require("share.no-sale" in page, f"{general}{variant} is posted without its text.")
    require(len(dates) == 1, f"The variants of {general} are not posted together.")

"""What people can choose."""

import re

from tradepost.datamap.promises import Evidence, keeps, require
from tradepost.datamap.vocabulary import Purpose
from tradepost.merchants.models import Merchant
from tradepost.privacy.actions.erase import erase_person
from tradepost.privacy.actions.rights import lift_restriction, object_to, restrict
from tradepost.privacy.promises import scene
from tradepost.privacy.stops import EXEMPT, OBJECTIONABLE, may_process

PRIVACY_LINK = re.compile(r"<a\b[^>]*href=\"[^\"]*privacy[^\"]*\"[^>]*>[^<]*Privacy[^<]*</a>")


def _allowed(merchant: Merchant, email: str) -> list[Purpose]:
    return [
        purpose
        for purpose in Purpose
        if purpose not in EXEMPT and may_process(merchant, email, purpose)
    ]


@keeps("choice.restrict", Evidence.TESTED)
def a_restricted_person_is_touched_by_no_purpose() -> str:
    merchant = scene.shop()
    ref = scene.person(merchant)
    before = len(_allowed(merchant, ref.email))
    restrict(ref=ref)
    require(not _allowed(merchant, ref.email), "A purpose goes on under a restriction.")
    lift_restriction(ref=ref)
    require(len(_allowed(merchant, ref.email)) == before, "Lifting does not lift.")
    return f"A restriction stopped all {before} purposes, and lifting it let them go on."


@keeps("choice.object", Evidence.TESTED)
def an_objection_outlives_everything() -> str:
    merchant = scene.shop()
    ref = scene.person(merchant)
    object_to(ref=ref, purposes=OBJECTIONABLE)
    erase_person(ref=ref)
    for purpose in OBJECTIONABLE:
        require(
            not may_process(merchant, ref.email, purpose), f"{purpose} goes on after an objection."
        )
    return f"Objections to {len(OBJECTIONABLE)} purposes held, even after the person was erased."


@keeps("choice.privacy-link", Evidence.TESTED)
def first_pages_link_to_privacy() -> str:
    merchant = scene.shop()
    pages = ["/", f"/shop/{merchant.handle}/", "/privacy/", f"/privacy/{merchant.handle}/"]
    for url in pages:
        require(PRIVACY_LINK.search(scene.page(url)), f"{url} has no link that says Privacy.")
    return f"{len(pages)} first pages link to the notice with the word Privacy."

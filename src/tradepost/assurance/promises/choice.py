"""What people can choose."""

import re

from django.test import Client
from django.urls import reverse

from tradepost.assurance.promises import fixtures
from tradepost.assurance.promises.uses import WaysOfUse
from tradepost.audit.types import PERSON
from tradepost.datamap.promises import Evidence, keeps, require
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Subject
from tradepost.modules.registry import cookies, navigation
from tradepost.modules.shop_address import shop_address
from tradepost.rights.actions.erase import erase_person
from tradepost.rights.restrictions.stops import OBJECTIONABLE

PRIVACY_LINK = re.compile(
    r"<a\b[^<>]*href=\"[^\"<>]{0,300}privacy[^\"<>]{0,300}\"[^<>]*>[^<]{0,300}Privacy[^<]*</a>"
)


@keeps("choice.restrict", Evidence.TESTED)
def a_restricted_person_is_used_by_nothing() -> str:
    """Stopped and lifted in the portal; seen at what the API, exports, staff, segments and the post do."""
    merchant = fixtures.shop()
    uses = WaysOfUse(merchant, fixtures.known_person(merchant))
    before = uses.in_use()
    require(len(before) == len(uses.ways()), f"The check is blind: only {', '.join(before)} work.")
    uses.restrict()
    found = uses.in_use()
    require(not found, f"Under a restriction the person is still in {', '.join(found)}.")
    uses.lift()
    again = uses.in_use()
    lost = sorted(set(before) - set(again) - {"a waiting mail"})  # one that was kept back stays so
    require(not lost, f"Lifting does not lift: {', '.join(lost)}.")
    return f"A restriction stopped {len(before)} ways of use, and lifting it let them go on."


@keeps("choice.object", Evidence.TESTED)
def an_objection_outlives_everything() -> str:
    """Objected in the portal, then erased: whoever puts the person in again is refused, or does not count them."""
    merchant = fixtures.shop()
    uses = WaysOfUse(merchant, fixtures.known_person(merchant))
    require(uses.counted_in_a_segment() and uses.put_in_anew(), "The check is blind.")
    for purpose in OBJECTIONABLE:
        uses.object_to(purpose)
    require(not uses.counted_in_a_segment(), "Statistics go on after an objection to them.")
    require(not uses.edited_by_staff(), "Staff go on after an objection to news.")
    require(uses.in_an_export_of_orders(), "An objection to news stops orders, too.")
    erase_person(ref=SubjectRef(Subject.CUSTOMER, uses.mark.email, merchant.pk), by=PERSON)
    require(not uses.put_in_anew(), "Who objected and was erased is put in again.")
    return f"Objections to {len(OBJECTIONABLE)} purposes held, even after the person was erased."


@keeps("choice.privacy-link", Evidence.TESTED)
def first_pages_link_to_privacy() -> str:
    merchant = fixtures.shop()
    pages = ["/", shop_address(merchant), "/privacy/", f"/privacy/{merchant.handle}/"]
    for url in pages:
        require(PRIVACY_LINK.search(fixtures.page(url)), f"{url} has no link that says Privacy.")
    return f"{len(pages)} first pages link to the notice with the word Privacy."


# Where a browser may fetch or send something by itself; a form of payment is sent by the buyer.
FETCHED = {"default-src", "script-src", "style-src", "img-src", "font-src", "connect-src"}
FETCHED |= {"frame-src", "manifest-src", "media-src", "object-src", "worker-src"}
OWN = {"'none'", "'self'", "data:"}
FOREIGN = re.compile(
    r"<(?:script|img|iframe|link|source|video|audio|object)\b[^<>]*?"
    r"(?:src|srcset|href|data)=\"(?:https?:)?//(?!localhost|testserver)[^\"<>]*\"[^<>]*>"
)


@keeps("cookie.third-party", Evidence.TESTED)
def no_other_company_sets_a_cookie() -> str:
    """No module declares such a cookie today, so none may be possible on any kind of page."""
    for cookie in cookies.values():
        require(cookie.essential, f"{cookie.name} is not needed and asks nobody.")
    merchant = fixtures.shop()
    mark = fixtures.known_person(merchant)
    office, visit = fixtures.office_of(merchant), fixtures.visit_of(merchant, mark.email)
    pages: list[tuple[str, Client]] = [
        *((url, Client()) for url in ("/", "/privacy/", "/promises/", "/accounts/login/")),
        *((url, Client()) for url in (shop_address(merchant), f"/privacy/{merchant.handle}/")),
        ("/privacy/visit/", visit),
        *((reverse(entry.url_name, args=[merchant.handle]), office) for entry in navigation),
    ]
    for url, browser in pages:
        answer = browser.get(url)
        require(answer.status_code == 200, f"{url} answers {answer.status_code}.")
        _own_sources_only(url, answer.headers.get("Content-Security-Policy", ""))
        found = FOREIGN.search(_without_canonical(fixtures.text_of(answer)))
        require(not found, f"{url} fetches from elsewhere: {found[0] if found else ''}")
        for name, morsel in answer.cookies.items():
            require(not morsel["domain"], f"{url} sets {name} for another host.")
    return f"{len(pages)} kinds of pages fetch nothing from elsewhere, and their policy forbids it."


def _own_sources_only(url: str, policy: str) -> None:
    said = {
        directive: set(sources)
        for directive, *sources in (part.split() for part in policy.split(";") if part.strip())
    }
    require("default-src" in said, f"{url} has no policy of its sources.")
    for directive in FETCHED & set(said):
        foreign = sorted(said[directive] - OWN)
        require(not foreign, f"{url} may fetch from {', '.join(foreign)} ({directive}).")


def _without_canonical(page: str) -> str:
    """Addresses that a page only names: its own, for search engines."""
    return re.sub(r"<link[^<>]*rel=\"(?:canonical|alternate)\"[^<>]*>", "", page)

"""What a page does in a browser: cookies and their lives, storage, whom it fetches from; and without cookies."""

import re
import shutil
from html.parser import HTMLParser
from importlib.util import find_spec
from typing import override
from urllib.parse import urlsplit

import httpx

from tradepost.assurance.inventory import signed_off
from tradepost.assurance.whole.browser import CookieSeen
from tradepost.assurance.whole.doors.shop import SKU
from tradepost.assurance.whole.oracles.places import marks_in
from tradepost.assurance.whole.story import SIX, Story
from tradepost.assurance.whole.types import OracleReport
from tradepost.modules.shop_address import shop_address

_FETCHING = frozenset(
    {"script", "img", "iframe", "source", "video", "audio", "embed", "object", "link"}
)
_NAMING = frozenset({"src", "href", "srcset", "data", "poster"})
_LASTING = re.compile(r"max-age=(\d+)", re.IGNORECASE)
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
# The longest that a cookie of ours may live, where it does not die with the browser.
_PORTAL_SECONDS = 1800


def pages_oracle(story: Story) -> OracleReport:
    broken: list[str] = []
    paths = _public_pages(story)
    modes: dict[str, dict[str, str]] = {
        "": {},
        " under DNT": {"DNT": "1"},
        " under GPC": {"Sec-GPC": "1"},
    }
    for mode, headers in modes.items():
        browser = story.house.browser(**headers, **{"X-Forwarded-For": SIX})
        for name, path in paths.items():
            answer = browser.follow(browser.get(path))
            broken += [f"{name}{mode}: {one}" for one in _wrong_with(story, answer)]
        broken += [f"{one}{mode}" for one in _wrong_cookies(browser.seen)]
    everybody = [one for browser in story.browsers.values() for one in browser.seen]
    broken += _wrong_cookies(everybody)
    broken += _handlers(story) + _without_cookies(story)
    in_browser = _in_chromium(story, paths, broken)
    return OracleReport(
        oracle="pages",
        promises=("cookie.registry", "cookie.third-party", "cookie.admin-session", "choice.dnt",
                  "collect.logs-without-identity"),
        evidence=f"{len(paths)} public pages as visitor, with a cart, in the checkout, after ordering and in "
        f"the portal, plain, under DNT and under GPC{in_browser}.",
        broken=sorted(set(broken)),
        counts={"pages": len(paths)},
    )  # fmt: skip


def _public_pages(story: Story) -> dict[str, str]:
    shop, visitor = shop_address(story.shop), story.house.browser()
    cart = visitor.follow(visitor.get(f"/buy/{story.handle}/{SKU}")).url.path
    fixed = ("/", "/privacy/", "/promises/", "/privacy/processing-agreement/", "/accounts/login/",
             "/accounts/signup/", "/accounts/password/reset/", "/privacy/my-data/", shop, f"{shop}all/",
             f"{shop}search/?q=belt", f"{shop}product/belt/", f"{shop}about/terms/", "/robots.txt",
             f"/privacy/{story.handle}/", f"/privacy/{story.handle}/my-data/", "/nowhere/")  # fmt: skip
    open_cart = {"cart": cart, "checkout": cart.replace("/cart/", "/checkout/")}
    return (
        {path: path for path in fixed}
        | open_cart
        | {name: path for name, path in story.pages.items() if not path.startswith("/office/")}
    )


def _wrong_with(story: Story, answer: httpx.Response) -> list[str]:
    """Fetches from elsewhere, allows to, or fails."""
    own = urlsplit(story.house.url).netloc
    wrong = [
        f"fetches from {urlsplit(address).netloc}"
        for address in _fetched_by(answer.text)
        if urlsplit(address).netloc not in {"", own}
    ]
    policy = answer.headers.get("Content-Security-Policy", "")
    if "html" in answer.headers.get("Content-Type", ""):
        if "default-src" not in policy:
            wrong.append("has no Content-Security-Policy")
        wrong += [f"its policy allows {one}" for one in _allowed_by(policy) if own not in one]
    if answer.status_code >= 500:
        wrong.append(f"answers {answer.status_code}")
    return wrong


class _Fetching(HTMLParser):
    """Addresses that a browser asks for by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _FETCHING:
            self.addresses += [value for name, value in attrs if name in _NAMING and value]


def _fetched_by(page: str) -> list[str]:
    reader = _Fetching()
    reader.feed(page)
    return reader.addresses


def _allowed_by(policy: str) -> list[str]:
    """Hosts of all directives but the one for forms, which lead away only when somebody presses."""
    parts = [part for part in policy.split(";") if not part.strip().startswith("form-action")]
    return [word for part in parts for word in part.split() if "://" in word]


def _wrong_cookies(seen: list[CookieSeen]) -> list[str]:
    declared = signed_off()["cookies"]
    wrong = []
    for one in seen:
        lasting = _LASTING.search(one.header)
        life = int(lasting[1]) if lasting else 0
        allowed = _PORTAL_SECONDS if one.name == "tradepost_portal" else 0
        if one.name not in declared:
            wrong.append(f"{one.path} sets {one.name}, which nobody signed off")
        elif life > allowed:
            wrong.append(f"{one.path} sets {one.name} for {life} seconds")
    return wrong


def _handlers(story: Story) -> list[str]:
    """Pixel, links and the page to leave, which answer in front of Django: no cookie at all."""
    mails = [mail for mail in story.house.mails if mail.recipient == story.email]
    paths = {path for mail in mails for path in re.findall(r"/[ocu]/[\w.-]+", mail.html)}
    wrong = []
    for path in sorted(paths):
        browser = story.house.browser(**{"X-Forwarded-For": SIX})
        browser.get(path)
        wrong += [f"{one.path[:3]}… sets {one.header[:60]}" for one in browser.seen]
    return wrong if paths else ["no letter held a pixel or a link"]


def _without_cookies(story: Story) -> list[str]:
    """A shop that sells to somebody whose browser keeps none."""
    browser = story.house.browser(**{"X-Forwarded-For": SIX})
    answer = browser.get(f"/buy/{story.handle}/{SKU}")
    browser.client.cookies.clear()
    cart = browser.follow(answer)
    browser.client.cookies.clear()
    page = browser.get(cart.url.path.replace("/cart/", "/checkout/"))
    return (
        []
        if page.status_code == 200
        else [f"without cookies the checkout answers {page.status_code}"]
    )


def _in_chromium(story: Story, paths: dict[str, str], broken: list[str]) -> str:
    """In a real browser, where there is one: requests to others, what scripts leave behind."""
    program = next(filter(None, map(shutil.which, _CHROMIUM)), None)
    if program is None or find_spec("playwright") is None:
        return ""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  only where it is installed

    keys = signed_off()["storage_keys"]
    own = urlsplit(story.house.url).netloc
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
    with sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=program, args=flags)
        page = chromium.new_page(extra_http_headers={"X-Forwarded-For": SIX})
        page.on("request", lambda request: _note(broken, own, page.url, request.url))
        for name, path in paths.items():
            page.goto(story.house.url + path, wait_until="load", timeout=20_000)
            left = page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
            broken += [f"{name} leaves {key} in the browser" for key in left if key not in keys]
            held = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
            if marks_in(held.encode(), story.marks.pattern) & story.marks.of("p"):
                broken.append(f"{name} leaves the person's words in the browser")
        chromium.close()
    return ", also in Chromium"


def _note(broken: list[str], own: str, page: str, address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme in {"http", "https"} and parts.netloc != own:
        broken.append(f"{urlsplit(page).path} asks {parts.netloc} for something")

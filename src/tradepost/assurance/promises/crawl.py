"""Follows the links of pages as a visitor does, and remembers what each page leads to."""

import html
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.test import Client
from django.urls import Resolver404, resolve

from tradepost.assurance.promises.fixtures import text_of

NOWHERE = "nowhere"
_LEADS_TO = re.compile(
    r"\b(?P<kind>href|src|data-hx-get|action|formaction|data-hx-post)=\"(?P<to>[^\"<>]{1,2000})\""
)
_IN_FORMS = {"action", "formaction", "data-hx-post"}
_PAPERS = {"paper", "pdf"}
_NOT_FOLLOWED = {"account_logout", "assurance:prove", NOWHERE}


@dataclass(frozen=True)
class Visit:
    """What a page answered, and the addresses in its links and forms, each with its name."""

    status: int
    links: dict[str, str] = field(default_factory=dict)
    forms: dict[str, str] = field(default_factory=dict)


def crawl(browser: Client, starts: Iterable[str], *, of_a_kind: int = 2) -> dict[str, Visit]:
    """Address → visit. Of pages with the same name so many are visited, the first that are found.

    Papers, which take seconds to set and lead nowhere, are found and not visited.
    """
    visits: dict[str, Visit] = {}
    seen: Counter[str] = Counter()
    waiting = list(starts)
    while waiting:
        url = waiting.pop(0)
        if url in visits:
            continue
        visit = visits[url] = look_at(browser, url)
        for link, name in visit.links.items():
            is_open = name not in _NOT_FOLLOWED and not is_paper(name)
            if is_open and seen[name] < of_a_kind and link not in visits:
                seen[name] += link not in waiting
                waiting.append(link)
    return visits


def look_at(browser: Client, url: str) -> Visit:
    answer = browser.get(url)
    if "text/html" not in answer.headers.get("Content-Type", ""):
        return Visit(answer.status_code)
    links: dict[str, str] = {}
    forms: dict[str, str] = {}
    for found in _LEADS_TO.finditer(text_of(answer)):
        path = _own_address(url, html.unescape(found["to"]))
        if path:
            (forms if found["kind"] in _IN_FORMS else links)[path] = name_of(path)
    return Visit(answer.status_code, links, forms)


def is_paper(name: str) -> bool:
    """Whether the address of this name answers with a PDF."""
    return not _PAPERS.isdisjoint(re.split("[:_-]", name))


def name_of(url: str) -> str:
    """The name among the addresses, as ``reverse`` takes it."""
    try:
        return resolve(urlsplit(url).path).view_name or NOWHERE
    except Resolver404:
        return NOWHERE


def _own_address(page: str, to: str) -> str:
    """Path and query; empty for what leads out of the installation or into a file of the layout."""
    own = urlsplit(settings.TRADEPOST.base_url).netloc
    there = urlsplit(urljoin(page, to))
    if there.scheme not in {"", "http", "https"} or there.netloc not in {"", "testserver", own}:
        return ""
    if there.path.startswith((settings.STATIC_URL, settings.MEDIA_URL)):
        return ""
    return f"{there.path}?{there.query}" if there.query else there.path

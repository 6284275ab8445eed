"""A visitor over real HTTP, with cookies of its own: opens pages, fills in their forms, sends them."""

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

import httpx

from tradepost.assurance.whole.page_forms import PageForm, forms_of

_TLS = ssl.create_default_context()  # made once: it reads every certificate of the machine
_FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
Fields = Mapping[str, str | list[str]]
Files = dict[str, tuple[str, bytes]]


class NoSuchForm(LookupError):
    """The page has no form with that field; the text names both."""


@dataclass(frozen=True)
class CookieSeen:
    """As an answer set it; ``life`` in seconds, None until the browser ends."""

    name: str
    header: str
    path: str


class Browser:
    """``network``: the address that the visitor comes from. ``seen`` collects every cookie that was set, ``failed`` every
    answer that was an error of the program."""

    def __init__(self, base: str, headers: dict[str, str], visited: set[str]) -> None:
        said = {
            "User-Agent": _FIREFOX,
            "X-Forwarded-For": "203.0.113.77",
            "Accept-Language": "en",
        } | headers
        self.client = httpx.Client(
            base_url=base, headers=said, timeout=60, trust_env=False, verify=_TLS
        )
        self._visited = visited
        self.base, self.seen, self.failed = base, list[CookieSeen](), list[str]()

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self._noted(self.client.get(path, headers=headers))

    def post(self, path: str, data: Fields, files: Files | None = None) -> httpx.Response:
        """As a form of one's own page is sent, with its secret."""
        token = self.client.cookies.get("csrftoken") or ""
        headers = {"Referer": urljoin(self.base, path), "Origin": self.base}
        return self._noted(
            self.client.post(
                path, data={"csrfmiddlewaretoken": token, **data}, files=files, headers=headers
            )
        )

    def follow(self, answer: httpx.Response) -> httpx.Response:
        """The page that a redirect of the same site leads to at last."""
        while answer.is_redirect:
            answer = self.get(urljoin(str(answer.url), answer.headers["Location"]))
        return answer

    def submit(
        self,
        path: str,
        field: str,
        typed: Fields,
        files: Files | None = None,
        *,
        read_seconds: float = 0,
    ) -> httpx.Response:
        """Open the page, find the form that has the field, send it with what is typed after a while.

        Raises: NoSuchForm.
        """
        page = self.follow(self.get(path))
        form = form_with(page.text, field)
        if form is None:
            raise NoSuchForm(f"{path} ({page.status_code}) has no form with {field}")
        time.sleep(read_seconds)
        target = urljoin(str(page.url), form.action) if form.action else str(page.url)
        return self.post(target, {**form.filled(), **typed}, files)

    def _noted(self, answer: httpx.Response) -> httpx.Response:
        self._visited.add(answer.url.path)
        for header in answer.headers.get_list("Set-Cookie"):
            name = header.partition("=")[0]
            self.seen.append(CookieSeen(name, header, answer.url.path))
        if answer.status_code >= 500:
            self.failed.append(f"{answer.request.method} {answer.url.path}: {answer.status_code}")
        return answer


def form_with(page: str, field: str) -> PageForm | None:
    """The first form to be sent by POST that knows the field, or is sent to an address that ends in it."""
    for form in forms_of(page):
        known = field in form.values or field in form.offered or form.action.endswith(field)
        if form.method == "post" and known:
            return form
    return None

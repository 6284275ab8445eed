"""Who gets through where: every address with real row ids × every role, a rival, a stranger; the API × tokens.

What is allowed is read from the inventory that was signed off, never from the running code.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import httpx
from django.urls import Resolver404, resolve

from tradepost.assurance.inventory import Inventory, signed_off
from tradepost.assurance.whole.browser import Browser
from tradepost.assurance.whole.oracles.places import marks_in
from tradepost.assurance.whole.page_forms import forms_of
from tradepost.assurance.whole.story import OWNER, RIVAL, Story
from tradepost.assurance.whole.types import OracleReport
from tradepost.audience.models import ContactExport, Segment
from tradepost.campaigns.models import Picture
from tradepost.catalog.models import Category, TaxRate
from tradepost.datamap.columns.opaque_id import PublicIdMixin
from tradepost.holds.models import RecordHold
from tradepost.jobs.models import Job
from tradepost.merchants.models import Invitation
from tradepost.payments.models import Refund

_LINK = re.compile(r'(?:href|action|hx-get|hx-post)="(/office/[^"#]*)"')
# Rows that no page names once they are there.
_ROWS: dict[str, type[PublicIdMixin]] = {
    "category_id": Category,
    "export_id": ContactExport,
    "hold_id": RecordHold,
    "invitation_id": Invitation,
    "job_id": Job,
    "picture_id": Picture,
    "rate_id": TaxRate,
    "refund_id": Refund,
    "segment_id": Segment,
}
_ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
_MOST_PAGES = 400
# What one member asked the operator: of no colleague, whatever they hold.
_OF_ONE_MEMBER = "/office/<slug:handle>/help/<str:conversation_id>/"
# Shown to more than may send it; what is sent is settled inside.
_ENDS = ("close", "logout")


@dataclass
class _Asked:
    story: Story
    inventory: Inventory
    broken: list[str] = field(default_factory=list)
    calls: int = 0
    browsers: dict[str, Browser] = field(default_factory=dict)  # by the token that they show

    def holds(self, role: str, permission: str) -> bool:
        held = self.inventory["roles"].get(role, [])
        return isinstance(held, list) and permission in held


def routes_oracle(story: Story) -> OracleReport:
    asked = _Asked(story, signed_off())
    led_to = _addresses(story)
    addresses = _made_up(asked.inventory, led_to) | led_to
    for route, path in sorted(addresses.items()):
        _ask_office(asked, route, path, shown=route in led_to)
    operations = _ask_api(asked)
    known = [route for route in asked.inventory["routes"] if route.startswith("/office/<")]
    missing = [route for route in known if route not in addresses]
    return OracleReport(
        oracle="routes",
        promises=("access.need-to-know", "access.merchant-only"),
        evidence=f"{len(addresses)} addresses of the office and {operations} operations of the API were "
        f"called {asked.calls} times by roles, a rival, strangers and tokens; {len(missing)} of "
        f"{len(known)} addresses were not reached.",
        broken=asked.broken,
        counts={"routes": len(addresses) + operations, "calls": asked.calls},
    )


def _addresses(story: Story) -> dict[str, str]:
    """Route → one address of it that the owner's pages lead to."""
    owner, found = story.browsers[OWNER], dict[str, str]()
    ahead, seen = [story.office()], {story.office()}
    while ahead and len(seen) < _MOST_PAGES:
        path = ahead.pop(0)
        route = _route_of(path)
        if not route.startswith("/office/<") or route in found:
            continue
        found[route] = path
        answer = owner.get(path)
        if "html" not in answer.headers.get("Content-Type", ""):
            continue
        links = [urljoin(path, one) for one in _LINK.findall(answer.text)]
        links += [urljoin(path, form.action) for form in forms_of(answer.text) if form.action]
        for one in links:
            plain = urlsplit(one.replace("&amp;", "&")).path
            if plain.startswith(story.office()) and plain not in seen:
                seen.add(plain)
                ahead.append(plain)
    return found


def _made_up(inventory: Inventory, known: dict[str, str]) -> dict[str, str]:
    """Addresses that no page leads to now, with the row ids of those that are known."""
    rows: dict[str, str] = {}
    for path in known.values():
        rows |= {name: str(value) for name, value in resolve(path).kwargs.items()}
    for name, model in _ROWS.items():
        if row := model._base_manager.order_by("pk").last():
            rows.setdefault(name, row.public_id)
    made = {}
    for route in inventory["routes"]:
        names = _ARGUMENT.findall(route)
        if route.startswith("/office/<") and rows.keys() >= set(names):
            made[route] = _ARGUMENT.sub(lambda found: rows[found[1]], route)
    return made


def _route_of(path: str) -> str:
    try:
        return "/" + resolve(path).route
    except Resolver404:
        return ""


def _ask_office(asked: _Asked, route: str, path: str, *, shown: bool) -> None:
    """Shown and sent: a page that is only sent answers 405 to the first."""
    story = asked.story
    said = str(asked.inventory["routes"].get(route, ""))
    if not said.startswith("permission "):
        asked.broken.append(f"{route} is not in the inventory as guarded: {said or 'unknown'}")
        return
    permission = said.removeprefix("permission ")
    callers: list[tuple[str, Browser, set[int]]] = [
        ("a stranger", story.house.browser(), {302, 403}),
        ("a rival", story.browsers[RIVAL], {404}),
    ]
    team = [role for role in asked.inventory["roles"] if role in story.browsers]
    callers += [(r, story.browsers[r], {403}) for r in team if not asked.holds(r, permission)]
    is_personal = route.startswith(_OF_ONE_MEMBER)
    if is_personal:
        callers += [(r, story.browsers[r], {404}) for r in team if asked.holds(r, permission)]
    for name, browser, wanted in callers:
        for method, answer in _both(browser, path):
            asked.calls += 1
            _judge(asked, f"{method} {route} ({permission}) as {name}", answer, wanted)
    for role in team:
        if shown and not is_personal and asked.holds(role, permission):
            asked.calls += 1
            status = story.browsers[role].get(path).status_code
            if status in {403, 404, 500}:
                asked.broken.append(f"GET {route} as {role}, who may: {status}")


def _both(browser: Browser, path: str) -> Iterator[tuple[str, httpx.Response]]:
    yield "GET", browser.get(path)
    if not path.rstrip("/").endswith(_ENDS):
        yield "POST", browser.post(path, {})


def _judge(asked: _Asked, call: str, answer: httpx.Response, wanted: set[int]) -> None:
    leads_to_sign_in = "/accounts/login/" in answer.headers.get("Location", "")
    refused = answer.status_code in wanted | {405}
    if answer.status_code == 302 and not leads_to_sign_in:
        refused = False
    if not refused:
        asked.broken.append(f"{call}: {answer.status_code}")
    if told := marks_in(answer.content, asked.story.marks.pattern) & asked.story.marks.of("p"):
        asked.broken.append(f"{call} tells {len(told)} things of the person")


# The API


def _ask_api(asked: _Asked) -> int:
    story, known = asked.story, dict[str, str]()
    document = story.house.browser().get("/api/v1/openapi.json").json()
    operations = [
        (
            method.upper(),
            path,
            str(asked.inventory["routes"].get(f"{method.upper()} {_as_route(path)}", "")),
        )
        for path, methods in document["paths"].items()
        for method in methods
    ]
    for method, path, said in operations:
        own = _with_ids(story, path, known)
        scope = said.removeprefix("scope ")
        if not said.startswith("scope ") or scope == "none":
            asked.broken.append(f"{method} {path} is not in the inventory with a scope")
            continue
        call = _Call(method, path, own)
        _call_as(asked, call, "nobody", "", {401})
        _call_as(asked, call, "a made-up token", "tp_made-up", {401})
        foreign = {404, 422} if own != path else set(range(200, 500))
        _call_as(asked, call, "a rival's token", story.tokens[f"{RIVAL} all"], foreign)
        for name, token in story.tokens.items():
            who, _, held = name.partition(" ")
            if who == OWNER and held not in {scope, "all"}:
                _call_as(asked, call, f"a token for {held}", token, {403})
    return len(operations)


def _as_route(path: str) -> str:
    return re.sub(r"{(\w+)}", r"<\1>", path)


@dataclass(frozen=True)
class _Call:
    method: str
    operation: str
    path: str


def _call_as(asked: _Asked, call: _Call, who: str, token: str, wanted: set[int]) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    browser = asked.browsers.setdefault(token, asked.story.house.browser(**headers))
    body = "{}" if call.method != "GET" else None
    answer = browser.client.request(
        call.method, call.path, content=body, headers={"Content-Type": "application/json"}
    )
    asked.calls += 1
    said = f"{call.method} {call.operation} with {who}"
    if answer.status_code not in wanted:
        asked.broken.append(f"{said}: {answer.status_code}")
    if told := marks_in(answer.content, asked.story.marks.pattern) & asked.story.marks.of("p"):
        asked.broken.append(f"{said} tells {len(told)} things of the person")


def _with_ids(story: Story, path: str, known: dict[str, str]) -> str:
    """``{order_id}`` filled with the first row that the owner's own token lists."""
    client = story.house.browser(Authorization=f"Bearer {story.tokens[f'{OWNER} all']}")
    for name in re.findall(r"{(\w+)}", path):
        if name not in known:
            listed = client.get(f"/api/v1/{name.removesuffix('_id')}s")
            found = re.search(r'"id": ?"([a-z2-7]{26})"', listed.text)
            known[name] = found[1] if found else "a" * 26
        path = path.replace(f"{{{name}}}", known[name])
    return path

"""What checks need to play out a promise: a shop, its owner, a person, a visit. All rolled back."""

import re
import secrets
from collections.abc import Iterator

from django.http import HttpResponseBase, StreamingHttpResponse
from django.test import Client
from django_scopes import scope, scopes_disabled

from tradepost.assurance.entrances.registry import Mark, doors, staff_of
from tradepost.audit.types import PERSON, Actor
from tradepost.datamap.promises import require
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Subject
from tradepost.delivery.models import Mail
from tradepost.identity.models import User
from tradepost.identity.probe import has_just_confirmed
from tradepost.lib import clock
from tradepost.merchants.actions.tokens import create_token
from tradepost.merchants.models import Membership, Merchant
from tradepost.merchants.types import Role
from tradepost.modules.team import scopes
from tradepost.notice.models import PromiseResult
from tradepost.notice.types import PromiseState
from tradepost.rights.actions.portal import ask_for_link, send_link
from tradepost.rights.actions.rights import log_request
from tradepost.rights.models import PortalPass, RightsRequest
from tradepost.rights.types import Channel, Right

NOTE = "I moved from Lisbon to Porto."


def mark() -> str:
    """A word that is nowhere else."""
    return f"zq{secrets.token_hex(6)}"


def shop(name: str = "") -> Merchant:
    word = name or mark()
    return Merchant.objects.create(
        name=word.title(),
        handle=word,
        contact_email=f"contact@{word}.example",
        country="DE",
        website=f"https://{word}.example",
    )


def owner_of(merchant: Merchant) -> User:
    """Made once for each shop."""
    address = f"owner@{merchant.handle}.example"
    user, is_new = User.objects.get_or_create(email=address, defaults={"name": "Owner"})
    if is_new:
        Membership.objects.create(merchant=merchant, user=user, role=Role.OWNER)
    return user


def office_of(merchant: Merchant) -> Client:
    """A browser with the owner signed in."""
    return browser_of(owner_of(merchant))


def browser_of(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return has_just_confirmed(browser)


def person(merchant: Merchant, word: str = "") -> SubjectRef:
    """Somebody about whom the shop holds something: a letter with a request."""
    ref = SubjectRef(Subject.CUSTOMER, f"{word or mark()}@people.example", merchant.pk)
    log_request(ref=ref, right=Right.ACCESS, channel=Channel.LETTER, note=NOTE, by=PERSON)
    return ref


def known_person(merchant: Merchant) -> Mark:
    """Somebody who ordered, subscribed and wrote, each through a real door of the house."""
    known = Mark(mark())
    for name in ("guest checkout", "opt-in form", "letter"):
        doors[name].let_in(merchant, known)
    return known


def text_of(answer: HttpResponseBase) -> str:
    if isinstance(answer, StreamingHttpResponse):
        return b"".join(answer).decode(errors="replace")
    return bytes(getattr(answer, "content", b"")).decode(errors="replace")


def api_calls(merchant: Merchant) -> Iterator[tuple[str, str]]:
    """Every list that the API gives out, with a token that may read everything."""
    with scope(merchant=merchant):
        _row, token = create_token(
            merchant=merchant, by=Actor.user(staff_of(merchant)), name="check", scopes=list(scopes)
        )
    document = Client().get("/api/v1/openapi.json").json()
    for path, operations in document["paths"].items():
        asked = [one for one in operations.get("get", {}).get("parameters", ()) if one["required"]]
        if "get" in operations and "{" not in path and not asked:
            yield path, token


def letter_of(ref: SubjectRef) -> RightsRequest:
    with scopes_disabled():
        return RightsRequest.objects.filter(email=ref.email, channel=Channel.LETTER).earliest("pk")


def mails_to(email: str) -> list[Mail]:
    with scopes_disabled():
        return list(Mail.objects.filter(address=email).order_by("pk"))


def mailed_link(merchant: Merchant | None, email: str) -> str:
    """Ask for a link and read it in the mail, as the person would."""
    ask_for_link(merchant=merchant, email=email, language="en")
    with scopes_disabled():
        for number in PortalPass.objects.filter(handled_at=None).values_list("pk", flat=True):
            send_link.call(number)
    found = [re.search(r"(/privacy/link/\S+/)", mail.text) for mail in mails_to(email)]
    links = [match[1] for match in found if match]
    require(links, "No link into the portal was mailed.")
    return links[-1]


def visit_of(merchant: Merchant | None, email: str) -> Client:
    """A browser inside a running visit."""
    browser = Client()
    browser.post(mailed_link(merchant, email))
    return browser


def page(url: str, browser: Client | None = None) -> str:
    """The page as text. Raises: Broken, unless it is there."""
    response = (browser or Client()).get(url)
    require(response.status_code == 200, f"{url} answers {response.status_code}.")
    return response.content.decode()


def published(promise: str) -> None:
    """As if the promise had just been checked, so that the notice carries its sentence."""
    PromiseResult.objects.filter(promise=promise).delete()
    PromiseResult.objects.create(
        promise=promise,
        check_name="",
        evidence_class="tested",
        state=PromiseState.KEPT,
        evidence="played",
        at=clock.now(),
    )

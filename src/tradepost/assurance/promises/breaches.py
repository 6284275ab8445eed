"""The breach desk, played through in drills with the clock turned: pages in, rows and mails out."""

import re
from datetime import datetime, timedelta

from django.test import Client
from django_scopes import scope, scopes_disabled

from tradepost.assurance.entrances.registry import staff_of
from tradepost.assurance.promises import fixtures
from tradepost.audit.types import Actor
from tradepost.breaches.actions.remind import remind_all
from tradepost.breaches.models import Affected, Incident
from tradepost.breaches.queries import late_incidents
from tradepost.datamap.promises import Evidence, keeps, require
from tradepost.delivery.models import Mail
from tradepost.jobs.models import Job
from tradepost.jobs.runner import run_job
from tradepost.lib import clock
from tradepost.merchants.actions.tokens import create_token
from tradepost.merchants.models import Merchant
from tradepost.modules.team import scopes

_HOURS = 72  # what Art. 33(1) GDPR says; the product's own figure is what is looked at


class _Desk:
    """A shop's breach desk, used at a browser; jobs are run as the worker would."""

    def __init__(self, merchant: Merchant) -> None:
        self.merchant = merchant
        self._browser = fixtures.browser_of(staff_of(merchant))
        self._root = f"/office/{merchant.handle}/privacy/incidents/"
        self._page = ""

    def record(self, known_at: datetime, *, drill: bool = False) -> None:
        said = {"title": fixtures.mark(), "known_at": f"{known_at:%Y-%m-%dT%H:%M}"}
        answer = self._browser.post(
            f"{self._root}new/", said | ({"is_drill": "on"} if drill else {})
        )
        require(answer.status_code == 302, f"Recording an incident answers {answer.status_code}.")
        self._page = answer.headers["Location"]

    def freeze(self, began: datetime, ended: datetime, **reached: list[str]) -> None:
        span = {"began": f"{began:%Y-%m-%dT%H:%M}", "ended": f"{ended:%Y-%m-%dT%H:%M}"}
        answer = self._browser.post(f"{self._page}scope/", {**span, **reached})
        require(answer.status_code == 302, "The scope is refused.")
        self._work("freeze")

    def write(self, words: str) -> None:
        self._browser.post(f"{self._page}facts/", {"title": "x", "words": words})
        self._work("send")

    def _work(self, part: str) -> None:
        with scopes_disabled():
            before = set(Job.objects.values_list("pk", flat=True))
            self._browser.post(f"{self._page}{part}/")
            for number in Job.objects.exclude(pk__in=before).values_list("pk", flat=True):
                run_job.call(number)

    @property
    def incident(self) -> Incident:
        with scopes_disabled():
            return Incident.objects.filter(merchant=self.merchant).latest("pk")

    def listed(self) -> set[str]:
        shown = fixtures.page(f"{self._page}people/", self._browser)
        words = re.split(r'[\s<>"]', shown)
        found = {word for word in words if "@" in word and word.endswith(".example")}
        return found - {staff_of(self.merchant).email}


@keeps("breach.clock", Evidence.TESTED)
def a_breach_is_told_in_time() -> str:
    """An incident and a drill: when it is late, who is reminded, who gets a letter and reads it in the portal."""
    merchant, words = fixtures.shop(), fixtures.mark()
    people = [fixtures.person(merchant) for _ in range(2)]
    desk, now = _Desk(merchant), clock.now().replace(second=0, microsecond=0)
    desk.record(now - timedelta(hours=1), drill=True)
    desk.freeze(now - timedelta(days=1), now, tables=["rights.RightsRequest"])
    desk.write(words)
    require(not _letters(words), "A letter leaves in a drill.")
    desk.record(now - timedelta(hours=1))
    end = now - timedelta(hours=1) + timedelta(hours=_HOURS)
    with clock.at(end - timedelta(minutes=1)):
        require(not late_incidents(), "An incident is late before its time.")
        remind_all()
    reminded = Mail._base_manager.filter(
        template="breaches/reminder", address=merchant.contact_email
    )
    require(reminded.exists(), "Nobody is reminded a minute before the end.")
    with clock.at(end + timedelta(minutes=1)):
        require(late_incidents() == [desk.incident], "A late incident is not seen.")
    desk.freeze(now - timedelta(days=1), now, tables=["rights.RightsRequest"])
    for _again in range(2):
        desk.write(words)
    written = sorted(_letters(words))
    require(
        written == sorted(ref.email for ref in people), f"Letters went to {len(written)}, not 2."
    )
    for ref in people:
        page = fixtures.page("/privacy/visit/incidents/", fixtures.visit_of(merchant, ref.email))
        require(words in page, "A person does not read of it on the page of their own data.")
    return (
        f"Played through with the clock turned: late from {_HOURS} hours on, reminded before, two people got one "
        "letter each and read it in the portal; in a drill nobody got one."
    )


def _letters(words: str) -> list[str]:
    letters = Mail._base_manager.filter(template="breaches/told", text__contains=words)
    return list(letters.values_list("address", flat=True))


@keeps("breach.who", Evidence.TESTED)
def whom_a_program_read_is_on_the_list() -> str:
    """One of three contacts is read by a token over the API; nobody else is on the list, and none leaves it."""
    merchant = fixtures.shop()
    known = [fixtures.known_person(merchant) for _ in range(2)]
    with scope(merchant=merchant):
        by = Actor.user(staff_of(merchant))
        row, token = create_token(merchant=merchant, by=by, name="check", scopes=list(scopes))
    headers, stranger = {"authorization": f"Bearer {token}"}, fixtures.shop()
    fixtures.known_person(stranger)
    answer = Client().get(f"/api/v1/contacts?email={known[0].email}", headers=headers)
    require(len(answer.json()["items"]) == 1, "The token reads no contact; the check is blind.")
    desk, now = _Desk(merchant), clock.now()
    desk.record(now - timedelta(hours=1))
    span = (now - timedelta(hours=1), now + timedelta(minutes=2))
    desk.freeze(*span, actors=[f"token:{row.pk}"])
    require(
        desk.listed() == {known[0].email},
        f"On the list are {len(desk.listed())}, not the one read.",
    )
    desk.record(now - timedelta(hours=1))
    desk.freeze(*span, tables=["audience.Contact"])
    everybody = {one.email for one in known}
    require(
        desk.listed() == everybody, "Whole records do not give everybody in them, and nobody else."
    )
    with scopes_disabled():
        from_record = Affected.objects.filter(incident=desk.incident).count()
    require(from_record == len(everybody), "Somebody stands twice on the list.")
    return "Whom a program read over the API, and everybody in records that lay open, is on the list; nobody else."

"""A change of owner, announced by an owner through the office, until its date has passed."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from django.test import Client
from django_scopes import scopes_disabled

from tradepost.assurance.entrances.registry import Mark, doors, run_now
from tradepost.assurance.promises import fixtures
from tradepost.assurance.promises.uses import WaysOfUse
from tradepost.datamap.promises import Evidence, keeps, require
from tradepost.datamap.vocabulary import Purpose
from tradepost.jobs.models import Job
from tradepost.lib import clock
from tradepost.notice.actions.tell_people import TELLING
from tradepost.notice.actions.transition import carry_out_due
from tradepost.notice.models.notice import NOTICE_DAYS

REASON = "The founder retires."


@keeps("share.merger", Evidence.TESTED)
def told_for_thirty_days_before_any_data_moves() -> str:
    merchant = fixtures.shop()
    office = fixtures.office_of(merchant)
    owner = f"owner@{merchant.handle}.example"
    buyer = fixtures.known_person(merchant)
    only_bought = Mark(fixtures.mark())
    doors["guest checkout"].let_in(merchant, only_bought)
    new = fixtures.mark()
    said = {
        "new_name": new,
        "new_address": "1 Road",
        "new_email": f"office@{new}.example",
        "reason": REASON,
    }
    page = f"/office/{merchant.handle}/privacy/owner/announce/"
    date = (clock.now() + timedelta(days=NOTICE_DAYS)).date()
    hasty = (date - timedelta(days=1)).isoformat()
    require(office.post(page, {**said, "on": hasty}).status_code == 422, "29 days are accepted.")
    answer = office.post(page, {**said, "on": date.isoformat()})
    require(answer.status_code == 302, f"Announcing answers {answer.status_code}.")
    notice = f"/privacy/{merchant.handle}/"
    visit = fixtures.visit_of(merchant, buyer.email)
    for place, text in (
        ("the notice", fixtures.page(notice)),
        ("the door of the portal", fixtures.page(f"{notice}my-data/")),
        ("the portal", fixtures.page("/privacy/visit/", visit)),
    ):
        require(new in text and REASON in text, f"{place} is silent about a change of owner.")
    told = [mail for mail in fixtures.mails_to(owner) if new in mail.text]
    require(len(told) == 1, f"An account holder was told {len(told)} times.")
    _people_are_told((buyer.email, only_bought.email), new)
    _nobody_comes_in(office, merchant.handle, said["new_email"])
    visit.post("/privacy/visit/object/", {"purpose": Purpose.NEWSLETTERS.name})
    midnight = datetime.combine(date, time(), UTC)
    with clock.at(midnight - timedelta(minutes=1)):
        require(carry_out_due() == 0, "The data moves before the date.")
        require(f'"responsible">{new}' not in fixtures.page(notice), "It is carried out too early.")
    with clock.at(midnight + timedelta(minutes=1)):
        require(carry_out_due() == 1, "The date passes and nothing happens.")
        require(f'"responsible">{new}' in fixtures.page(notice), "The new owner is not named.")
    anew = WaysOfUse(merchant, buyer).put_in_anew()
    require(not anew, "An objection ends with a change of owner.")
    return "Told for 30 days on notice, portal and by mail; nobody got in before, an objection held after."


def _people_are_told(emails: Iterable[str], new: str) -> None:
    """Each once, also where the work runs twice."""
    with scopes_disabled():
        jobs = list(Job.objects.filter(kind=TELLING, state=Job.State.WAITING))
    for job in [*jobs, *jobs]:
        run_now(job)
    carry_out_due()
    for email in emails:
        told = [mail for mail in fixtures.mails_to(email) if new in mail.text]
        require(len(told) == 1, f"A subscriber or buyer was told {len(told)} times.")


def _nobody_comes_in(office: Client, handle: str, email: str) -> None:
    invite = f"/office/{handle}/settings/team/invite/"
    for address, role in ((email, "read_only"), ("other@people.example", "owner")):
        office.post(invite, {"email": address, "role": role})
        require(not fixtures.mails_to(address), f"{address} was invited as {role} before the date.")

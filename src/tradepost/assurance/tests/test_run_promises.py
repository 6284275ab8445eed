"""The runner: what is stored for kept, broken, crashing and attested promises."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from tradepost.assurance.actions import run_promises
from tradepost.assurance.actions.attest import attest, attestation_check
from tradepost.assurance.actions.run_promises import run_here, run_live, store_outcomes
from tradepost.assurance.checks import load_checks
from tradepost.datamap.promises import Broken, Evidence, keeps
from tradepost.identity.models import User
from tradepost.notice.models import Attestation, PromiseResult
from tradepost.notice.types import PromiseState

checks = load_checks()

pytestmark = pytest.mark.django_db
ID = "share.merger"


@pytest.fixture
def lonely(monkeypatch):
    """One promise whose only checks are those of the test."""
    monkeypatch.setitem(checks, ID, [])
    return ID


def result():
    return PromiseResult.objects.get(promise=ID, check_name="")


def test_a_kept_promise_is_stored_with_its_evidence(lonely):
    keeps(ID, Evidence.MONITORED)(lambda: "nothing moved")
    (row,) = run_live([ID])
    assert (row.state, row.evidence, row.evidence_class) == ("kept", "nothing moved", "monitored")
    assert result().commit


def test_one_broken_check_breaks_the_promise(lonely):
    def bad() -> str:
        raise Broken("data moved on Monday")

    keeps(ID, Evidence.TESTED)(lambda: "fine")
    keeps(ID, Evidence.TESTED)(bad)
    store_outcomes(run_here([ID], writing=True), [ID])
    assert result().state == PromiseState.BROKEN
    assert result().evidence == "data moved on Monday"


def test_a_crashing_check_breaks_the_promise_and_tells_no_values(lonely):
    def crash() -> str:
        raise ValueError("anna@example.org")

    keeps(ID, Evidence.MONITORED)(crash)
    run_live([ID])
    assert result().state == PromiseState.BROKEN
    assert "anna" not in result().evidence


def test_a_check_that_does_not_report_breaks_its_promise(lonely, monkeypatch):
    def crash(*said, **more):
        raise run_promises.ScratchFailed("killed")

    keeps(ID, Evidence.TESTED)(lambda: "never heard of")
    monkeypatch.setattr(run_promises, "scratch_instance", crash)
    (row,) = run_promises.run_promises([ID])
    assert row.state == PromiseState.BROKEN
    assert "did not report" in row.evidence


def test_results_of_checks_that_are_gone_go_too(lonely):
    keeps(ID, Evidence.MONITORED)(lambda: "first")
    run_live([ID])
    checks[ID].clear()
    store_outcomes([], [ID])
    assert PromiseResult.objects.filter(promise=ID).exclude(check_name="").count() == 0


def test_a_look_at_live_data_says_how_long_each_took_and_stores_nothing(lonely, capsys):
    keeps(ID, Evidence.MONITORED)(lambda: "nothing moved")
    keeps(ID, Evidence.TESTED)(lambda: "only in a scratch instance")
    call_command("promises", live=True, only=[ID])
    first, last = capsys.readouterr().out.splitlines()
    assert first.split(" s ")[1].split() == [ID, "kept", "nothing", "moved"]
    assert last.startswith("1 live checks in ")
    assert not PromiseResult.objects.exists()


def test_what_a_check_writes_is_rolled_back(lonely):
    def write() -> str:
        User.objects.create(email="written@example.org")
        return "written"

    keeps(ID, Evidence.TESTED)(write)
    run_here([ID], writing=True)
    assert not User.objects.filter(email="written@example.org").exists()


def test_a_promise_without_a_check_is_not_offered(lonely):
    store_outcomes([], [ID])
    assert result().state == PromiseState.NOT_OFFERED


def test_an_attestation_expires(lonely):
    attestation_check(ID)
    run_live([ID])
    assert result().state == PromiseState.EXPIRED
    attest(promise=ID, by_name="Ada", by_email="ada@example.org", statement="I saw it.")
    run_live([ID])
    assert result().state == PromiseState.KEPT
    past = timezone.now() - timedelta(days=400)
    Attestation.objects.update(given_at=past, expires_at=past + timedelta(days=365))
    run_live([ID])
    assert result().state == PromiseState.EXPIRED

import pytest

from tradepost.audit.actions import PersonalDataInRecord, UndeclaredAction, record
from tradepost.audit.models import Entry
from tradepost.audit.queries import first_broken_entry
from tradepost.audit.types import SYSTEM
from tradepost.datamap.registry import actions

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def declared(monkeypatch):
    monkeypatch.setitem(actions, "test.write", "wrote something")


def test_an_action_that_nobody_declared_is_refused_while_testing():
    with pytest.raises(UndeclaredAction):
        record(actor=SYSTEM, action="test.forgotten")
    assert not Entry.objects.exists()


def test_an_action_that_nobody_declared_is_recorded_as_it_is_in_production(settings, caplog):
    settings.UNDECLARED_ACTION_RAISES = False
    record(actor=SYSTEM, action="test.forgotten")
    assert Entry.objects.get().action == "test.forgotten"
    assert "test.forgotten" in caplog.text


def test_an_altered_entry_is_found():
    for number in range(5):
        record(actor=SYSTEM, action="test.write", detail={"number": number})
    assert first_broken_entry() is None
    third = Entry.objects.order_by("pk")[2]
    Entry.objects.filter(pk=third.pk).update(detail={"number": 99})
    assert first_broken_entry() == third


def test_a_removed_entry_is_missed_by_its_successor():
    for _ in range(3):
        record(actor=SYSTEM, action="test.write")
    second = Entry.objects.order_by("pk")[1]
    second.delete()
    assert first_broken_entry() is not None


def test_an_address_is_refused():
    with pytest.raises(PersonalDataInRecord):
        record(actor=SYSTEM, action="test.write", detail={"to": "anna@example.org"})

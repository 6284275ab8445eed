"""Every model on the data map, one by one: is a person in it found, shown, and really erased?"""

import pytest
from django.db.models import Field

from tests.promises.planting import Planter
from tradepost.assurance.byte_search import databases_holding
from tradepost.audit.types import SYSTEM
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Erase, Subject
from tradepost.rights.actions.erase import blank_of, erase_person
from tradepost.rights.graph import places
from tradepost.rights.queries import held_about

MARK = "zqeveryplace"


@pytest.fixture
def planted(merchant, request):
    subject = request.param
    email = f"{MARK}@people.example"
    ref = SubjectRef(subject, email, merchant.pk if subject is Subject.CUSTOMER else None)
    planter = Planter(merchant, ref, MARK)
    return ref, planter.plant()


both = pytest.mark.parametrize("planted", list(Subject), indirect=True)


def kept_columns() -> set[str]:
    return {
        f"{place.model._meta.db_table}.{place.model._meta.get_field(name).column}"
        for place in places()
        for name, said in place.fields.items()
        if said.erase is Erase.KEEP
    }


@both
@pytest.mark.django_db
def test_everything_planted_is_found_and_shown(planted):
    ref, chosen = planted
    shown = {group.id for group in held_about(ref)}
    assert {place.label for place in chosen} - shown == set()


@both
@pytest.mark.django_db
def test_only_what_the_map_keeps_is_left(planted):
    ref, _chosen = planted
    erase_person(ref=ref, by=SYSTEM)
    assert set(databases_holding(MARK)) - kept_columns() == set()


def test_every_emptied_field_can_be_emptied():
    for place in places():
        for name in place.emptied_fields():
            blank_of(place.model, name)


def test_data_of_customers_leads_to_a_merchant():
    lost = [
        place.label
        for place in places()
        if place.declaration.subject is Subject.CUSTOMER and not place.tenant
    ]
    assert lost == []


def has_index(model: type, name: str, together: str = "") -> bool:
    """The column begins an index, alone or after the merchant."""
    field = model._meta.get_field(name)
    assert isinstance(field, Field)
    if field.primary_key or field.unique or field.db_index:
        return True
    groups = [index.fields for index in model._meta.indexes if not index.condition]
    groups += [
        list(constraint.fields)
        for constraint in model._meta.constraints
        if hasattr(constraint, "fields") and getattr(constraint, "condition", None) is None
    ]
    return any(group[0] == name or group[:2] == ["merchant", name] for group in groups)


@pytest.mark.parametrize("place", places(), ids=lambda place: place.label)
def test_every_way_to_a_person_is_indexed(place):
    """Each step of ``locate``: the foreign key on the near side, the column at the far end."""
    model, steps = place.model, place.declaration.locate.split("__")
    for step in steps:
        assert has_index(model, step), f"{model._meta.label}.{step} has no index"
        field = model._meta.get_field(step)
        model = field.related_model or model

"""An erasure finds a person by indexes alone: it costs among a million people what it costs among a thousand.

A person is planted into every table of the data map, and erased, alone and beside another; the database explains each
statement that this took. None may read a table that grows with people, or all of a shop's rows in it.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.promises.planting import Planter
from tests.scale.explained import SQLITE, plan
from tradepost.audit.types import SYSTEM
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Subject
from tradepost.rights.actions.erase import erase_people, erase_person, held_now, preview
from tradepost.rights.actions.export import export
from tradepost.rights.graph import places

pytestmark = pytest.mark.django_db
# Beside the tables of the map: what an erasure writes, and what is found by a hash.
BESIDE = {
    "audit_entry", "certificates_certificate", "delivery_namedaddress", "rights_erasurerecord",
    "orders_customertotal",
}  # fmt: skip
# Rows of a shop that are few in any shop: mail whose addresses could not be listed.
FEW = ("incoming_unlisted",)
KINDS = ("SELECT", "UPDATE", "DELETE", "INSERT")


def growing():
    customers = [place for place in places() if place.declaration.subject is Subject.CUSTOMER]
    return BESIDE | {place.model._meta.db_table for place in customers}


def faults(statement, tables):
    for step in plan(statement):
        words = set(step.split())
        if not words & tables or words & set(FEW):
            continue
        newest_alone = "WHERE" not in statement and "LIMIT" in statement
        if step.startswith(("SCAN", "Seq Scan")) and not newest_alone:
            yield f"reads all rows: {step}"
        if SQLITE and step.endswith("(merchant_id=?)"):
            yield f"reads all rows of the shop: {step}"


@pytest.fixture
def person(in_scope):
    ref = SubjectRef(Subject.CUSTOMER, "vera@people.example", in_scope.pk)
    Planter(in_scope, ref, "mark").plant()
    return ref


def alone(ref):
    assert erase_person(ref=ref, by=SYSTEM).total >= 20


def beside_another(ref):
    other = SubjectRef(ref.subject, "otto@people.example", ref.merchant_id)
    assert erase_people(refs=[ref, other], by=SYSTEM).total >= 20


def looked_at(ref):
    assert preview(ref)
    held_now(ref)


def copied(ref):
    export(ref=ref, form="json")


@pytest.mark.parametrize("use", [alone, beside_another, looked_at, copied])
def test_no_statement_about_a_person_reads_a_table_that_grows(person, use):
    with CaptureQueriesContext(connection) as captured:
        use(person)
    statements = [query["sql"] for query in captured if query["sql"].startswith(KINDS)]
    tables = growing()
    wrong = [f"{fault}: {sql}" for sql in statements for fault in faults(sql, tables)]
    assert wrong == [], "\n".join(wrong)
    assert len(statements) > 25, "the person was looked for"


def test_a_table_without_the_index_is_noticed(person):
    found = list(faults("SELECT id FROM orders_order WHERE note = 'x'", growing()))
    assert found, "a walk through all orders"

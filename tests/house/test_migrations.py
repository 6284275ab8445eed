"""Old code runs on the next version's tables: machines are upgraded one after another, without a pause.

So a version only *expands* (new tables, new columns that may stay empty), and what no version reads any
more is taken away by a later one (*contract*). Each such step has a line in ``CONTRACTS``.
"""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

# Where the first release begins: installations before it are none.
BASELINE = frozenset(
    {
        "audience.0001_initial",
        "audit.0001_initial",
        "campaigns.0001_initial",
        "catalog.0001_initial",
        "catalog.0002_price_history",
        "checkout.0001_initial",
        "console.0001_initial",
        "delivery.0001_initial",
        "identity.0001_initial",
        "jobs.0001_initial",
        "merchants.0001_initial",
        "modules.0001_initial",
        "notice.0001_initial",
        "orders.0001_initial",
        "payments.0001_initial",
        "rights.0001_initial",
        "storefront.0001_initial",
    }
)
# "room.migration: what": since which version nobody needs it. Or why old code can bear it.
CONTRACTS: dict[str, str] = {}
_TAKING_AWAY = (migrations.RemoveField, migrations.DeleteModel)
_RENAMING = (migrations.RenameField, migrations.RenameModel, migrations.AlterModelTable)
_TIGHTENING = (migrations.AddConstraint, migrations.AlterUniqueTogether)
_BY_HAND = (migrations.RunPython, migrations.RunSQL)


def too_much(operation: Operation, room: str, before: ProjectState) -> Iterator[str]:
    """What code of the version before cannot live with."""
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        for inner in operation.database_operations:
            yield from too_much(inner, room, before)
    if isinstance(operation, _TAKING_AWAY):
        yield f"{operation.describe()}: old code still reads and writes it"
    if isinstance(operation, _RENAMING):
        yield f"{operation.describe()}: old code knows the old name"
    if isinstance(operation, _TIGHTENING):
        yield f"{operation.describe()}: old code may write what it forbids"
    if isinstance(operation, _BY_HAND):
        yield f"{operation.describe()}: nobody but a person knows whether old code bears it"
    if isinstance(operation, migrations.AddField) and not _may_be_left_out(operation.field):
        yield f"{operation.describe()}: old code does not fill it; give it null=True or db_default"
    if isinstance(operation, migrations.AlterField):
        yield from _narrower(
            operation, before.models[room, operation.model_name_lower].get_field(operation.name)
        )


def _may_be_left_out(field: models.Field) -> bool:
    return field.many_to_many or field.null or field.has_db_default() or field.generated


def _narrower(operation: migrations.AlterField, old: models.Field) -> Iterator[str]:
    new, what = operation.field, operation.describe()
    if old.db_type(connection) != new.db_type(connection) and not _is_longer(old, new):
        yield f"{what}: another type, or shorter: old code's values may not fit"
    if old.null and not new.null and not new.has_db_default():
        yield f"{what}: old code may leave it empty"
    if new.unique and not old.unique:
        yield f"{what}: old code may write the same twice"
    if old.has_db_default() and not new.has_db_default() and not new.null:
        yield f"{what}: old code counts on the database's default"


def _is_longer(old: models.Field, new: models.Field) -> bool:
    """Text that may be longer, or a number that may be larger."""
    wider = {
        ("SmallIntegerField", "IntegerField"), ("IntegerField", "BigIntegerField"),
        ("PositiveSmallIntegerField", "PositiveIntegerField"), ("CharField", "TextField"),
        ("PositiveIntegerField", "PositiveBigIntegerField"),
    }  # fmt: skip
    kinds = old.get_internal_type(), new.get_internal_type()
    if kinds == ("CharField", "CharField"):
        return (new.max_length or 10**9) >= (old.max_length or 10**9)
    return kinds in wider


def found() -> Iterator[str]:
    loader = MigrationLoader(None)
    for key, migration in sorted(loader.disk_migrations.items()):
        name = ".".join(key)
        if not apps.get_app_config(key[0]).name.startswith("tradepost.") or name in BASELINE:
            continue
        state = loader.project_state(key, at_end=False)
        for operation in migration.operations:
            yield from (f"{name}: {what}" for what in too_much(operation, key[0], state))
            operation.state_forwards(key[0], state)


def test_old_code_runs_on_the_tables_of_the_next_version():
    unexplained = [
        line for line in found() if not any(line.startswith(known) for known in CONTRACTS)
    ]
    assert unexplained == []


def test_no_line_is_left_of_a_migration_that_is_not_there():
    lines = list(found())
    assert [known for known in CONTRACTS if not any(line.startswith(known) for line in lines)] == []
    names = {".".join(key) for key in MigrationLoader(None).disk_migrations}
    assert names >= BASELINE, "the baseline names what there is not"


def state() -> ProjectState:
    made = ProjectState()
    fields = [
        ("id", models.AutoField(primary_key=True)),
        ("name", models.CharField(max_length=80, null=True)),
    ]
    migrations.CreateModel("Thing", fields).state_forwards("room", made)
    return made


@pytest.mark.parametrize(
    ("operation", "word"),
    [
        (migrations.RemoveField("thing", "name"), "still reads"),
        (migrations.DeleteModel("Thing"), "still reads"),
        (migrations.RenameField("thing", "name", "title"), "old name"),
        (migrations.RenameModel("Thing", "Item"), "old name"),
        (migrations.AddField("thing", "size", models.IntegerField(default=1)), "does not fill"),
        (migrations.AlterField("thing", "name", models.CharField(max_length=80)), "leave it empty"),
        (migrations.AlterField("thing", "name", models.CharField(max_length=20, null=True)), "shorter"),
        (migrations.AlterField("thing", "name", models.IntegerField(null=True)), "another type"),
        (migrations.AlterField("thing", "name", models.CharField(max_length=80, null=True, unique=True)), "twice"),
        (migrations.AddConstraint("thing", models.UniqueConstraint(fields=["name"], name="one")), "forbids"),
        (migrations.RunSQL("SELECT 1"), "person"),
        (migrations.SeparateDatabaseAndState([migrations.RemoveField("thing", "name")]), "still reads"),
    ],
)  # fmt: skip
def test_what_old_code_cannot_bear_is_found(operation, word):
    assert any(word in line for line in too_much(operation, "room", state()))


@pytest.mark.parametrize(
    "operation",
    [
        migrations.CreateModel("Other", [("id", models.AutoField(primary_key=True))]),
        migrations.AddField("thing", "size", models.IntegerField(null=True)),
        migrations.AddField("thing", "size", models.IntegerField(db_default=1)),
        migrations.AlterField("thing", "name", models.CharField(max_length=200, null=True)),
        migrations.AlterField("thing", "name", models.TextField(null=True)),
        migrations.AddIndex("thing", models.Index(fields=["name"], name="by_name")),
    ],
)
def test_what_only_expands_is_let_through(operation):
    assert list(too_much(operation, "room", state())) == []

"""Are the declarations true? A mark in a column that is "not personal" says no; so does a field no mark reached."""

from django.db.models import Model

from tradepost.assurance.whole.oracles.places import MarksFound
from tradepost.assurance.whole.story import SHOP, Story
from tradepost.assurance.whole.types import OracleReport
from tradepost.datamap.registry import (
    all_models,
    concrete_fields,
    declaration_of,
    personal_fields,
    stores,
)

# Personal fields that no door of the proof leads to, with the reason.
NOT_REACHED: dict[str, str] = {
    "audience.consents-in-force": "holds keyed hashes of addresses; no word can stand in it",
    "jobs.search": "PostgreSQL keeps them in an index of its own; SQLite's turn comes within a minute",
    "jobs.drafts": "a draft lives for seconds, while a file is written",
}


def columns_oracle(story: Story, found: MarksFound, fields: "FieldsReached") -> OracleReport:
    personal, other = _declared()
    of_people = set(story.marks.said) - story.marks.of(SHOP)
    broken = [
        f"{column} is declared not personal and holds {_said(story, marks & of_people)}"
        for column, marks in sorted(found.columns.items())
        if column not in personal
        and marks & of_people
        and not _is_in_a_store(other.get(column, ""))
    ]
    fields.look()
    reached, missed = fields.reached, sorted(fields.missed)
    missed_stores = sorted(fields.missed_stores)
    broken += [
        f"no mark reached {name}" for name in [*missed, *missed_stores] if name not in NOT_REACHED
    ]
    return OracleReport(
        oracle="columns",
        promises=("collect.only-when-given", "keep.rule-for-everything"),
        evidence=f"{len(found.columns)} columns hold marks; {len(reached)} of "
        f"{len(reached) + len(missed)} personal fields were filled, and "
        f"{len(stores) - len(missed_stores)} of {len(stores)} stores outside the tables.",
        broken=broken,
        counts={
            "fields": len(reached),
            "stores": len(stores) - len(missed_stores),
            "columns": len(personal) + len(other),
        },
    )


def _said(story: Story, marks: set[str]) -> str:
    said = {"/".join(story.marks.said.get(mark, ("?", mark))) for mark in marks}
    return ", ".join(sorted(said)[:6])


def _is_in_a_store(why: str) -> bool:
    """A column that a store's own search and erasure look after names it."""
    return any(name in why for name in stores)


def _declared() -> tuple[set[str], dict[str, str]]:
    """Columns that are personal, and the others with the reason."""
    personal, other = set(), {}
    for model in all_models():
        declaration = declaration_of(model)
        reasons = declaration.not_personal if declaration else {}
        for column in concrete_fields(model):
            name = f"{model._meta.db_table}.{column.column}"
            if column.name in personal_fields(model):
                personal.add(name)
            else:
                other[name] = reasons.get(column.name, "")
    return personal, other


class FieldsReached:
    """Personal fields and stores that held something at any time on the way, and those that never did."""

    def __init__(self, root: str) -> None:
        self._needle = root.encode()
        self.missed_stores = set(stores)
        self.reached: list[str] = []
        self.missed = {
            f"{model._meta.label}.{name}": (model, name)
            for model in all_models()
            for name in personal_fields(model)
        }

    def look(self) -> None:
        for label, (model, name) in list(self.missed.items()):
            if _holds_something(model, name):
                self.reached.append(label)
                del self.missed[label]
        for name in list(self.missed_stores):
            if any(stores[name].scan(self._needle)):
                self.missed_stores.remove(name)


def _holds_something(model: type[Model], name: str) -> bool:
    values = model._base_manager.values_list(name, flat=True).distinct()[:50]
    return any(value not in (None, "", b"", {}, []) for value in values)

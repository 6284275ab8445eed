"""The fields of a contact stand in one table: one more is added as the guide says, and is everywhere."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from tests.house.copies import copy_of_the_house, run
from tests.house.source import ROOT, modules, room, shown, templates, tree_of
from tradepost.audience.fields.table import CONTACT_FIELDS, FIELD_NAMES

GUIDE = ROOT / "docs" / "adding-a-contact-field.md"
TABLE = "src/tradepost/audience/fields/table.py"
MODELS = "src/tradepost/audience/models/contacts.py"
# Columns, and what each of them is.
DECLARED = {MODELS, "src/tradepost/audience/models/consent.py"}


def blocks_of_the_guide() -> list[str]:
    """Its pieces of code, in order, without the indentation of the list that they stand in."""
    found = re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    return ["".join(line[3:] for line in block.splitlines(keepends=True)) for block in found]


def put(path: Path, before: str, block: str, indent: int) -> None:
    source = path.read_text()
    assert source.count(before) == 1, before
    lines = "".join(" " * indent + line for line in block.splitlines(keepends=True))
    path.write_text(source.replace(before, lines + before))


def test_a_field_added_as_the_guide_says_is_in_files_api_letters_segments_and_pages(tmp_path):
    house = copy_of_the_house(tmp_path)
    before = {path: path.read_bytes() for path in house.rglob("*") if path.is_file() and path.suffix != ".pyc"}  # fmt: skip
    field, column, declared = blocks_of_the_guide()
    put(house / TABLE, ")\n\nFIELD_NAMES", f"{field.rstrip()},\n", 4)
    put(house / MODELS, "    fields: models.JSONField[dict[str, object]]", column, 4)
    put(house / MODELS, '            "fields": Personal(', declared, 12)
    run(house, "manage.py", "makemigrations", "audience", "--name", "title")
    run(house, "manage.py", "migrate", "--verbosity", "0")
    changed = {str(p.relative_to(house)) for p, held in before.items() if p.read_bytes() != held}
    made = [path for path in (house / "src").rglob("*.py") if path not in before]
    assert changed == {TABLE, MODELS}
    assert [path.name[4:] for path in made] == ["_title.py"]

    script = Path(__file__).with_name("one_more_contact_field.py")
    found = json.loads(run(house, str(script)).splitlines()[-1])
    assert found == {
        "guessed": "title",
        "imported": "Dr.",
        "csv": "Dr.",
        "json": "Dr.",
        "api_out": "Dr.",
        "api_in": "Prof.",
        "api_schema": ["email", "name", "language", "title", "fields"],
        "merge_field": True,
        "letter": "Dear Dr. Vogel",
        "foreign_tag": "{{ contact.title }}",
        "segment": ["ines@example.com"],
        "segment_words": "People who are addressed as dr..",
        "pages": {"contact": True, "edit": True, "preview": True, "preferences": True},
        "again": "Dr.",
    }


def test_the_table_and_the_columns_are_of_one_mind():
    contact = apps.get_model("audience", "Contact")
    pending = apps.get_model("audience", "PendingSubscription")
    correctable = [name for name, what in contact.Privacy.personal.items() if getattr(what, "correctable", False)]  # fmt: skip
    assert [*FIELD_NAMES, "fields"] == correctable
    for field in CONTACT_FIELDS:
        assert contact._meta.get_field(field.name).max_length == field.longest
        holds = field.name in {one.name for one in pending._meta.fields}
        assert holds == field.before_confirming, field.name


def test_merge_fields_and_targets_of_columns_mean_one_thing():
    parts = [part.name for field in CONTACT_FIELDS for part in field.parts]
    tags = [tag for field in CONTACT_FIELDS for part in field.parts for tag in part.tags]
    assert sorted(set(parts)) == sorted(parts)
    assert sorted(set(tags)) == sorted(tags)


def names_in(node: ast.AST) -> Iterator[str]:
    """What one list, call, signature or class names."""
    match node:
        case ast.Dict(keys=keys):
            yield from (key.value for key in keys if isinstance(key, ast.Constant))
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            yield from (item.value for item in items if isinstance(item, ast.Constant))
            yield from (item.attr for item in items if isinstance(item, ast.Attribute))
        case ast.Call(keywords=keywords, args=args):
            yield from (keyword.arg for keyword in keywords if keyword.arg)
            yield from (item.attr for item in args if isinstance(item, ast.Attribute))
        case ast.arguments(args=args, kwonlyargs=more):
            yield from (one.arg for one in [*args, *more])
        case ast.ClassDef(body=body):
            yield from (n.target.id for n in body if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name))  # fmt: skip
            yield from (t.id for n in body if isinstance(n, ast.Assign) for t in n.targets if isinstance(t, ast.Name))  # fmt: skip


def lists_fields(source: ast.AST) -> bool:
    return any(len(set(names_in(node)) & set(FIELD_NAMES)) > 1 for node in ast.walk(source))


@pytest.mark.parametrize(
    "written",
    [
        'columns = ("email", "name", "language")',
        'row = {"name": name, "language": language}',
        "write(person.name, person.language)",
        "upsert(email=email, name=name, language=language)",
        "def upsert(*, email, name='', language=''): ...",
        "class Out:\n    name: str\n    language: str",
    ],
)
def test_a_list_of_fields_is_recognised(written):
    assert lists_fields(ast.parse(written))


def test_no_module_of_audience_or_campaigns_lists_the_fields_a_second_time():
    rooms = [path for path in modules() if room(path) in {"audience", "campaigns"}]
    assert {shown(path) for path in rooms if lists_fields(tree_of(path))} == DECLARED


def test_no_page_lists_the_fields_a_second_time():
    fields = re.compile(rf"\b(?:contact|person|row)\.({'|'.join(FIELD_NAMES)})\b")
    listing = [
        shown(path)
        for path in templates()
        if room(path) in {"audience", "campaigns"}
        and len(set(fields.findall(path.read_text()))) > 1
    ]
    assert listing == []

"""What a column is taken for, by its name, by what stands in it, or as the last time; and where a file ends."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st

from tradepost.audience.actions import imports
from tradepost.audience.imports import history, mapping, reading
from tradepost.audience.imports.mapping import guess, targets
from tradepost.audience.imports.reading import SEPARATORS, UnreadableFile
from tradepost.audience.models import CustomField, Import
from tradepost.audience.types import FieldKind
from tradepost.audit.types import Actor
from tradepost.lib import tables

pytestmark = pytest.mark.django_db
TITLES = {title: part.name for part in mapping.PARTS for title in part.titles}
HISTORY = {title: name for name, titles in history.COLUMNS.items() for title in titles}


def guessed(shop, *header, sample=(), questions=()):
    run = Import(merchant=shop, header=list(header))
    found = guess(run, [list(row) for row in sample], list(questions))
    return [found.get(str(number), "") for number in range(max(len(header), *map(len, sample), 0))]


def test_every_known_title_means_one_thing(in_scope):
    for title, name in (HISTORY | TITLES).items():
        for shown in (
            title,
            title.upper(),
            f" {title[:3]}-{title[3:]} ",
            f"{title[:2]}_{title[2:]}:",
        ):
            assert guessed(in_scope, shown, sample=[["x"]]) == [name], shown


def test_no_title_is_known_for_two_things():
    """Of people and of their past; the first would win, and the other could never be guessed."""
    both = [
        title
        for titles in [*(part.titles for part in mapping.PARTS), *history.COLUMNS.values()]
        for title in titles
    ]
    assert sorted(set(both)) == sorted(both)
    assert {name for name, _label in targets([])} >= {*TITLES.values(), *HISTORY.values()}


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (["E-Mail", "Vorname", "Nachname"], ["email", "first_name", "last_name"]),
        (["Prénom", "Nom", "Courriel", "Langue"], ["first_name", "name", "email", "language"]),
        (["Email Address", "EMAIL", "Name"], ["email", "", "name"]),  # the first of two
        (["Email Address", "OPTIN_TIME", "CONFIRM_IP", "UNSUB_TIME"], ["email", "given_at", "confirm_network", "left_at"]),
        (["email", "Status"], ["email", "status"]),
        (["email", "Unsubscribed", "Bounced", "Spam complaint"], ["email", "left_at", "bounced_at", "complained_at"]),
        (["email", "Shoe size", "Town"], ["email", "", "field:city"]),
        (["email", "CITY", "town"], ["email", "field:city", ""]),
        (["", "—", "…"], ["", "", ""]),
        (["email" + "x" * 200], [""]),
        (["x" * 5000], [""]),
    ],
)  # fmt: skip
def test_columns_are_known_by_their_names(in_scope, header, wanted):
    town = CustomField(key="city", label="Town", kind=FieldKind.TEXT)
    assert guessed(in_scope, *header, sample=[[""] * len(header)], questions=[town]) == wanted


@pytest.mark.parametrize(
    ("sample", "wanted"),
    [
        ([["Ann", "a@b.example"], ["Bo", "b@c.example"]], ["", "email"]),
        ([["a@b.example", "b@c.example"]], ["email", ""]),  # the first of two
        ([["a@b.example"], ["none"]], [""]),  # half is no majority
        ([["a@b.example"], ["none"], ["c@d.example"]], ["email"]),
        ([["x"], ["Ann", "a@b.example"]], ["", "email"]),  # rows of different lengths
        ([["a@b.example", "Active"], ["b@c.example", "Cleaned"]], ["email", "status"]),
        ([["a@b.example", "Active"], ["b@c.example", "Maybe"]], ["email", ""]),
        ([["a@b.example", "Active"], ["b@c.example", ""]], ["email", "status"]),
        ([["a@b.example", "1"], ["b@c.example", "1"]], ["email", ""]),
        ([["a@b.example", "2024-05-01"], ["b@c.example", "2024-05-02"]], ["email", ""]),
        ([["a@b.example", ""], ["b@c.example", "-"]], ["email", ""]),
        ([[]], ["", ""]),
    ],
)
def test_columns_without_known_names_are_known_by_what_stands_in_them(in_scope, sample, wanted):
    header = [f"Column {number}" for number, _name in enumerate(wanted, 1)]
    assert guessed(in_scope, *header, sample=sample) == wanted


def test_the_last_import_with_the_same_columns_decides(in_scope, city):
    header = ["email", "name", "town"]
    before = {"0": "email", "1": "", "2": "field:city"}
    Import.objects.create(merchant=in_scope, file_name="a.csv", header=header, mapping=before)
    assert guessed(in_scope, *header, sample=[[]], questions=[city]) == ["email", "", "field:city"]
    assert guessed(in_scope, *header, sample=[[]]) == ["email", "", ""]  # the field is gone
    assert guessed(in_scope, *reversed(header), sample=[[]], questions=[city]) == [
        "",
        "name",
        "email",
    ]


def test_nothing_is_guessed_twice_nor_outside_the_file(in_scope):
    titles = st.sampled_from([*TITLES, *HISTORY, "x"]) | st.text(max_size=50)
    cells = st.sampled_from(["a@b.example", "Active", "x"]) | st.text(max_size=30)
    allowed = {name for name, _label in targets([])}

    @settings(max_examples=150, deadline=None, database=None)
    @given(
        st.lists(titles, max_size=12),
        st.lists(st.lists(cells, max_size=12), min_size=1, max_size=5),
    )
    def hold(header, sample):
        names = [name for name in guessed(in_scope, *header, sample=sample) if name]
        run = Import(merchant=in_scope, header=header)
        assert len(guess(run, sample, [])) == len(names)  # none outside the file
        assert len(set(names)) == len(names)
        assert set(names) <= allowed

    hold()


# What is read


@pytest.fixture
def read(in_scope, owner):
    def run(content: bytes, name: str = "people.csv") -> Import:
        upload = SimpleUploadedFile(name, content)
        return imports.read(
            run=imports.upload(merchant=in_scope, upload=upload, by=Actor.user(owner))
        )

    return run


@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize("others", ["", ", ; |\t", "1,5; 2,5 | x"])
def test_the_separator_is_told_from_what_stands_in_the_cells(read, separator, others):
    text = io.StringIO()
    rows = [["email", "name", "note"], *([f"p{n}@b.example", f"P {n}", others] for n in range(4))]
    csv.writer(text, delimiter=separator).writerows(rows)
    run = read(text.getvalue().encode())
    assert (run.separator, run.header) == (separator, rows[0])
    assert run.mapping == {"0": "email", "1": "name"}


def test_a_file_of_one_column_has_no_separator(read):
    run = read(b"email\na@b.example\nb@c.example\n")
    assert (run.header, run.mapping, run.rows) == (["email"], {"0": "email"}, 2)


def test_as_many_columns_as_allowed_and_no_more(read):
    most = tables.MOST_COLUMNS
    header = ["email", *(f"c{number}" for number in range(most - 1))]
    cells = ["a@b.example", *["x"] * (most - 1)]
    run = read("\n".join([",".join(header), ",".join(cells)]).encode())
    assert len(run.header) == most
    run = read("\n".join([",".join([*header, "more"]), ",".join([*cells, "x"])]).encode())
    assert run.state == Import.State.UNREADABLE
    assert str(most) in run.refusal


@pytest.mark.parametrize(
    ("limit", "content"),
    [("LARGEST_CSV", b"email\n" + b"a@b.example\n" * 9), ("LARGEST_SHEET", b"PK\x03\x04" + b"x" * 110)],
)  # fmt: skip
def test_a_file_may_be_as_large_as_the_limit_and_no_larger(
    monkeypatch, settings, tmp_path, limit, content
):
    other = ({"LARGEST_CSV", "LARGEST_SHEET"} - {limit}).pop()
    monkeypatch.setattr(reading, limit, len(content))
    monkeypatch.setattr(reading, other, 1)  # is that of another kind of file
    assert reading.receive(SimpleUploadedFile("people", content))
    with pytest.raises(UnreadableFile, match="larger than"):
        reading.receive(SimpleUploadedFile("people", content + b"x"))
    with pytest.raises(UnreadableFile, match="empty"):
        reading.receive(SimpleUploadedFile("people", b""))


def test_a_title_is_cut_and_a_missing_one_made_up(read):
    run = read(("email,," + "t" * 200 + "\na@b.example,x,y\n").encode())
    assert run.header == ["email", "Column 2", "t" * 80]


def test_as_many_problems_are_kept_as_allowed_and_all_are_counted(
    in_scope, owner, news, read, monkeypatch
):
    monkeypatch.setattr(imports, "MOST_PROBLEMS", 3)
    run = read(b"email\na@b.example\n" + b"nobody\n" * 5)
    imports.settle(
        run=run, mapping=run.mapping, rule="fill", contact_list=news, consent_text="Yes.",
        by=Actor.user(owner),
    )  # fmt: skip
    for _done in imports.take_all(run):
        pass
    assert (run.added, run.refused, run.problems.count()) == (1, 5, 3)


def test_slices_are_cut_by_cells_and_nobody_is_lost_between_them(
    in_scope, owner, news, read, monkeypatch
):
    monkeypatch.setattr(imports, "MOST_CELLS", 4)
    run = read(b"email,name\n" + b"".join(b"p%d@b.example,P\n" % n for n in range(9)))
    imports.settle(
        run=run, mapping=run.mapping, rule="fill", contact_list=news, consent_text="Yes.",
        by=Actor.user(owner),
    )  # fmt: skip
    assert len(list(imports.take_all(run))) >= 4
    assert (run.added, run.refused) == (9, 0)

"""Files that would fill a machine, files that are no tables, and letters written in other ways."""

import gzip
import io
import re
import resource
import zipfile

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tradepost.audience import files
from tradepost.audience.actions import imports
from tradepost.audience.models import ConsentRecord, Contact, Import, ImportProblem
from tradepost.audit.types import Actor
from tradepost.jobs.runner import run_job
from tradepost.lib import tables
from tradepost.lib.sheets import Limits

ODS_HEAD = (
    '<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:'
    'office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names'
    ':tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table table:name="a">'
)
ODS_TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"


def xlsx(cells, dimension="", extra=()):
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed) as book:
        sheet = book.add_worksheet()
        for place, value in cells.items():
            sheet.write(place, value)
    return repacked(packed.getvalue(), dimension, extra)


def repacked(data, dimension, extra):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for part in old.infolist():
            text = old.read(part)
            if dimension and part.filename.endswith("sheet1.xml"):
                text = re.sub(
                    rb'dimension ref="[^"]*"', f'dimension ref="{dimension}"'.encode(), text
                )
            new.writestr(part.filename, text)
        for name, text in extra:
            new.writestr(name, text)
    return out.getvalue()


def ods(rows):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", 8) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", ODS_HEAD + rows + ODS_TAIL)
        package.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:'
            'manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/'
            'vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>',
        )
    return out.getvalue()


def cell(text, columns=1):
    return (
        f'<table:table-cell table:number-columns-repeated="{columns}" office:value-type="string">'
        f"<text:p>{text}</text:p></table:table-cell>"
    )


def sheet_xml(rows, strings=""):
    """A workbook by hand, for what no program writes."""
    base = xlsx({"A1": "email"})
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(base)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for part in old.infolist():
            text = old.read(part).decode()
            if part.filename.endswith("sheet1.xml"):
                text = re.sub(r"<sheetData>.*</sheetData>", f"<sheetData>{rows}</sheetData>", text)
            if strings and part.filename.endswith("sharedStrings.xml"):
                text = re.sub(r"<si>.*</si>", strings, text)
            new.writestr(part.filename, text)
    return out.getvalue()


BIG = "x" * 150_000
HOSTILE = {
    "furthest cell": (xlsx({"A1": 1, "XFD1048576": 1}), "At most 200 columns"),
    "far cell": (xlsx({"A1": 1, "ZZ100000": 1}), "At most 200 columns"),
    "lies about its size": (xlsx({"A1": 1, "XFD1048576": 1}, "A1:B2"), "At most 200 columns"),
    "deep and wide enough": (xlsx({"A1": 1, "GR1048576": 1}), "too far down"),
    "places left out": (sheet_xml("<row>" + "<c><v>1</v></c>" * 300 + "</row>"), "At most 200 columns"),
    "one huge cell": (sheet_xml(f'<row><c t="str"><v>{BIG}{BIG}</v></c></row>'), "far more text"),
    "one text a thousand times": (
        sheet_xml("".join('<row><c t="s"><v>0</v></c></row>' for _n in range(3_000)), f"<si><t>{BIG}</t></si>"),
        "unpacks to far more",
    ),
    "deep elements": (sheet_xml("<a>" * 500 + "</a>" * 500), "parts that no spreadsheet has"),
    "nothing": (sheet_xml(""), "empty"),
    "ods far column": (ods(f"<table:table-row>{cell('a')}<table:table-cell table:number-columns-repeated='16000'/>{cell('b')}</table:table-row>"), "At most 200 columns"),
    "ods repeated": (ods(f"<table:table-row table:number-rows-repeated='1000000'>{cell('abc', 190)}</table:table-row>"), "too far down"),
    "ods nothing": (ods(""), "empty"),
    "archive of files": (repacked(b"PK\x05\x06" + b"\0" * 18, "", [("people.csv", "email\na@b.co")]), "ZIP archive"),
    "zip in zip": (repacked(b"PK\x05\x06" + b"\0" * 18, "", [("people.xlsx", xlsx({"A1": 1}))]), "ZIP archive"),
    "gzip": (gzip.compress(b"email\na@b.co\n" * 1000), "GZIP"),
    "zeros inside": (b"email,name\na@example.com,A\0nn\n" + b"\0" * 100, "kind binary"),
    "a million columns": (b"email" + b",x" * 1_000_000 + b"\na@example.com\n", "too long"),
    "many columns": (b"email" + b",x" * 1_000 + b"\na@example.com\n", "At most 200 columns"),
    "one endless line": (b"email\n" + b"x" * 3_000_000, "too long"),
}  # fmt: skip


@pytest.fixture
def read(in_scope, owner):
    def run(data, name="people.csv"):
        upload = SimpleUploadedFile(name, data)
        return imports.read(
            run=imports.upload(merchant=in_scope, upload=upload, by=Actor.user(owner))
        )

    return run


@pytest.fixture
def take_read(owner):
    def run(row, **more):
        imports.settle(
            run=row, mapping=row.mapping, rule="fill", contact_list=None, consent_text="", by=Actor.user(owner), **more
        )  # fmt: skip
        for _done in imports.take_all(row):
            pass
        return row

    return run


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_in_words_and_costs_next_to_nothing(read, kind):
    data, words = HOSTILE[kind]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        said = read(data, "people.xlsx").refusal
    except imports.UnreadableFile as error:
        said = str(error)
    assert words in said
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150_000  # kB
    assert not Import.objects.exclude(stored_as="").exists()


def test_the_web_request_only_keeps_the_bytes(office, merchant, in_scope, monkeypatch):
    """Nothing opens the sheet before the job does; the page waits for it and shows what it found."""

    def opened(*_args, **_options):
        raise AssertionError("the file was opened in the web request")

    monkeypatch.setattr(imports, "read_file", opened)
    address = reverse("audience_office:imports", args=[merchant.handle])
    upload = SimpleUploadedFile("bomb.xlsx", HOSTILE["furthest cell"][0])
    page = office.post(address, {"file": upload}, follow=True)
    assert "data-progress" in page.text
    monkeypatch.undo()
    run = Import.objects.get()
    run_job.func(run.job.pk)
    over = office.get(page.request["PATH_INFO"]).text
    assert "At most 200 columns" in over
    assert "reach to column 16384" in over
    assert "data-progress" not in over


def test_a_child_that_reaches_its_limit_is_a_refusal_and_not_an_end(read, monkeypatch):
    small = Limits(memory=1024 * 1024 * 90, columns=200)
    monkeypatch.setattr("tradepost.lib.sheets.convert.Limits", lambda: small)
    said = read(xlsx({"A1": "email", "GR90000": 1}), "people.xlsx").refusal
    assert "more memory or time" in said


def test_one_row_that_is_too_wide_stops_only_itself(read, take_read):
    wide = "b@example.com" + ",x" * 5_000
    run = take_read(
        read(("email,name\n" + "a@example.com,A\n" * 30 + wide + "\nc@example.com,C\n").encode())
    )
    assert sorted(Contact.objects.values_list("email", flat=True)) == [
        "a@example.com",
        "c@example.com",
    ]
    assert "more than 200 columns" in ImportProblem.objects.get().reason
    assert (run.refused, len(ImportProblem.objects.get().row)) == (1, 0)


def test_a_row_that_never_ends_is_cut_off():
    """Each line closes a cell and opens the next, so that no cell is long."""
    text = "email,name\n" + '"\n",' * 800_000 + "\na@example.com,Ann\n"
    rows = list(tables.rows_of(io.StringIO(text, newline=""), ","))
    assert rows[0] == ["email", "name"]
    assert any(isinstance(row, tables.UnreadableRow) for row in rows)
    assert max(len(row) for row in rows if isinstance(row, list)) <= tables.MOST_COLUMNS


@pytest.mark.parametrize("name", ["people.xlsx", "people.xlsm", "people.ods"])
def test_ordinary_sheets_of_every_kind_are_read(read, take_read, name):
    data = xlsx(
        {"A1": "email", "B1": "name", "A2": "ann@example.com", "B2": "Änn"}, "A1:XFD1048576"
    )
    if name.endswith("ods"):
        rows = (("email", "name"), ("ann@example.com", "Änn"))
        data = ods(
            "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
        )
    take_read(read(data, name))
    assert Contact.objects.get().name == "Änn"


NAMES = {
    "cp1250": ["Łukasz Żółć", "Jiří Dvořák"],
    "iso8859-2": ["Łukasz Święty", "Jiří Šimek"],
    "cp1251": ["Мария Иванова", "Пётр Щукин"],
    "koi8-r": ["Мария Иванова", "Сергей Щукин"],
    "cp1252": ["José Müller", "Françoise Größe"],
    "cp1254": ["Işık Çağlar", "Şahin Öztürk"],
    "mac-roman": ["José Müller", "Françoise Peña"],
    "shift_jis": ["山田太郎", "タナカ"],
    "euc_jp": ["山田太郎", "さくら"],
    "big5": ["陳大文", "林美玲"],
    "gb18030": ["王伟", "李娜"],
    "iso8859-15": ["Zoë Œuvre", "Ÿann Müller"],
    "iso8859-9": ["Işık Çağlar", "Şahin Öztürk"],
    "iso8859-1": ["José Müller", "Søren"],
}


def written(charset):
    rows = [f"p{n}@example.com,{name}\n" for n, name in enumerate(NAMES[charset])]
    return "".join(["email,name\n", *rows]).encode(charset)


@pytest.mark.parametrize("charset", NAMES)
def test_the_person_chooses_how_letters_are_written_by_the_names_they_see(
    read, office, merchant, charset
):
    run = read(written(charset))
    assert not run.charset_is_certain
    address = reverse("audience_office:import_columns", args=[merchant.handle, run.public_id])
    page = office.get(address).text
    right = " · ".join(f"p{n}@example.com,{name}" for n, name in enumerate(NAMES[charset]))
    offered = dict(
        re.findall(r'name="charset" value="([^"]+)"[^>]*>\s*<label[^>]*>[^:<]+: ([^<]*)<', page)
    )
    chosen = next(name for name, text in offered.items() if text.strip() == right)
    posted = {"column_0": "email", "column_1": "name", "rule": "fill", "charset": chosen}
    looked = office.post(address, posted | {"look": "1"}).text
    assert f">{NAMES[charset][0]}</td>" in looked
    assert "Say where the consents" not in looked
    office.post(address, posted)
    run.refresh_from_db()
    for _done in imports.take_all(run):
        pass
    assert list(Contact.objects.order_by("email").values_list("name", flat=True)) == NAMES[charset]


def test_nothing_is_asked_where_the_file_says_how_it_is_written(read, office, merchant):
    run = read("email,name\na@example.com,Łukasz\n".encode())
    address = reverse("audience_office:import_columns", args=[merchant.handle, run.public_id])
    assert "How the letters are written" not in office.get(address).text


def test_a_letter_that_cannot_be_read_refuses_its_row_only(read, take_read):
    data = (
        "email,name\na@example.com,Ann\nb@example.com,Łukasz\n".encode()
        + b"c@example.com,Mari\xff\n"
    )
    run = take_read(read(data), charset="utf-8")
    assert sorted(Contact.objects.values_list("name", flat=True)) == ["Ann", "Łukasz"]
    assert "letter could not be read" in ImportProblem.objects.get().reason
    assert run.refused == 1


def test_erasing_a_person_leaves_the_other_letters_of_a_file_as_they_are(read, in_scope):
    from tradepost.audience.personal_files import erase_from_uploads
    from tradepost.datamap.subjects import SubjectRef
    from tradepost.datamap.vocabulary import Subject

    run = read(written("shift_jis"))
    assert erase_from_uploads(SubjectRef(Subject.CUSTOMER, "p0@example.com", in_scope.pk)) == 1
    left = files.opened(files.UPLOADS, run.stored_as).read().decode("shift_jis")
    assert "タナカ" in left
    assert "山田" not in left


def test_an_address_in_the_name_of_a_file_is_kept_nowhere(office, merchant, in_scope):
    address = reverse("audience_office:imports", args=[merchant.handle])
    upload = SimpleUploadedFile("for jane@doe.example 4111111111111111.csv", b"email\na@b.co\n")
    office.post(address, {"file": upload})
    run = Import.objects.select_related("job").get()
    for text in (run.file_name, run.job.title):
        assert "jane@doe" not in text
        assert "4111111111111111" not in text
    assert not ConsentRecord.objects.filter(where__contains="jane@doe").exists()

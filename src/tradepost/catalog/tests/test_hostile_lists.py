"""Lists that were made to do harm, through the real page and the process that reads them."""

import resource
import time
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tradepost.catalog.layouts import apart, recognise
from tradepost.catalog.models import Product, ProductImport
from tradepost.catalog.shopify import table
from tradepost.catalog.shopify.table import MOST_BYTES, UnreadableList

pytestmark = pytest.mark.django_db

HEAD = b"Handle,Title,Body (HTML),Variant Price\n"
REFUSED = {
    "a mark that is never closed": HEAD + b'x,"' + b"a\n" * 2_000_000,
    "a million columns": b"Handle,Title" + b",x" * 1_000_000,
    "a cell of megabytes": HEAD + b"x,X," + b"<" * 5_000_000 + b",1.00\n",
    "nothing but commas": HEAD + b"," * 9_000_000,
    "no text": b"Handle\x00" * 1_000_000,
}
READ = {
    "tags that never end": HEAD + b"x,X," + b"<a " * 30_000 + b",1.00\n",
    "a price that a pattern might choke on": HEAD + b"x,X,," + b"1,." * 30_000 + b"\n",
    "many rows": HEAD + b"".join(b"h%d,T,,1.00\n" % number for number in range(20_000)),
}


@pytest.fixture
def lists_are_read_here():
    """Not here: the real process."""


@pytest.fixture
def no_reading_in_the_request(monkeypatch):
    def never(*_args, **_named):
        raise AssertionError("the web request read the list")

    for module in (table, recognise, apart):
        for name in ("read_rows", "read_table"):
            monkeypatch.setattr(module, name, never, raising=False)


def _upload(client, merchant, data):
    page = reverse("catalog_office:imports", args=[merchant.handle])
    return client.post(page, {"file": SimpleUploadedFile("list.csv", data)})


@pytest.mark.parametrize("name", [*REFUSED, *READ])
def test_the_page_keeps_it_and_a_process_of_its_own_reads_it(
    name, office, merchant, run_tasks, no_reading_in_the_request, django_capture_on_commit_callbacks
):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    with django_capture_on_commit_callbacks(execute=True):
        answer = _upload(office, merchant, (REFUSED | READ)[name])
    assert answer.status_code == 302
    assert "being read" in office.get(answer.url).text
    run_tasks()
    assert time.process_time() - started < 20, "the work was done in this process"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000
    page = office.get(answer.url).text
    upload = ProductImport._base_manager.get()
    if name in REFUSED:
        assert upload.state == ProductImport.State.UNREADABLE
        assert upload.report["refusal"] in page
        assert not upload.stored_as, "a file that cannot be read is not kept"
    else:
        assert upload.state == ProductImport.State.LOOKED_THROUGH
        assert "Nothing has been changed yet" in page
    assert not Product._base_manager.exists()


def test_a_process_that_comes_to_its_limit_is_an_answer_in_words():
    limits = replace(apart.LIMITS, cpu_seconds=1)
    hard = HEAD + b"".join(b"h%d,T,<b>x</b>,1.00\n" % number for number in range(45_000))
    with pytest.raises(UnreadableList, match="more memory or time"):
        apart.read_apart(hard, currency="EUR", site="", limits=limits)


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"PK\x03\x04xx", "ZIP"), (b"x" * (MOST_BYTES + 1), "larger than 10 MB")],
)
def test_what_is_seen_at_once_is_said_at_once(data, words, office, merchant, media):
    answer = _upload(office, merchant, data)
    assert answer.status_code == 400
    assert words in answer.text
    assert not ProductImport._base_manager.exists()
    assert not media.exists() or not any(path.is_file() for path in media.rglob("*"))

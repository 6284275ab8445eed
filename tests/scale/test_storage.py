"""The two kinds of storage do the same: a folder, and a bucket of a real object store."""

import io
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from tests.object_storage import Swift
from tradepost.assurance.promises.backups import own_installation
from tradepost.audit.types import SYSTEM
from tradepost.backups import day_keys
from tradepost.backups.actions import make, restore
from tradepost.backups.queries import copies
from tradepost.catalog.pictures import delete_all_of
from tradepost.config.doctor import product_asked
from tradepost.config.doctor.types import State
from tradepost.config.environment import InvalidSetting, read_environment
from tradepost.datamap.processors import active_processors, processors
from tradepost.jobs import storage
from tradepost.jobs.lives import lives
from tradepost.jobs.outages import outage_of
from tradepost.jobs.storage import drafts
from tradepost.jobs.storage.bucket import KeepsVersions, StorageAway, bucket_at
from tradepost.jobs.storage.media import BucketMedia
from tradepost.jobs.storage.types import UnsafeName
from tradepost.lib import clock
from tradepost.merchants.models import Merchant

pytestmark = pytest.mark.scale
LARGE = os.urandom(1 << 20) * 19  # three parts of an upload


@pytest.fixture(scope="module")
def swift():
    with (
        tempfile.TemporaryDirectory(prefix="tradepost-swift-", ignore_cleanup_errors=True) as name,
        Swift(Path(name)).running() as server,
    ):
        server.make_bucket("shop-files")
        yield server


@pytest.fixture(params=["folder", "bucket"])
def files(request, settings, tmp_path):
    url = ""
    if request.param == "bucket":
        url = request.getfixturevalue("swift").url("shop-files", tmp_path.name)
    settings.TRADEPOST = replace(settings.TRADEPOST, data=tmp_path, files_url=url)
    return storage.files()


def names(files, folder="exports"):
    return [file.name for file in files.list(folder)]


def test_what_was_written_is_read_and_deleted(files):
    files.write("exports/orders/1.csv", b"one")
    files.write("exports/orders/1.csv", b"other")
    assert files.open("exports/orders/1.csv").read() == b"other"
    assert files.size("exports/orders/1.csv") == 5
    (listed,) = files.list("exports")
    assert listed.name == "exports/orders/1.csv"
    assert abs(listed.changed_at - datetime.now(UTC)) < timedelta(minutes=2)
    files.delete("exports/orders/1.csv")
    files.delete("exports/orders/1.csv")
    assert names(files) == []


def test_the_doctor_tries_the_bucket_out_and_says_how_to_mend_it(files, settings):
    here = settings.TRADEPOST
    said = [one.state for one in product_asked.files(here)]
    assert said == ([State.OK] if here.files_url else [])
    assert names(files) == []
    if here.files_url:
        wrong = here.files_url.replace("shop-files", "no-such-bucket")
        settings.TRADEPOST = replace(here, files_url=wrong)
        [refused] = product_asked.files(settings.TRADEPOST)
        assert (refused.state, "TRADEPOST_FILES_URL" in refused.mend) == (State.FAIL, True)


def test_what_is_not_there_is_said(files):
    for ask in (files.open, files.size):
        with pytest.raises(FileNotFoundError):
            ask("exports/orders/none.csv")
    with pytest.raises(FileNotFoundError), files.on_disk("exports/orders/none.csv"):
        pass
    assert names(files, "exports/nothing") == []


@pytest.mark.parametrize(
    "name", ["", "/etc/passwd", "../secret_key", "a/../../b", "a//b", ".hidden", "a/"]
)
def test_no_name_leads_elsewhere(files, name):
    for use in (files.open, files.size, files.delete, lambda name: files.write(name, b"x")):
        with pytest.raises(UnsafeName):
            use(name)


def test_a_large_file_is_read_from_any_place(files):
    with storage.being_written("private/large.bin") as path:
        path.write_bytes(LARGE)
    stream = files.open("private/large.bin")
    assert stream.read() == LARGE
    assert stream.seek(-5, io.SEEK_END) == len(LARGE) - 5
    assert stream.read() == LARGE[-5:]
    stream.seek(10_000_001)
    assert stream.read(7) == LARGE[10_000_001:10_000_008]
    assert stream.tell() == 10_000_008
    with files.on_disk("private/large.bin") as path:
        assert path.read_bytes() == LARGE
    assert not list(drafts.folder().iterdir())


def test_whoever_reads_reads_one_file_to_its_end(files):
    """Not the beginning of one and the end of another."""
    files.write("private/a.bin", LARGE)
    with files.open("private/a.bin") as stream:
        first = stream.read(1 << 20)
        files.write("private/a.bin", b"\0" * len(LARGE))
        try:
            rest = stream.read()
        except StorageAway:  # what was replaced cannot be gone on with: the job begins anew
            return
    assert first + rest == LARGE


def _write_half(name):
    with storage.being_written(name) as path:
        path.write_bytes(b"half")
        raise OSError("cut off")


def test_a_file_is_there_as_a_whole_or_not_at_all(files):
    files.write("exports/orders/2.csv", b"old")
    with pytest.raises(OSError, match="cut off"):
        _write_half("exports/orders/2.csv")
    assert files.open("exports/orders/2.csv").read() == b"old"
    assert not list(drafts.folder().iterdir())


def test_in_a_folder_nobody_else_reads_it(settings, tmp_path):
    settings.TRADEPOST = replace(settings.TRADEPOST, data=tmp_path, files_url="")
    before = os.umask(0)
    try:
        storage.files().write("exports/orders/3.csv", b"x")
    finally:
        os.umask(before)
    assert (tmp_path / "exports/orders/3.csv").stat().st_mode & 0o777 == 0o600


def test_pictures_lie_in_the_bucket_and_go_with_their_shop(swift, settings, tmp_path, client):
    settings.TRADEPOST = replace(
        settings.TRADEPOST, files_url=swift.url("shop-files", tmp_path.name)
    )
    media = BucketMedia()
    name = media.save("shop/products/0123456789abcdef01234567-320.webp", ContentFile(b"picture"))
    assert (media.exists(name), media.size(name), media.listdir("shop/products")[1]) == (
        True,
        7,
        [name[14:]],
    )
    assert media.exists("shop/products")
    assert not media.exists("shop/front")
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "tradepost.jobs.storage.media.BucketMedia"}
    }
    answer = client.get(reverse("catalog:media", args=[name]))
    assert (answer.getvalue(), answer.headers["Content-Length"]) == (b"picture", "7")
    assert delete_all_of("shop") == 1
    assert client.get(reverse("catalog:media", args=[name])).status_code == 404


def test_a_bucket_that_keeps_versions_is_not_used(swift):
    """Nobody could be erased from it."""
    swift.make_bucket("with-versions")
    swift.keep_versions("with-versions")
    files = bucket_at(swift.url("with-versions"))
    with pytest.raises(KeepsVersions, match="nobody could be erased"):
        files.write("exports/orders/1.csv", b"one")
    assert names(files) == []


def test_a_storage_that_is_away_is_an_outage_and_comes_back(swift, client, settings, tmp_path):
    url = swift.url("shop-files", tmp_path.name)
    settings.TRADEPOST = replace(settings.TRADEPOST, files_url=url)
    files = bucket_at(url)
    files.write("exports/orders/1.csv", b"one")
    swift.stop()
    try:
        with pytest.raises(StorageAway) as away:
            files.write("exports/orders/2.csv", b"two")
        settings.STORAGES = settings.STORAGES | {
            "default": {"BACKEND": "tradepost.jobs.storage.media.BucketMedia"}
        }
        client.raise_request_exception = False
        picture = reverse("catalog:media", args=["s/products/0123456789abcdef01234567-320.webp"])
        answer = client.get(picture)
    finally:
        swift.start()
    assert "the file storage s3://127.0.0.1" in outage_of(away.value)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert files.open("exports/orders/1.csv").read() == b"one"


_FORKING = """
import os, sys
from tradepost.jobs.storage.bucket import UsedBeforeFork, bucket_at
files = bucket_at(sys.argv[1])
def child_ends_with():
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        os._exit(files.size("exports/orders/1.csv"))
    except UsedBeforeFork:
        os._exit(77)
print(child_ends_with(), files.size("exports/orders/1.csv"), child_ends_with())
"""


def test_processes_are_forked_before_the_first_file_is_asked_for(swift, tmp_path):
    """Afterwards it is said, for obstore's threads stay behind and the child would wait for ever."""
    url = swift.url("shop-files", tmp_path.name)
    bucket_at(url).write("exports/orders/1.csv", b"one")
    done = subprocess.run(
        [sys.executable, "-c", _FORKING, url],
        env=os.environ, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    assert done.stdout.split() == ["3", "3", "77"]


def test_drafts_of_a_killed_process_are_removed_and_no_others(settings, tmp_path):
    settings.TRADEPOST = replace(settings.TRADEPOST, data=tmp_path)
    script = (
        "from pathlib import Path; from tradepost.lib.lives import Lives;"
        f"print(Lives(Path({str(lives().folder)!r})).own())"
    )
    dead = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    left = drafts.folder() / f"{dead.stdout.strip()}-0011223344556677"
    left.write_bytes(b"Ines@Customer.example")
    with storage.draft() as ours:
        ours.write_bytes(b"x")
        assert list(drafts.holding(b"ines@customer.example")) == [f"draft {left.name}"]
        assert drafts.due(datetime.now(UTC)) == 1
        assert drafts.purge(datetime.now(UTC)) == 1
        assert ours.exists()
    assert not left.exists()


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("s3://host/bucket", "key and secret"),
        ("s3://k:s@host/", "name of a bucket"),
        ("s3://k:s@host/bucket/..%2Fup", "folders are"),
        ("s3://k:s@host/bucket?tls=maybe", "tls=no"),
        ("s3://k:s@host:port/bucket", "must start with s3://"),
        ("http://k:s@host/bucket", "must start with s3://"),
        ("s3://k:s@s3.hoster.example/bucket", "TRADEPOST_FILES_HOST must name the company"),
    ],
)
def test_an_address_that_is_none_is_refused_in_words(url, word):
    with pytest.raises(InvalidSetting, match=word) as refused:
        read_environment({"TRADEPOST_FILES_URL": url})
    assert "k:s@" not in str(refused.value)


def test_who_keeps_the_bucket_stands_in_the_notice(settings, db):
    """Beside whoever hosts the machines."""
    chosen = read_environment(
        {"TRADEPOST_FILES_URL": "s3://k:s@s3.hoster.example/bucket", "TRADEPOST_FILES_HOST": "Hoster Ltd",
         "TRADEPOST_FILES_COUNTRY": "FI", "TRADEPOST_DATA": str(settings.TRADEPOST.data)}
    )  # fmt: skip
    party = processors["file-storage"]
    assert not party.active()
    settings.TRADEPOST = chosen
    assert party.active()
    assert party.hosts() == ("s3.hoster.example",)
    assert party in active_processors()


def test_files_of_one_machine_are_moved_into_the_bucket(swift, settings, tmp_path, capsys):
    settings.TRADEPOST = replace(settings.TRADEPOST, data=tmp_path, files_url="")
    storage.files().write("media/shop/products/a.webp", b"picture")
    storage.files().write("keys/dkim-rsa.pem", b"key")
    with pytest.raises(CommandError, match="set TRADEPOST_FILES_URL"):
        call_command("files", "--move")
    settings.TRADEPOST = replace(
        settings.TRADEPOST, files_url=swift.url("shop-files", tmp_path.name)
    )
    call_command("files", "--move")
    assert "2 files moved" in capsys.readouterr().out
    assert storage.files().open("keys/dkim-rsa.pem").read() == b"key"
    assert not list(tmp_path.glob("media/*/*/*")) + list(tmp_path.glob("keys/*"))
    call_command("files", "--move")
    assert "0 files moved" in capsys.readouterr().out


def test_backups_and_their_keys_lie_in_two_buckets(swift, settings, tmp_path, db):
    """Made, tried out, listed and forgotten there; a key that died is in neither."""
    swift.make_bucket("copies")
    swift.make_bucket("day-keys")
    with own_installation():
        settings.TRADEPOST = replace(
            settings.TRADEPOST,
            backups_url=swift.url("copies", tmp_path.name),
            backup_keys_url=swift.url("day-keys", tmp_path.name),
        )
        Merchant.objects.create(name="Ember", handle="ember", contact_email="a@b.example")
        name = make.make_backup(by=SYSTEM).name
        assert not (settings.TRADEPOST.data / "backup-keys").exists()
        Merchant.objects.all().delete()
        restore.load(name)
        restore.finish()
        assert Merchant.objects.get().handle == "ember"
        with clock.at(clock.now() + timedelta(days=30)):
            assert make.let_keys_die() == 1
            make.purge()
        assert copies() == []
        assert day_keys.days() == []

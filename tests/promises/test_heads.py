"""Who cuts the end off the access record is found out by what was written outside."""

import hashlib
import io
import shutil
import subprocess
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from django.core.management import CommandError, call_command

from tradepost.assurance.promises.backups import own_installation
from tradepost.audit.actions import record
from tradepost.audit.models import Entry
from tradepost.audit.types import SYSTEM
from tradepost.backups import heads, places
from tradepost.backups.actions import make, restore
from tradepost.backups.actions.mail_head import mail_head
from tradepost.backups.sealed_lines import LedgerDamaged
from tradepost.backups.types import TailCut
from tradepost.certificates import timestamps
from tradepost.lib import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(db):
    with own_installation() as folder:
        yield folder


def entry():
    return record(actor=SYSTEM, action="rights.look")


def test_a_cut_tail_is_seen_at_the_next_turn(house):
    entry()
    last = entry()
    assert heads.anchor() == 1
    assert heads.anchor() == 0
    Entry.objects.filter(pk=last.pk).delete()
    entry()  # a new end hides nothing
    with pytest.raises(TailCut, match=str(last.pk)):
        heads.anchor()
    with pytest.raises(CommandError, match="cut off"):
        call_command("record")


def test_a_head_that_was_altered_outside_is_seen(house):
    entry()
    heads.anchor()
    file = next((house / places.HEADS).iterdir())
    file.write_bytes(file.read_bytes().replace(b'"number"', b'"n"'))
    with pytest.raises(LedgerDamaged):
        heads.anchor()


def test_a_restore_takes_the_record_back_and_says_so(house):
    entry()
    name = make.make_backup(by=SYSTEM).name
    later = entry()
    heads.anchor()
    restore.load(name)
    restore.finish()
    assert not Entry.objects.filter(seal=later.seal).exists()
    assert heads.first_missing() is None
    heads.anchor()
    newest = Entry.objects.latest("pk")
    Entry.objects.filter(pk=newest.pk).delete()
    assert heads.first_missing()["seal"] == newest.seal


def test_the_command_knows_a_head_that_was_mailed(house):
    seal = entry().seal
    out = io.StringIO()
    call_command("record", seal=seal, stdout=out)
    assert seal in out.getvalue()
    with pytest.raises(CommandError, match="missing"):
        call_command("record", seal="0" * 64)


def test_operators_are_mailed_the_head(mailbox, make_user):
    make_user("boss@example.org", is_operator=True)
    seal = entry().seal
    assert mail_head() == 1
    (mail,) = mailbox("backups/head")
    assert seal in mail.text


def test_openssl_reads_our_question_and_the_answer_of_an_authority(tmp_path, settings, monkeypatch):
    """A real authority, made of openssl: it answers our question, and its answer is for our hash."""
    openssl = shutil.which("openssl")
    assert openssl
    settings.TRADEPOST = replace(settings.TRADEPOST, timestamp_url="https://stamps.example/")

    def run(*words):
        subprocess.run([openssl, *words], check=True, capture_output=True, cwd=tmp_path)

    (tmp_path / "a.cnf").write_text(AUTHORITY)
    (tmp_path / "serial").write_text("01")
    run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "k.pem", "-out", "c.pem",
        "-subj", "/CN=Stamps", "-config", "a.cnf", "-extensions", "stamping")  # fmt: skip

    def answer(request):
        (tmp_path / "q").write_bytes(request.content)
        run("ts", "-reply", "-queryfile", "q", "-config", "a.cnf", "-section", "tsa", "-out", "r")
        return httpx.Response(200, content=(tmp_path / "r").read_bytes())

    gateway = lambda *said, **more: httpx.Client(transport=httpx.MockTransport(answer))  # noqa: E731  one line
    monkeypatch.setattr(timestamps.egress, "session", gateway)
    stamp = timestamps.stamp_for(b"head")
    (tmp_path / "stamp").write_bytes(stamp)
    (tmp_path / "head").write_bytes(b"head")
    run("ts", "-verify", "-in", "stamp", "-data", "head", "-CAfile", "c.pem")
    assert hashlib.sha256(b"head").digest() in stamp
    monkeypatch.setattr(timestamps, "_question", lambda digest: request_of(b"other"))
    with pytest.raises(timestamps.NotStamped):
        timestamps.stamp_for(b"head")


def request_of(content):
    imprint = timestamps._sequence(
        timestamps._SHA256 + b"\x04\x20" + hashlib.sha256(content).digest()
    )
    return timestamps._sequence(timestamps._VERSION + imprint + timestamps._WITH_CERTIFICATE)


AUTHORITY = """
[req]
distinguished_name = who
[who]
[stamping]
extendedKeyUsage = critical,timeStamping
[tsa]
serial = serial
signer_cert = c.pem
signer_key = k.pem
certs = c.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
"""


def test_heads_of_many_months_are_all_looked_at(house):
    first = entry()
    heads.anchor()
    with clock.at(clock.now() + timedelta(days=40)):
        entry()
        heads.anchor()
        assert len(list((house / places.HEADS).iterdir())) == 2
        Entry.objects.filter(pk=first.pk).delete()
        assert heads.first_missing()["number"] == first.pk

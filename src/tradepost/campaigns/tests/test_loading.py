"""From the spool into the database: each line once, whatever becomes of files, loaders and the lines around it."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.utils import timezone
from django_scopes import scopes_disabled
from tests.damage import damages

from tradepost.campaigns.models import SpoolFile, Tally
from tradepost.campaigns.tests.conftest import PHONE, counts, token
from tradepost.campaigns.tracking import spool
from tradepost.campaigns.tracking.loader import load
from tradepost.campaigns.tracking.tokens import signer


def test_a_file_is_loaded_once_however_often_and_by_however_many(front, sent, own_spool):
    campaign, _measured, _other = sent
    for _each in range(5):
        front(f"/o/{token(campaign)}")
    load()
    load()
    assert counts(campaign) == {("anonymous", "open"): 5}
    assert set(spool.files(own_spool)[0].read_bytes()) == {ord("\n")}
    front(f"/o/{token(campaign)}")
    load()
    assert counts(campaign) == {("anonymous", "open"): 6}


def test_a_loader_that_dies_before_its_commit_loads_it_again(front, sent, monkeypatch):
    campaign, _measured, _other = sent
    front(f"/o/{token(campaign)}")
    from tradepost.campaigns.tracking import loader

    with monkeypatch.context() as dying:
        dying.setattr(
            loader, "add_to_tallies", lambda counts: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        with pytest.raises(KeyboardInterrupt):
            load()
    assert SpoolFile.objects.get().offset == 0
    load()
    assert counts(campaign) == {("anonymous", "open"): 1}


def test_whatever_becomes_of_a_line_the_lines_around_it_are_loaded(front, sent, own_spool):
    """In a file of each damage, between good lines; numbers that no clock and no column holds among them."""
    campaign, measured, _other = sent
    own_spool.mkdir(exist_ok=True)
    block, stranger = signer().blocks(campaign.pk, [measured.pk, 0])
    now = int(timezone.now().timestamp() * 1000)
    good = spool.encode(now, b"o", block, 0, "", PHONE)
    anonymous = spool.encode(now, b"o", stranger, 0, "", PHONE)
    odd = [
        good.replace(b"%d" % now, number) + b"\n"
        for number in (b"9" * 30, b"9" * 19, b"-1", b"-%d" % now, b"9" * 5000, b"0")
    ]
    odd += [good.replace(b"\t0\t", b"\t%b\t" % number) for number in (b"9" * 30, b"70000", b"-3")]
    odd += [damage + b"\n" for damage in damages(good, bits=150)]
    for number, line in enumerate(odd):
        (own_spool / f"damaged-{number}.spool").write_bytes(anonymous + line + anonymous)
    load(own_spool)
    assert not list(own_spool.glob("damaged-*.spool"))
    with scopes_disabled():
        counted = Tally.objects.get(
            campaign=campaign, dimension="total", key="anonymous", kind="open"
        ).count
    assert counted >= 2 * len(odd)


def test_bytes_without_an_end_do_not_hide_the_lines_behind_them(sent, own_spool, monkeypatch):
    monkeypatch.setattr("tradepost.campaigns.tracking.loader.CHUNK_BYTES", 2000)
    campaign, _measured, _other = sent
    own_spool.mkdir(exist_ok=True)
    line = spool.encode(1_800_000_000_000, b"o", signer().blocks(campaign.pk, [0])[0], 0, "", PHONE)
    (own_spool / "one.spool").write_bytes(line + b"\0" * 9000 + b"\n" + line)
    assert load(own_spool).lines == 2


def test_an_unfinished_line_waits(sent, own_spool):
    own_spool.mkdir(parents=True)
    block = signer().blocks(sent[0].pk, [0])[0].hex()
    line = f"1\t{int(time.time() * 1000)}\to\t{block}\t0\t\t{PHONE}\n".encode()
    path = own_spool / "host-1-a.spool"
    path.write_bytes(line + line[:20])
    assert spool.read_chunk(path, 0, 1 << 20) == line


WRITER = """
import os, sys
from pathlib import Path
from tradepost.campaigns.tracking.spool import TrackingSpool
spool = TrackingSpool(Path(sys.argv[1]))
count = 0
while True:
    spool.append(b"o", bytes.fromhex(sys.argv[2]), 0, "", sys.argv[3])
    count += 1
    os.write(1, f"{count}\\n".encode())
"""


def test_what_was_answered_survives_kill_nine(sent, own_spool):
    campaign, _measured, _other = sent
    block = signer().blocks(campaign.pk, [0])[0].hex()
    answered = 0
    for _round in range(3):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(own_spool), block, PHONE],
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": "src"},
        )
        time.sleep(1.2)
        os.kill(writer.pid, signal.SIGKILL)
        said = writer.communicate()[0].split()
        answered += int(said[-1])
    loaded = load()
    assert loaded.files == 3
    assert answered <= counts(campaign)["anonymous", "open"] <= answered + 3
    assert spool.files(own_spool) == []
    assert SpoolFile.objects.count() == 0

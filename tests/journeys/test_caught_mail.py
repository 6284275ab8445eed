"""A mail goes from the queue through a real sender and a real catcher to a page one can read."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.processes import environment
from tradepost.delivery.actions import queue_mail

PICTURES = os.environ.get("SCREENSHOTS")


@pytest.fixture
def catcher(settings):
    """``tradepost mailcatcher`` as its own process; yields the port it listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings.TRADEPOST = replace(settings.TRADEPOST, mail_catcher_port=port)
    settings.TRADEPOST.repeat_whether_demo(is_demo=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "tradepost", "mailcatcher"],
        env=environment(mail_catcher_port=port),
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            time.sleep(0.2)
    yield port
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    settings.TRADEPOST.repeat_whether_demo(is_demo=False)


def test_what_is_sent_can_be_read(catcher, visit, transactional_db):
    queue_mail(
        to="ann@example.org", template="delivery/relay-test", context={"site": "Tradepost & <co>"}
    )
    subprocess.run(
        [sys.executable, "-m", "tradepost", "deliver", "--once"],
        env=environment(mail_catcher_port=catcher),
        check=True,
        timeout=60,
    )
    page = visit.goto("/caught/")
    picture(page, "list")
    page.get_by_role("link", name="The relay works").first.click()
    visit.look()
    frame = page.frame_locator("iframe")
    frame.get_by_text("mail from Tradepost & <co> arrives").wait_for()
    picture(page, "mail")
    page.get_by_role("link", name="Source").press("Enter")
    page.get_by_text("DKIM-Signature").wait_for()


def picture(page, name):
    if not PICTURES:
        return
    for width, scheme in ((1280, "light"), (390, "dark")):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=Path(PICTURES) / f"caught-{name}-{width}-{scheme}.png")
    page.emulate_media(color_scheme="light")

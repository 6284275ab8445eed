"""Lines of the logs, for people and for programs: the same level, and as little said."""

import json
import logging
import os
import subprocess
import sys

import pytest

from tradepost.config.environment import InvalidSetting, read_environment
from tradepost.config.web.quiet_logs import AsJson

_SPEAK = """
import logging, django
django.setup()
ours, theirs = logging.getLogger("tradepost.x"), logging.getLogger("library")
for speaker in (ours, theirs):
    for level in ("debug", "info", "warning", "error"):
        getattr(speaker, level)("%s", level)
try:
    raise ValueError("ann@example.org")
except ValueError:
    ours.exception("it broke")
"""


_SERVE = """
import logging, django
django.setup()
from django.conf import settings
from tradepost.config.web import server
server.Here.serve = lambda self, **_: logging.getLogger("_granian").warning("a line of granian's")
server.serve(None, host="127.0.0.1", port=0, logs=settings.LOGGING)
"""


def said(tmp_path, script=_SPEAK, **chosen: str) -> list[str]:
    own = {key: value for key, value in os.environ.items() if not key.startswith("TRADEPOST_")}
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=own
        | {"TRADEPOST_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "tradepost.config.settings"}
        | {f"TRADEPOST_{name.upper()}": value for name, value in chosen.items()},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stderr.splitlines()


def test_each_line_is_one_object_with_its_level_and_its_trace(tmp_path):
    lines = [json.loads(line) for line in said(tmp_path, log_format="json")]
    assert [(line["logger"], line["level"]) for line in lines] == [
        *(("tradepost.x", level) for level in ("info", "warning", "error")),
        *(("library", level) for level in ("warning", "error")),
        ("tradepost.x", "error"),
    ]
    assert "ValueError: (address)" in lines[-1]["trace"]
    assert lines[-1]["message"] == "it broke"


@pytest.mark.parametrize(
    ("level", "ours", "theirs"),
    [("debug", 4, 2), ("error", 1, 1)],
)
def test_libraries_never_say_less_than_warnings(level, ours, theirs, tmp_path):
    lines = [json.loads(line) for line in said(tmp_path, log_format="json", log_level=level)][:-1]
    assert sum(line["logger"] == "tradepost.x" for line in lines) == ours
    assert sum(line["logger"] == "library" for line in lines) == theirs


def test_the_web_servers_own_lines_look_like_all_others(tmp_path):
    [line] = said(tmp_path, _SERVE, log_format="json")
    assert json.loads(line)["logger"] == "_granian"


def test_plain_lines_stay_plain(tmp_path):
    first = said(tmp_path)[0]
    assert first.endswith("INFO tradepost.x info")


@pytest.mark.parametrize(("name", "value"), [("FORMAT", "xml"), ("LEVEL", "loud")])
def test_a_word_that_is_no_choice_is_refused(name, value):
    with pytest.raises(InvalidSetting, match=f"TRADEPOST_LOG_{name} must be .* or "):
        read_environment({f"TRADEPOST_LOG_{name}": value})


def test_the_form_for_programs_hides_what_the_plain_one_hides():
    text = 'GET /order/abcdefghijklmnopqrstuv/?token=x1&email=ann@example.org "quoted"\nsecond'
    record = logging.LogRecord("x", logging.WARNING, "x", 1, "%s", (text,), None)
    written = AsJson().format(record)
    assert "abcdefghijklmnopqrstuv" not in written
    assert "ann@" not in written
    assert "\n" not in written
    assert json.loads(written)["message"].endswith("\nsecond")

"""What a newcomer reads when `make` cannot go on: the reason, and words that can be followed."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.source import ROOT


@pytest.mark.parametrize("words", ["src/no/such_test.py", "src/no/such_test.py::test_it -x"])
def test_a_path_that_is_not_there_is_named(words):
    done = subprocess.run(
        ["make", "-o", ".venv/.dev", "test", f"ARGS={words}", "PY=false"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode
    assert "There is no src/no/such_test.py to test." in done.stdout


@pytest.mark.parametrize("where", ["on the path", "fetched"])
def test_where_no_python_can_be_had_uv_says_why_and_the_advice_can_be_followed(tmp_path, where):
    """uv is not on the path when make has fetched it: its name is written as it must be typed."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    program = tmp_path / ("bin/uv" if where == "on the path" else ".tools/bin/uv")
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\necho "error: github.com: connection refused" >&2\nexit 2\n')
    program.chmod(0o755)
    done = subprocess.run(
        ["make", ".venv/bin/python"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={"PATH": f"{tmp_path}/bin:/usr/bin:/bin", "HOME": str(tmp_path), "PYENV_ROOT": str(tmp_path)},
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert done.returncode
    assert "error: github.com: connection refused" in said
    command = said.partition("installs one: ")[2].split()[0]
    found = tmp_path / command if "/" in command else shutil.which(command, path=f"{tmp_path}/bin")
    assert found
    assert Path(found).resolve() == program
    assert "python install 3.13" in said
    assert "Debian 13, Ubuntu 24.04" in said

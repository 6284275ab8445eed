"""The whole proof still gets through its doors and its oracles still see: once, in its short form."""

import json
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.scale
# The shop closes after its people were erased, as in the whole one.
SHORT = ("networks", "copy", "facts", "wire", "logs", "bytes", "closing")


def test_the_short_form_of_the_whole_proof_holds(tmp_path):
    own = {key: value for key, value in os.environ.items() if not key.startswith("TRADEPOST_")}
    environment = own | {"TRADEPOST_DATA": str(tmp_path)}

    def run(*words: str) -> str:
        return subprocess.run(
            [sys.executable, "-m", "tradepost", *words],
            env=environment, capture_output=True, text=True, check=True, timeout=600,
        ).stdout  # fmt: skip

    run("migrate", "--verbosity=0")
    run("createcachetable")
    printed = run("promises", "--whole-here", *(f"--only={name}" for name in SHORT))
    lines = [line.removeprefix("finding: ") for line in printed.splitlines()]
    found = {
        one["oracle"]: one for line in lines if line.startswith("{") for one in [json.loads(line)]
    }
    assert set(found) == {"doors", *SHORT}
    assert {name: one["broken"] for name, one in found.items() if one["broken"]} == {}
    assert found["doors"]["counts"]["marks"] > 90

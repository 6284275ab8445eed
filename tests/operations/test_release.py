"""What a release is made of; ``deploy/release`` itself installs and starts the wheel."""

import re
import subprocess
import sys
import zipfile
from datetime import date

import pytest

from tests.installations import ROOT
from tradepost import SUPPORTED_UNTIL, __version__


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(folder), str(ROOT)],
        check=True, capture_output=True,
    )  # fmt: skip
    [path] = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


def test_the_wheel_holds_every_file_that_the_product_reads(wheel):
    listed = subprocess.run(
        ["git", "ls-files", "-z", "src/tradepost"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    ours = {name.removeprefix("src/") for name in listed if name and "/tests/" not in name}
    held = set(wheel.namelist())
    assert sorted(ours - held) == []
    assert [name for name in held if "/tests/" in name] == []
    for kind in (".mo", ".woff2", ".mjml", ".css", ".js", ".html", "vendor/htmx"):
        assert any(kind in name for name in held), kind


def test_its_papers_are_in_it(wheel):
    names = [name for name in wheel.namelist() if ".dist-info/" in name]
    assert any(name.endswith("licenses/LICENSE") for name in names)
    [entries] = [name for name in names if name.endswith("entry_points.txt")]
    assert "tradepost = tradepost.config.cli:main" in wheel.read(entries).decode()
    [papers] = [name for name in names if name.endswith("/METADATA")]
    assert f"\nVersion: {__version__}\n" in wheel.read(papers).decode()


def test_the_guide_to_weaknesses_names_the_date_that_the_product_names():
    text = (ROOT / "SECURITY.md").read_text()
    [said] = re.findall(r"\*\*Supported until (\d+ \w+ \d+)\*\*", text)
    assert said == f"{SUPPORTED_UNTIL:%-d %B %Y}"
    assert isinstance(SUPPORTED_UNTIL, date)
    assert f"version {__version__.rpartition('.')[0]} " in text
    assert "`/security/advisories`" in text


def test_a_tag_that_is_not_there_makes_nothing(tmp_path):
    done = subprocess.run(
        [sys.executable, str(ROOT / "deploy" / "release"), "v999.0.0", "--into", str(tmp_path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == "There is no tag v999.0.0.\n"
    assert list(tmp_path.iterdir()) == []

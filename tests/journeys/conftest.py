"""A real browser against a real server; every page it visits is checked on the way."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

# Playwright's loop runs in this thread; Django's guard would refuse every query in the test itself.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
VNU = Path(__file__).parents[2] / ".tools/node_modules/vnu-jar/build/dist/vnu.jar"
REQUIRE_ALL = bool(os.environ.get("REQUIRE_ALL_TOOLS"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One for all journeys, closed behind them: its event loop would be in the way of tests that run their own."""
    if not Path(CHROMIUM).exists():
        if REQUIRE_ALL:
            pytest.fail(f"no Chromium at {CHROMIUM}")
        pytest.skip(f"no Chromium at {CHROMIUM}: the browser journeys are skipped")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


class Visit:
    """A page and what it did wrong: console errors, requests to other hosts, axe, HTML.

    ``look()`` checks the page as it stands and raises at once; HTML is validated at the end of the
    session, in one run of the validator.
    """

    def __init__(
        self, page: Page, base_url: str, markup: Path, *, runs_scripts: bool = True
    ) -> None:
        self._runs_scripts = runs_scripts
        self.page, self.base_url, self._markup = page, base_url, markup
        self.errors: list[str] = []
        self.hosts: set[str] = set()
        page.on("console", lambda message: self._console(message.type, message.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))

    def _console(self, kind: str, text: str) -> None:
        # Chromium reports each deliberate 4xx page as a failed resource.
        if kind == "error" and "Failed to load resource" not in text:
            self.errors.append(text)

    def goto(self, path: str) -> Page:
        self.page.goto(path if path.startswith("http") else self.base_url + path)
        self.look()
        return self.page

    def _axe(self) -> None:
        """Not without scripts: axe is one, and would wait for its own timers for ever."""
        if self._runs_scripts:
            found = Axe().run(self.page)
            assert found.violations_count == 0, f"{self.page.url}\n{found.generate_report()}"

    def look(self) -> None:
        assert self.errors == [], f"console errors on {self.page.url}"
        foreign = {host for host in self.hosts if host and host != urlsplit(self.base_url).netloc}
        assert foreign == set(), f"outside hosts on {self.page.url}"
        self._axe()
        number = len(list(self._markup.iterdir()))
        markup = self.page.request.get(self.page.url).text()
        if "<html" in markup[:500]:
            (self._markup / f"{number:04}.html").write_text(
                markup + f"<!-- {urlsplit(self.page.url).path} -->"
            )


@pytest.fixture(scope="session")
def markup(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of every page visited; validated when the session ends."""
    folder = tmp_path_factory.mktemp("markup")
    yield folder
    pages = sorted(folder.iterdir())
    if not pages or not VNU.exists() or not shutil.which("java"):
        assert not (REQUIRE_ALL and pages), "the HTML validator (vnu-jar, java) is missing"
        return
    result = subprocess.run(
        ["java", "-Xss1m", "-jar", str(VNU), "--format", "gnu", "--errors-only", *map(str, pages)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, _with_paths(result.stderr, pages)


def _with_paths(report: str, pages: list[Path]) -> str:
    for page in pages:
        path = page.read_text().rsplit("<!-- ", 1)[-1].removesuffix(" -->")
        report = report.replace(str(page), f"{page.name} {path}")
    return report[:6000]


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    opened.set_default_timeout(10_000)
    yield opened
    opened.close()


@pytest.fixture
def site(live_server) -> str:
    """The server's address by name: passkeys need ``localhost``."""
    return live_server.url.replace("127.0.0.1", "localhost")


@pytest.fixture
def visit(context: BrowserContext, site: str, markup: Path) -> Visit:
    return Visit(context.new_page(), site, markup)


@pytest.fixture
def page(visit: Visit) -> Page:
    return visit.page


@pytest.fixture
def plain_visit(browser: Browser, site: str, markup: Path) -> Iterator[Visit]:
    """A browser without JavaScript whose cookies are all refused: what it is sent, it forgets."""
    opened = browser.new_context(java_script_enabled=False)
    opened.set_default_timeout(10_000)
    page = opened.new_page()
    page.on("response", lambda response: opened.clear_cookies())
    yield Visit(page, site, markup, runs_scripts=False)
    opened.close()

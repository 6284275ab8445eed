"""One real installation, public and behind TLS, for all tests of this folder."""

from collections.abc import Iterator

import pytest

from tests.installations import Up
from tests.servers import free_port


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """What an operator runs: no demo, an https address, a proxy in front; one worker of the web server."""
    folder = tmp_path_factory.mktemp("installation")
    up = Up(
        folder, "--no-demo",
        public_url="https://shop.example", trusted_proxies=1, metrics_port=free_port(), log_format="json",
    )  # fmt: skip
    try:
        yield up.wait_until_open(600)
    finally:
        up.stop()

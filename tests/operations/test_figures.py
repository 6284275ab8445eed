"""What a running installation tells Prometheus, and writes into its logs."""

import http.client
import json
import urllib.request

from prometheus_client.parser import text_string_to_metric_families

from tests.servers import wait_until


def _answered(installation) -> dict[str, float]:
    """Requests by status, of all processes."""
    port = installation.environment["TRADEPOST_METRICS_PORT"]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
        families = list(text_string_to_metric_families(answer.read().decode()))
    counts: dict[str, float] = {}
    for family in families:
        for sample in family.samples:
            if sample.name == "tradepost_requests_total":
                status = sample.labels["status"]
                counts[status] = counts.get(status, 0) + sample.value
    assert any(family.name == "tradepost_turn_age_seconds" for family in families)
    return counts


def _ask(installation, path: str) -> int:
    client = http.client.HTTPConnection("127.0.0.1", installation.port, timeout=60)
    client.request("GET", path, headers={"Host": "shop.example", "X-Forwarded-Proto": "https"})
    status = client.getresponse().status
    client.close()
    return status


def test_visitors_are_counted_by_status_and_probes_are_not(installation):
    before = _answered(installation).get("404", 0)
    for _ in range(5):
        assert _ask(installation, "/no/such/page/") == 404
    for _ in range(5):
        assert _ask(installation, "/health/live") == 200
    wait_until(lambda: _answered(installation).get("404", 0) >= before + 5, 120)
    assert _answered(installation)["404"] == before + 5


def test_each_line_of_the_logs_is_an_object(installation):
    assert _ask(installation, "/no/such/page/") == 404
    wait_until(lambda: "Not Found" in installation.log("web"), 60)
    for name in ("web", "scheduler", "sender", "worker"):
        lines = installation.log(name).splitlines()
        for line in lines:
            assert {"at", "level", "logger", "message"} <= set(json.loads(line)), line

"""How many web processes there are when nobody says."""

import pytest

from tradepost.config.environment import read_environment, reading


@pytest.mark.parametrize(("gigabytes", "processes"), [(1, 1), (4, 2)])
def test_a_small_machine_gets_one_web_process(monkeypatch, gigabytes, processes):
    monkeypatch.setattr(reading, "memory_limit", lambda: gigabytes * 1024**3)
    assert read_environment({}).web_processes == processes
    assert read_environment({"TRADEPOST_WEB_PROCESSES": "3"}).web_processes == 3

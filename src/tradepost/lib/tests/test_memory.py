"""The least of what the machine has and what a control group allows."""

import os

from tradepost.lib.memory import memory_limit

MACHINE = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def written(root, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_without_groups_it_is_the_machines(tmp_path):
    assert memory_limit(tmp_path) == MACHINE


def test_a_group_of_version_2_or_one_around_it_allows_less(tmp_path):
    written(tmp_path, "proc/self/cgroup", "0::/shop.slice/tradepost.service\n")
    written(tmp_path, "sys/fs/cgroup/shop.slice/tradepost.service/memory.max", "max\n")
    assert memory_limit(tmp_path) == MACHINE
    written(tmp_path, "sys/fs/cgroup/shop.slice/memory.max", "1048576\n")
    assert memory_limit(tmp_path) == 1048576


def test_a_group_of_version_1_allows_less(tmp_path):
    written(tmp_path, "proc/self/cgroup", "9:name=systemd:/\n4:memory:/docker/7\n0::/\n")
    limit = "sys/fs/cgroup/memory/docker/7/memory.limit_in_bytes"
    written(tmp_path, limit, "9223372036854771712\n")
    assert memory_limit(tmp_path) == MACHINE
    written(tmp_path, limit, "2097152\n")
    assert memory_limit(tmp_path) == 2097152

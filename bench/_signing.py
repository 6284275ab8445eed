"""How fast signing alone is: the limit of ``send.py``. Its processes are spawned and load Django themselves."""

import multiprocessing
import os
import time
from collections.abc import Iterable

from tradepost.delivery.outgoing.dkim import own_keys


def bare_signing(seconds: float) -> tuple[int, float]:
    """How many messages one core signs, both keys, nothing else; and the processor's time for it."""
    keys, data, done, used = own_keys(), b"x" * 1500, 0, time.process_time()
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        for key in keys:
            key.sign(data)
        done += 1
    return done, time.process_time() - used


def bare_signing_rate(cores: int, seconds: float = 3.0) -> tuple[float, float]:
    """(messages a second, processor's seconds a message), pinned like the senders."""
    with multiprocessing.get_context("spawn").Pool(cores, pin, [range(cores)]) as pool:
        pool.map(bare_signing, [0.1] * cores)
        rounds = pool.map(bare_signing, [seconds] * cores)
    done, used = sum(count for count, _used in rounds), sum(used for _count, used in rounds)
    return done / seconds, used / done


def pin(cores: Iterable[int], process: int = 0) -> None:
    os.sched_setaffinity(process, cores)

"""Many at once: each thread with a connection of its own, all beginning in the same moment."""

import threading
from collections.abc import Callable

from django.db import close_old_connections, connection

LONGEST_SECONDS = 120


def together(*work: Callable[[], object]) -> list[Exception]:
    """What went wrong in any of them, for the test to show."""
    problems: list[Exception] = []
    gate = threading.Barrier(len(work))

    def one(do: Callable[[], object]) -> None:
        gate.wait(LONGEST_SECONDS)
        try:
            do()
        except Exception as problem:  # noqa: BLE001  shown by the test
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=[do]) for do in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST_SECONDS)
    assert not any(thread.is_alive() for thread in threads), "somebody is still at it"
    close_old_connections()
    return problems

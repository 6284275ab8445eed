"""Reading on while the database writes."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context


def read_ahead[T](items: Iterator[T]) -> Iterator[T]:
    """The same items; while the caller works on one, a thread makes the next.

    It does so in the caller's context, so that texts keep the caller's language, and must not use the
    database, to which every thread has a connection of its own.
    """
    context = copy_context()

    def following() -> T | None:
        return next(items, None)

    with ThreadPoolExecutor(1) as reader:
        ahead = reader.submit(context.run, following)
        while (item := ahead.result()) is not None:
            ahead = reader.submit(context.run, following)
            yield item

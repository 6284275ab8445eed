"""Caches that nobody depends on: one that is away, or holds nonsense, counts as empty."""

import logging
import time
from collections.abc import Callable, Iterable
from types import EllipsisType

from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.redis import RedisCache
from django.db import DatabaseError, OperationalError

from tradepost.jobs.outages import Patience, is_one_of

logger = logging.getLogger(__name__)

LEFT_ALONE_SECONDS = 3.0


# What Django means by a time-out that is not given stays Django's.
type Timeout = float | EllipsisType | None


class ForgivingRedis(RedisCache):
    """Every question is answered as an empty cache would; said once, and not asked again for a moment.

    What is counted in the cache (limits on requests) is not counted meanwhile; wrong passwords and codes
    are counted in the database.
    """

    def __init__(self, server: str, params: dict[str, object]) -> None:
        super().__init__(server, params)
        self._patience = Patience("the cache's user")
        self._left_alone_until = 0.0

    def _ask[Answer](self, question: Callable[[], Answer], otherwise: Answer) -> Answer:
        if time.monotonic() < self._left_alone_until:
            return otherwise
        try:
            answer = question()
        except Exception as error:
            if not is_one_of(error, "redis.exceptions", "RedisError"):
                raise
            self._patience.pause_after(error)
            self._left_alone_until = time.monotonic() + LEFT_ALONE_SECONDS
            return otherwise
        self._patience.over()
        return answer

    def get(self, key: str, default: object = None, version: int | None = None) -> object:
        return self._read(lambda: super(ForgivingRedis, self).get(key, default, version), default)

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, object]:
        return self._read(lambda: super(ForgivingRedis, self).get_many(keys, version), {})

    def _read[Answer](self, question: Callable[[], Answer], otherwise: Answer) -> Answer:
        try:
            return self._ask(question, otherwise)
        except Exception as error:  # noqa: BLE001  a damaged pickle raises whatever it likes
            logger.error("a value in the cache cannot be read (%s)", type(error).__name__)  # noqa: TRY400  a trace could hold the value
            return otherwise

    def set(
        self, key: str, value: object, timeout: Timeout = ..., version: int | None = None
    ) -> None:
        more = {} if isinstance(timeout, EllipsisType) else {"timeout": timeout}
        self._ask(
            lambda: super(ForgivingRedis, self).set(key, value, version=version, **more), None
        )

    def add(
        self, key: str, value: object, timeout: Timeout = ..., version: int | None = None
    ) -> bool:
        more = {} if isinstance(timeout, EllipsisType) else {"timeout": timeout}
        return self._ask(
            lambda: super(ForgivingRedis, self).add(key, value, version=version, **more),
            otherwise=True,
        )

    def touch(self, key: str, timeout: Timeout = ..., version: int | None = None) -> bool:
        more = {} if isinstance(timeout, EllipsisType) else {"timeout": timeout}
        return self._ask(
            lambda: super(ForgivingRedis, self).touch(key, version=version, **more),
            otherwise=False,
        )

    def set_many(
        self, data: dict[str, object], timeout: Timeout = ..., version: int | None = None
    ) -> list[object]:
        more = {} if isinstance(timeout, EllipsisType) else {"timeout": timeout}
        return self._ask(
            lambda: super(ForgivingRedis, self).set_many(data, version=version, **more), []
        )

    def delete(self, key: str, version: int | None = None) -> bool:
        return self._ask(lambda: super(ForgivingRedis, self).delete(key, version), otherwise=False)

    def delete_many(self, keys: Iterable[str], version: int | None = None) -> None:
        self._ask(lambda: super(ForgivingRedis, self).delete_many(keys, version), None)

    def has_key(self, key: str, version: int | None = None) -> bool:
        return self._ask(lambda: super(ForgivingRedis, self).has_key(key, version), otherwise=False)

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Raises: ValueError, when the key is not there."""
        return self._ask(lambda: super(ForgivingRedis, self).incr(key, delta, version), delta)

    def clear(self) -> None:
        self._ask(lambda: super(ForgivingRedis, self).clear(), None)


class ForgivingTable(DatabaseCache):
    """The table in the database; a damaged value counts as missing."""

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, object]:
        known = list(keys)
        try:
            return super().get_many(known, version)
        except DatabaseError:
            raise
        except Exception as error:  # noqa: BLE001  a damaged pickle raises whatever it likes
            logger.error("a value in the cache cannot be read (%s)", type(error).__name__)  # noqa: TRY400  a trace could hold the value
            self.delete_many(known, version)
            return {}

    def add(
        self, key: str, value: object, timeout: Timeout = ..., version: int | None = None
    ) -> bool:
        """Raises: OperationalError, when the table cannot be written: that is no "it was there"."""
        more = {} if isinstance(timeout, EllipsisType) else {"timeout": timeout}
        added = super().add(key, value, version=version, **more)
        if not added and not self.has_key(key, version):
            raise OperationalError("the cache's table cannot be written")
        return added

"""Finished pages and facts, kept in the memory of one process while they are true.

Each has the fingerprint of its shop (``catalog.queries.shop_fingerprint``), which is read from the
database at every request: a change of stock or price makes a new one in its own transaction, so what
is kept is never shown after the change, in whichever process that was made.
"""

import hashlib
import threading
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from cachetools import LRUCache

MOST_BYTES = 64_000_000
MOST_FACTS = 500
_GZIP = 31  # window bits that make zlib write the head of a gzip file

Fingerprint = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class KeptPage:
    """One page as it goes over the wire. Only the zipped form is kept: that is what browsers take."""

    fingerprint: Fingerprint
    zipped: bytes
    etag: str
    content_type: str
    language: str

    def plain(self) -> bytes:
        return zlib.decompress(self.zipped, _GZIP)


class KeptPages:
    """The pages looked at last, up to ``MOST_BYTES``."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._pages: LRUCache[str, KeptPage] = LRUCache(
            most_bytes, getsizeof=lambda page: len(page.zipped)
        )
        self._lock = threading.Lock()

    def find(self, address: str, fingerprint: Fingerprint) -> KeptPage | None:
        with self._lock:
            page = self._pages.get(address)
        return page if page and page.fingerprint == fingerprint else None

    def keep(self, address: str, page: KeptPage) -> None:
        with self._lock, suppress(ValueError):  # larger than all that may be kept
            self._pages[address] = page

    def forget(self) -> None:
        with self._lock:
            self._pages.clear()


def zipped_page(
    content: bytes, fingerprint: Fingerprint, content_type: str, language: str
) -> KeptPage:
    packer = zlib.compressobj(5, zlib.DEFLATED, _GZIP)
    zipped = packer.compress(content) + packer.flush()
    digest = hashlib.blake2b(content, digest_size=12).hexdigest()
    return KeptPage(fingerprint, zipped, f'W/"{digest}"', content_type, language)


class KeptFacts:
    """One value a shop, made anew when its fingerprint changes."""

    def __init__(self) -> None:
        self._facts: LRUCache[object, tuple[Fingerprint, object]] = LRUCache(MOST_FACTS)
        self._lock = threading.Lock()

    def of(self, fingerprint: Fingerprint, make: Callable[[], object]) -> object:
        with self._lock:
            known = self._facts.get(fingerprint[0])
        if known and known[0] == fingerprint:
            return known[1]
        made = make()
        with self._lock:
            self._facts[fingerprint[0]] = (fingerprint, made)
        return made

    def forget(self) -> None:
        with self._lock:
            self._facts.clear()


pages, facts = KeptPages(), KeptFacts()

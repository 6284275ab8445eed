"""The storage as a bucket of an S3-compatible server, for installations with several machines.

Loaded where TRADEPOST_FILES_URL names one, and nowhere else.
"""

import io
import os
from collections.abc import Buffer, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from tradepost.jobs.outages import NeighbourAway
from tradepost.jobs.storage import drafts
from tradepost.jobs.storage.types import StoredFile, checked
from tradepost.lib.bucket_address import BucketAddress

PIECE = 1 << 20
_PART = 8 << 20  # of an upload; at most 10,000 of them
_AT_ONCE = 2  # parts in memory
_TRIES = 3


class StorageAway(NeighbourAway):
    """The server does not answer, or refuses us; what was to be done is tried again."""


class KeepsVersions(NeighbourAway):
    """What is deleted there stays readable, so nobody could be erased: such a bucket is not used."""

    def __init__(self, address: BucketAddress) -> None:
        super().__init__(
            f"the bucket {address} keeps old versions of files, so that nobody could be erased from it;"
            " name one without versions in TRADEPOST_FILES_URL"
        )


class UsedBeforeFork(RuntimeError):
    """obstore's threads stayed in the parent: here it would wait for ever. Fork before the first file."""


class _Threads:
    """Which process obstore started its threads in."""

    def __init__(self) -> None:
        self.process = 0

    def belong_to_this_process(self) -> None:
        """Raises: UsedBeforeFork."""
        self.process = self.process or os.getpid()
        if self.process != os.getpid():
            raise UsedBeforeFork


_threads = _Threads()


class Bucket:
    """Speaks to the host of its address and to no other one."""

    def __init__(self, address: BucketAddress) -> None:
        self.address = address
        self._made: S3Store | None = None

    def open(self, name: str) -> BinaryIO:
        return io.BufferedReader(_BucketFile(self, checked(name)), PIECE)

    def put(self, name: str, source: Path) -> None:
        """Raises: StorageAway; KeepsVersions."""
        with source.open("rb") as content:
            self._put(checked(name), content)
        source.unlink()

    def write(self, name: str, content: bytes) -> None:
        """Raises: StorageAway; KeepsVersions."""
        self._put(checked(name), io.BytesIO(content))

    def _put(self, name: str, content: BinaryIO) -> None:
        with self.failures():
            try:
                written = obstore.put(
                    self.store, name, content, chunk_size=_PART, max_concurrency=_AT_ONCE
                )
            except FileNotFoundError as error:
                raise StorageAway(f"the bucket {self.address} (there is none)") from error
        if written["version"] is not None:
            self.delete(name)
            raise KeepsVersions(self.address)

    def delete(self, name: str) -> None:
        with self.failures():
            try:
                obstore.delete(self.store, checked(name))
            except FileNotFoundError:  # some servers say so
                return

    def size(self, name: str) -> int:
        with self.failures():
            return obstore.head(self.store, checked(name))["size"]

    def list(self, folder: str) -> Iterator[StoredFile]:
        with self.failures():
            found = [
                StoredFile(item["path"], item["size"], item["last_modified"])
                for some in obstore.list(self.store, checked(folder), chunk_size=1000)
                for item in some
            ]
        yield from sorted(found, key=lambda file: file.name)

    @contextmanager
    def on_disk(self, name: str) -> Iterator[Path]:
        with drafts.draft() as path:
            with self.open(name) as source, path.open("xb") as target:
                while piece := source.read(PIECE):
                    target.write(piece)
            yield path

    @property
    def store(self) -> S3Store:
        """Made when the first file is asked for. Raises: UsedBeforeFork."""
        _threads.belong_to_this_process()
        if self._made is None:
            self._made = self._connect()
        return self._made

    def _connect(self) -> S3Store:
        address = self.address
        return S3Store(
            address.bucket,
            prefix=address.folder.rstrip("/") or None,
            endpoint=address.endpoint,
            region=address.region,
            access_key_id=address.key,
            secret_access_key=address.secret,
            virtual_hosted_style_request=False,
            client_options={
                "allow_http": not address.tls,
                "connect_timeout": timedelta(seconds=5),
                "read_timeout": timedelta(seconds=30),
                "timeout": timedelta(hours=1),  # for a whole file, however slowly it is read
            },
            retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=20)},
        )

    @contextmanager
    def failures(self) -> Iterator[None]:
        """Whatever the server does wrong, it is away. Raises: StorageAway."""
        try:
            yield
        except BaseError as error:
            reason = (str(error).strip() or type(error).__name__).splitlines()[0][:300]
            raise StorageAway(f"the file storage {self.address} ({reason})") from error


def bucket_at(url: str) -> Bucket:
    """Raises: NoBucket."""
    return Bucket(BucketAddress.read(url))


class _BucketFile(io.RawIOBase):
    """One file of the bucket, from any place on. A connection that breaks is opened anew at the same
    place of the same file; one that was replaced meanwhile is another file."""

    def __init__(self, bucket: Bucket, name: str) -> None:
        """Raises: FileNotFoundError, StorageAway."""
        self._bucket, self._name = bucket, name
        self._at, self._size, self._tag = 0, 0, ""
        self._pieces, self._came = self._from_here(), 0
        self._rest = memoryview(b"")

    def _from_here(self) -> Iterator[bytes]:
        chosen: obstore.GetOptions = {"if_match": self._tag} if self._tag else {}
        if self._at:
            chosen["range"] = {"offset": self._at}
        with self._bucket.failures():
            found = obstore.get(self._bucket.store, self._name, options=chosen)
        self._size, self._tag = found.meta["size"], found.meta["e_tag"] or ""
        return map(bytes, found.stream(PIECE))

    def readinto(self, target: Buffer) -> int:
        view = memoryview(target).cast("B")
        if self._came != self._at:  # somebody went elsewhere since
            self._pieces, self._rest = iter(()), memoryview(b"")
        if not self._rest:
            self._rest = memoryview(self._next_piece())
        count = min(len(view), len(self._rest))
        view[:count] = self._rest[:count]
        self._rest, self._at = self._rest[count:], self._at + count
        self._came = self._at
        return count

    def _next_piece(self) -> bytes:
        for left in reversed(range(_TRIES)):
            if self._at >= self._size:
                return b""
            try:
                with self._bucket.failures():
                    if piece := next(self._pieces, b""):
                        return piece
                    self._pieces = self._from_here()
            except (NeighbourAway, OSError):
                self._pieces = iter(())
                if not left:
                    raise
        raise StorageAway(f"the file storage {self._bucket.address} (an answer without bytes)")

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Costs nothing until something is read."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(start + offset, 0)
        return self._at

    def tell(self) -> int:
        return self._at

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

"""What granian hands to an application of its RSGI kind."""

from collections.abc import AsyncIterator, Awaitable, Mapping
from typing import Protocol


class Scope(Protocol):
    """The request's line and headers."""

    proto: str
    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str
    authority: str | None
    headers: Mapping[str, str]


class HttpProtocol(Protocol):
    """The connection: awaited or iterated it gives the body, its methods take the answer."""

    def __call__(self) -> Awaitable[bytes]: ...

    def __aiter__(self) -> AsyncIterator[bytes]: ...

    def close(self, status: int) -> None: ...

    def response_str(self, status: int, headers: list[tuple[str, str]], body: str) -> None: ...

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None: ...

    def response_file(self, status: int, headers: list[tuple[str, str]], file: str) -> None: ...

"""The address of a bucket: ``s3://KEY:SECRET@host:port/bucket/folder?region=eu-central&tls=no``."""

import ipaddress
import re
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qsl, unquote, urlsplit

SCHEME = "s3"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_FOLDER = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
_TLS = {"yes": True, "no": False}


class NoBucket(ValueError):
    """Not the address of a bucket; the text says what is missing."""


@dataclass(frozen=True, kw_only=True)
class BucketAddress:
    """``folder`` ends with a slash, or is empty. Two addresses are the same for whoever names the place."""

    host: str
    port: int
    bucket: str
    folder: str
    region: str
    tls: bool
    key: str = field(repr=False)
    secret: str = field(repr=False)

    @property
    def endpoint(self) -> str:
        name = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls else 'http'}://{name}:{self.port}"

    @property
    def is_near(self) -> bool:
        """On this machine or in a network that only its owner can number: no company's."""
        try:
            return ipaddress.ip_address(self.host).is_private
        except ValueError:
            return self.host == "localhost"

    def __str__(self) -> str:
        return f"{SCHEME}://{self.host}:{self.port}/{self.bucket}/{self.folder}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Key and secret with ``%2F`` for ``/``, ``%2B`` for ``+``, ``%40`` for ``@``.

        Raises: NoBucket.
        """
        try:
            address = urlsplit(text)
            host, port = address.hostname or "", address.port
            chosen = (
                dict(parse_qsl(address.query, keep_blank_values=True, strict_parsing=True))
                if address.query
                else {}
            )
        except ValueError as error:
            raise NoBucket(str(error)) from None
        if address.scheme != SCHEME or not host:
            raise NoBucket("it begins with s3:// and a host")
        if not address.username or not address.password:
            raise NoBucket("key and secret stand before the host")
        bucket, *folders = [unquote(part) for part in address.path.strip("/").split("/")]
        if not _BUCKET.fullmatch(bucket):
            raise NoBucket("the name of a bucket stands behind the host")
        if not all(_FOLDER.fullmatch(part) for part in folders):
            raise NoBucket("folders are letters, digits, points, dashes")
        if chosen.keys() - {"region", "tls"} or chosen.get("tls", "yes") not in _TLS:
            raise NoBucket("behind the question mark stand region=… and tls=no alone")
        tls = _TLS[chosen.get("tls", "yes")]
        return cls(
            host=host,
            port=port or (443 if tls else 80),
            bucket=bucket,
            folder="".join(f"{part}/" for part in folders),
            region=chosen.get("region") or "us-east-1",
            tls=tls,
            key=unquote(address.username),
            secret=unquote(address.password),
        )

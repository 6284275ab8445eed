"""A time stamp of an authority (RFC 3161) for a hash. ``openssl ts -verify`` checks one without us."""

import hashlib

from django.conf import settings

from tradepost.datamap.vocabulary import Purpose
from tradepost.rights import egress

_SHA256 = bytes.fromhex("300d06096086480165030402010500")  # AlgorithmIdentifier, RFC 5754
_VERSION, _WITH_CERTIFICATE = b"\x02\x01\x01", b"\x01\x01\xff"
_GRANTED = (b"\x02\x01\x00", b"\x02\x01\x01")  # PKIStatus: granted, granted with changes


class NotStamped(Exception):
    """The authority gave no time stamp for this hash."""


def is_asked() -> bool:
    return bool(settings.TRADEPOST.timestamp_url)


def stamp_for(content: bytes) -> bytes:
    """The authority's answer in DER, which holds the hash of ``content``.

    Raises: NotStamped, httpx.HTTPError.
    """
    digest = hashlib.sha256(content).digest()
    headers = {"Content-Type": "application/timestamp-query"}
    with egress.session("time-stamp", kinds=(), purpose=Purpose.SECURITY) as client:
        answer = client.post(
            settings.TRADEPOST.timestamp_url, content=_question(digest), headers=headers
        )
    answer.raise_for_status()
    if digest not in answer.content or not any(word in answer.content[:32] for word in _GRANTED):
        raise NotStamped
    return answer.content


def _question(digest: bytes) -> bytes:
    """TimeStampReq: version, message imprint, and that the answer shall hold the certificate."""
    imprint = _sequence(_SHA256 + b"\x04\x20" + digest)
    return _sequence(_VERSION + imprint + _WITH_CERTIFICATE)


def _sequence(content: bytes) -> bytes:
    return bytes([0x30, len(content)]) + content

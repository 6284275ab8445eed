"""The one way out over HTTP (promises share.processors, share.notice-before).

    with egress.session("stripe", kinds=[Kind.PAYMENT], purpose=Purpose.ORDERS, merchant=m) as client:
        client.post("https://api.stripe.com/v1/…", …)

``session`` gives an ordinary ``httpx.Client``, so official SDKs can be given it. Each call: the host is
one of the party's registered ones; its name is resolved once and the connection goes to just that
address, which must be public (no way into our own network, SSRF); time-outs and an upper size hold; a
``Disclosure`` says who got what kinds of data: call outside a transaction, or a rollback takes that
line back although the data has left. Nothing else in the house may open a connection
(``lib.wire`` refuses it at the socket).
"""

import ipaddress
import socket
from collections.abc import Iterable, Iterator

import httpx
from django.db import models

from tradepost.datamap.processors import processor_of, today
from tradepost.datamap.subjects import email_key
from tradepost.datamap.vocabulary import Kind, Purpose
from tradepost.lib.wire import way_out
from tradepost.rights.actions.disclose import Transfer, disclose

TIMEOUT = httpx.Timeout(20.0, connect=5.0)
MOST_BYTES = 5_000_000


class EgressRefused(httpx.TransportError):
    """The gateway did not let a call out; the text says why. Nothing was sent."""


class AnswerTooLarge(httpx.TransportError):
    """The other side sent more than ``MOST_BYTES``."""


def session(
    processor_id: str,
    *,
    kinds: Iterable[Kind],
    purpose: Purpose,
    merchant: models.Model | None = None,
    email: str = "",
    reference: str = "",
    timeout: httpx.Timeout = TIMEOUT,
) -> httpx.Client:
    """A client that reaches one registered party only and records each transfer.

    ``email`` (normalised) is the person whose data goes out: kept as a keyed hash, so that the person
    can be told. ``reference`` is the other side's name for the matter ("pi_123"). Redirects are not
    followed and the environment's proxies are not used.

    Raises:
        UnknownProcessor
    """
    transfer = Transfer(
        processor=processor_of(processor_id).id,
        kinds=tuple(kinds),
        purpose=purpose,
        merchant_id=merchant.pk if merchant else None,
        subject_key=email_key(email) if email else "",
        reference=reference,
    )
    return httpx.Client(
        transport=HttpGateway(transfer), timeout=timeout, follow_redirects=False, trust_env=False
    )


class HttpGateway(httpx.BaseTransport):
    """Checks, pins and records; then hands over to an ordinary transport."""

    def __init__(self, transfer: Transfer) -> None:
        self.processor = processor_of(transfer.processor)
        self._transfer = transfer
        self._inner = httpx.HTTPTransport(retries=0, trust_env=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Raises: EgressRefused, AnswerTooLarge, and httpx's own errors."""
        self._check_party(request.url)
        with way_out(request.url.host):
            address = self._check_address(request.url)
        disclose(self._transfer, host=request.url.host)
        with way_out(address):
            response = self._inner.handle_request(_pinned(request, address))
        response.stream = _Limited(response.stream)
        return response

    def close(self) -> None:
        self._inner.close()

    def _check_party(self, url: httpx.URL) -> None:
        party = self.processor
        if not party.active():
            raise EgressRefused(f"{party.id} is switched off.")
        if not party.may_receive_on(today()):
            raise EgressRefused(f"{party.id} was not announced long enough ago.")
        unregistered = set(self._transfer.kinds) - set(party.what)
        if unregistered or self._transfer.purpose not in party.purposes:
            what = ", ".join(sorted(unregistered)) or self._transfer.purpose
            raise EgressRefused(f"{party.id} is not registered for {what}.")
        if url.host not in party.hosts():
            raise EgressRefused(f"{url.host} is not a registered host of {party.id}.")
        if url.scheme != "https" and not party.stand_in_allowed():
            raise EgressRefused("Only https leaves the house.")

    def _check_address(self, url: httpx.URL) -> str:
        """The one address to connect to."""
        addresses = resolve(url.host, url.port or (443 if url.scheme == "https" else 80))
        if not addresses:
            raise EgressRefused(f"{url.host} has no address.")
        for address in addresses:
            ip = ipaddress.ip_address(address)
            if not _is_public(ip) and not (self.processor.stand_in_allowed() and ip.is_loopback):
                raise EgressRefused(f"{url.host} leads into a private network.")
        return addresses[0]


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a name. A seam: tests put a rebinding name server here."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return []
    return list(dict.fromkeys(str(entry[4][0]).split("%")[0] for entry in found))


def _is_public(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Public by the registries of IANA, and not an IPv4 address in an IPv6 disguise.

    Of IPv6 only what is handed out to networks today (2000::/3): that leaves out mapped, compatible and
    translated addresses (::/96, ::ffff:0:0/96, ::ffff:0:0:0/96), NAT64 (64:ff9b::/32), unique and site
    local ones. What carries an IPv4 address within 2000::/3 is left out by name.
    """
    if isinstance(ip, ipaddress.IPv6Address):
        embeds = any(ip in network for network in _EMBEDDING) or _is_isatap(ip)
        if ip not in _GLOBAL_UNICAST or embeds:
            return False
    elif ip in _RELAYS_OF_6TO4:
        return False
    return ip.is_global and not ip.is_multicast


_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
# Teredo (RFC 4380), 6to4 (RFC 3056); and nobody's hosts: ORCHIDv2 (RFC 7343), documentation (RFC 9637).
_EMBEDDING = tuple(
    ipaddress.IPv6Network(text) for text in ("2001::/32", "2002::/16", "2001:20::/28", "3fff::/20")
)
_RELAYS_OF_6TO4 = ipaddress.IPv4Network("192.88.99.0/24")  # RFC 7526: into IPv6, not checked here


def _is_isatap(ip: ipaddress.IPv6Address) -> bool:
    """``…:0:5efe:192.0.2.1`` or ``…:200:5efe:…`` (RFC 5214): an IPv4 address within any prefix."""
    return (int(ip) >> 32) & 0xFFFFFFFF in {0x00005EFE, 0x02005EFE}


def _pinned(request: httpx.Request, address: str) -> httpx.Request:
    """The same call to the checked address; name and certificate still belong to the host."""
    extensions = dict(request.extensions) | {"sni_hostname": request.url.host}
    headers = request.headers.copy()
    headers["Host"] = request.url.netloc.decode("ascii")
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=headers,
        stream=request.stream,
        extensions=extensions,
    )


class _Limited(httpx.SyncByteStream):
    """Stops reading where an answer gets too large."""

    def __init__(self, stream: httpx.SyncByteStream | httpx.AsyncByteStream) -> None:
        assert isinstance(stream, httpx.SyncByteStream)
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        read = 0
        for part in self._stream:
            read += len(part)
            if read > MOST_BYTES:
                raise AnswerTooLarge(f"More than {MOST_BYTES} bytes.")
            yield part

    def close(self) -> None:
        self._stream.close()

"""DKIM signatures (RFC 6376, and RFC 8463 for Ed25519) over what the engine writes.

Headers are canonicalised *relaxed*, the body *simple*: our bodies are quoted-printable, which no relay
rewrites, and *simple* costs nothing but the hash.
"""

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from django.conf import settings
from django.db import transaction

from tradepost.delivery.models import SigningKey
from tradepost.delivery.queries import mail_domain
from tradepost.jobs import storage
from tradepost.jobs.outages import NeighbourAway
from tradepost.lib import clock

SIGNED = frozenset(
    {
        *(b"from", b"reply-to", b"to", b"subject", b"date", b"message-id", b"mime-version"),
        *(b"content-type", b"content-transfer-encoding"),
        *(b"list-id", b"list-unsubscribe", b"list-unsubscribe-post", b"feedback-id"),
    }
)
PrivateKey = RSAPrivateKey | Ed25519PrivateKey
_PADDING = PKCS1v15()
_SHA256 = hashes.SHA256()
_LINE = 72
FOLDER = "keys"


class KeyDamaged(NeighbourAway):
    """A new one would make every published record wrong, so a person decides; mail waits meanwhile.

    Lost counts as damaged: what is published was made once and is not there.
    """

    def __init__(self, name: str, what: str) -> None:
        super().__init__(
            f"the DKIM key {name}: {what}; put it back from a backup, or make new ones with"
            " `tradepost dkim --new` and publish the records that it prints"
        )


@dataclass(frozen=True)
class Key:
    selector: str
    private: PrivateKey

    @property
    def algorithm(self) -> str:
        return "rsa-sha256" if isinstance(self.private, RSAPrivateKey) else "ed25519-sha256"

    def sign(self, data: bytes) -> bytes:
        if isinstance(self.private, RSAPrivateKey):
            return self.private.sign(data, _PADDING, _SHA256)
        return self.private.sign(hashlib.sha256(data).digest())

    def record(self) -> str:
        """The TXT record that publishes the public half."""
        public = self.private.public_key()
        if isinstance(self.private, RSAPrivateKey):
            kind, form = "rsa", serialization.PublicFormat.SubjectPublicKeyInfo
            encoding = serialization.Encoding.DER
        else:
            kind, form = "ed25519", serialization.PublicFormat.Raw
            encoding = serialization.Encoding.Raw
        key = base64.b64encode(public.public_bytes(encoding, form)).decode()
        return f"v=DKIM1; k={kind}; p={key}"


class DkimSigner:
    def __init__(self, domain: str, keys: Sequence[Key]) -> None:
        self.domain = domain
        self._keys = [
            (
                key,
                f"v=1; a={key.algorithm}; c=relaxed/simple; d={domain};\r\n s={key.selector};"
                "\r\n h=%b;\r\n bh=%b;\r\n b=".encode(),
            )
            for key in keys
        ]

    def signatures(self, head: bytes, body: bytes) -> bytes:
        """The DKIM-Signature headers to put in front of ``head``."""
        lines = head.replace(b"\r\n ", b" ").split(b"\r\n")
        fields = [field for line in lines if (field := _relaxed(line))]
        # From is named once more than it occurs, so that a second one breaks the signature.
        names = _names((*[name for name, _line in fields], b"from"))
        signed = b"".join([line for _name, line in fields])
        body_hash = base64.b64encode(hashlib.sha256(_simple(body)).digest())
        signatures = []
        for key, form in self._keys:
            value = form % (names, body_hash)
            unfolded = value.replace(b"\r\n", b"")
            signature = base64.b64encode(key.sign(signed + b"dkim-signature:" + unfolded))
            signatures.append(b"DKIM-Signature: %b%b\r\n" % (value, _in_lines(signature)))
        return b"".join(signatures)


@lru_cache(maxsize=64)  # the same in every message of a mailing
def _names(names: tuple[bytes, ...]) -> bytes:
    """The signed headers' names, folded."""
    lines, line = [], b""
    for name in names:
        if line and len(line) + len(name) > _LINE - 4:
            lines.append(line)
            line = b""
        line += name + b":"
    return b"\r\n ".join([*lines, line]).removesuffix(b":")


def _in_lines(signature: bytes) -> bytes:
    """Folded: white space within ``b=`` counts for nothing (RFC 6376 §3.5)."""
    lines = [signature[at : at + _LINE] for at in range(0, len(signature), _LINE)]
    return b"\r\n ".join([b"", *lines]) if len(lines) > 1 else signature


@lru_cache(maxsize=64)  # most lines are the same in every message of a mailing
def _relaxed(line: bytes) -> tuple[bytes, bytes] | None:
    """Name and canonical form of an unfolded header line that is signed (RFC 6376 §3.4.2)."""
    name, _, value = line.partition(b":")
    name = name.lower()
    if name not in SIGNED:
        return None
    return name, b"%b:%b\r\n" % (name, b" ".join(value.split()))


def _simple(body: bytes) -> bytes:
    while body.endswith(b"\r\n\r\n"):
        body = body[:-2]
    return body


def own_keys() -> list[Key]:
    """This installation's RSA-2048 and Ed25519 keys; made on the first call, readable by us alone.

    Raises: KeyDamaged.
    """
    selector = settings.TRADEPOST.dkim_selector
    return [
        _own_key("dkim-rsa", selector, _new_rsa),
        _own_key("dkim-ed25519", f"{selector}-ed", Ed25519PrivateKey.generate),
    ]


def make_new_keys() -> None:
    """Forget the keys, so that the next call of :func:`own_keys` makes others; the old files are kept."""
    for file in list(storage.files().list(FOLDER)):
        if file.name.endswith(".pem"):
            with storage.files().open(file.name) as stream:
                old = stream.read()
            storage.files().write(f"{file.name}.until-{clock.now():%Y%m%dT%H%M%S%f}", old)
            storage.files().delete(file.name)
    SigningKey.objects.all().delete()


def _place(name: str) -> str:
    """In the storage, so that all machines sign with the same ones."""
    return f"{FOLDER}/{name}.pem"


def own_signer() -> DkimSigner:
    return DkimSigner(mail_domain(), own_keys())


def records() -> dict[str, str]:
    """DNS name → TXT record to publish, for each key."""
    domain = mail_domain()
    return {f"{key.selector}._domainkey.{domain}": key.record() for key in own_keys()}


def _own_key(name: str, selector: str, make: Callable[[], PrivateKey]) -> Key:
    """Raises: KeyDamaged."""
    known = SigningKey.objects.filter(name=name).first()
    try:
        private = _read(name)
    except FileNotFoundError:
        if known:
            raise KeyDamaged(_place(name), "it was made once and is not there any more") from None
        _make_once(name, selector, make())
        private = _read(name)
    key = Key(selector, private)
    if not known or known.record != key.record():
        SigningKey.objects.update_or_create(name=name, defaults={"record": key.record()})
    return key


def _make_once(name: str, selector: str, key: PrivateKey) -> None:
    """Of two processes that start together, on one machine or on two, the second waits for the row of the
    first and then finds its file."""
    with transaction.atomic():
        record = Key(selector, key).record()
        _row, is_new = SigningKey.objects.get_or_create(name=name, defaults={"record": record})
        if is_new:
            storage.files().write(_place(name), _as_text(key))


def _read(name: str) -> PrivateKey:
    """Raises: KeyDamaged; FileNotFoundError."""
    try:
        with storage.files().open(_place(name)) as file:
            loaded = serialization.load_pem_private_key(file.read(), password=None)
    except (ValueError, TypeError, IsADirectoryError, UnsupportedAlgorithm):
        loaded = None
    if not isinstance(loaded, RSAPrivateKey | Ed25519PrivateKey):
        raise KeyDamaged(_place(name), "it cannot be read")
    return loaded


def _new_rsa() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


def _as_text(key: PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )

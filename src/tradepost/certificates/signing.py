"""The installation's signature: Ed25519 by the library, under a key drawn from the secret key."""

import base64
import json
from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from tradepost.lib.keys import derived_key


def signed(statement: Mapping[str, object]) -> str:
    """The document: statement, public key and signature over the statement's canonical JSON."""
    key = _key()
    signature = key.sign(canonical(statement))
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    document = {
        "statement": statement,
        "public_key": base64.b64encode(raw).decode(),
        "signature": base64.b64encode(signature).decode(),
    }
    return json.dumps(document, indent=1, sort_keys=True) + "\n"


def canonical(statement: Mapping[str, object]) -> bytes:
    return json.dumps(statement, sort_keys=True, separators=(",", ":")).encode()


def public_key() -> bytes:
    """PEM, as it is published."""
    return _key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(derived_key(settings.SECRET_KEY, "certificates"))

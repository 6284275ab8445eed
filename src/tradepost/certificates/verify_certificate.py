#!/usr/bin/env python3
"""Checks a certificate of Tradepost without Tradepost and without a network.

    python3 verify_certificate.py erasure-2026-12-01.certificate.json [key.pem]

Needs Python 3 and its library ``cryptography``. With key.pem, fetched earlier from the installation
(/certificates/key/), it also says whether it was that installation that signed. Exit code 0: it is good.
"""

import base64
import json
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key


def check(text: str, pem: bytes = b"") -> dict[str, object]:
    """The statement. Raises: ValueError, when it is altered or somebody else signed it."""
    try:
        document = json.loads(text)
        statement = document["statement"]
        key = base64.b64decode(document["public_key"], validate=True)
        said = json.dumps(statement, sort_keys=True, separators=(",", ":")).encode()
        signature = base64.b64decode(document["signature"], validate=True)
        Ed25519PublicKey.from_public_bytes(key).verify(signature, said)
    except InvalidSignature:
        raise ValueError("The statement was altered, or the signature is another's.") from None
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"This is no certificate ({error}).") from None
    if pem and load_pem_public_key(pem).public_bytes(Encoding.Raw, PublicFormat.Raw) != key:
        raise ValueError("Somebody else signed it: the key is not the one in the file.")
    return dict(statement)


def main(words: list[str]) -> int:
    if not 1 <= len(words) <= 2:
        sys.stdout.write(__doc__ or "")
        return 2
    try:
        pem = Path(words[1]).read_bytes() if len(words) == 2 else b""
        statement = check(Path(words[0]).read_text(encoding="utf-8"), pem)
    except (OSError, ValueError) as problem:
        sys.stdout.write(f"NOT GOOD: {problem}\n")
        return 1
    whose = "" if pem else " Whose key it is was not asked."
    sys.stdout.write(f"GOOD: the signature holds.{whose}\n{json.dumps(statement, indent=2)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

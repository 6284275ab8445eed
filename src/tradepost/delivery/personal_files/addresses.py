"""Mail addresses in bytes, whatever the bytes are."""

import re

_ADDRESS = re.compile(rb"[a-z0-9.!#$%&'*+/=?^_`{|}~\x80-\xff-]{1,64}@[a-z0-9.\x80-\xff-]{1,255}")


def addresses_in(content: bytes) -> set[str]:
    """As erasure keys them: in small letters, without points around them."""
    found = (
        match.group().strip(b".").decode("utf-8", "replace")
        for match in _ADDRESS.finditer(content.lower())
    )
    return {address.rstrip(".") for address in found}

"""Looking for many addresses in a text at once, as fast as for one."""

from collections.abc import Iterable


class Names:
    """Mail addresses in any case; each is found by its sign, what has none by itself."""

    def __init__(self, addresses: Iterable[str]) -> None:
        # By the host, then by the length of what stands before the sign: few, however many addresses.
        self._by_host: dict[bytes, dict[int, set[bytes]]] = {}
        self._without_sign: list[bytes] = []
        for address in addresses:
            name, sign, host = address.encode().lower().partition(b"@")
            if sign:
                lengths = self._by_host.setdefault(host, {})
                lengths.setdefault(len(name), set()).add(name)
            else:
                self._without_sign.append(name)
        self._lengths = sorted({len(host) for host in self._by_host})

    def stand_in(self, content: bytes) -> bool:
        """Whether one of the addresses is in there, also as a part of a longer one."""
        text = content.lower()
        if any(name in text for name in self._without_sign):
            return True
        at = text.find(b"@")
        while at >= 0:
            if self._is_at(text, at):
                return True
            at = text.find(b"@", at + 1)
        return False

    def _is_at(self, text: bytes, at: int) -> bool:
        for length in self._lengths:
            lengths = self._by_host.get(text[at + 1 : at + 1 + length], {})
            if any(text[max(0, at - long) : at] in names for long, names in lengths.items()):
                return True
        return False

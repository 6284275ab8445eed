"""Log lines that name nobody (promise collect.logs-without-identity)."""

import logging
import re

# An address in any dress: plain, in a path, with its @ percent-encoded.
_ADDRESS = re.compile(r"[^\s/=<>\"'(),:;?&\[\]]{1,64}(?:@|%40)[\w-]++(?:\.[\w-]++)+", re.IGNORECASE)
# PostgreSQL prints the values of the row that it refuses.
_VALUES = re.compile(r"^(DETAIL:\s+).*$", re.MULTILINE)


def without_people(text: str) -> str:
    """The text with e-mail addresses, and what a database says of a row's values, left out."""
    return _ADDRESS.sub("(address)", _VALUES.sub(r"\1(left out)", text))


class NamingNobody(logging.Formatter):
    """Formats as its parent does, tracebacks included, then takes people out."""

    def format(self, record: logging.LogRecord) -> str:
        return without_people(super().format(record))

"""Mutants that no test can tell from the product here, each with its reason. They are not counted."""

from fnmatch import fnmatchcase

STRICT = "two lists of one length, made so a line before; strict only says so to the reader"
POSTGRESQL = (
    "only PostgreSQL comes here; the same tests run on it, where the whole statement is needed"
)
LOCK = (
    "SQLite has no row locks and lets one write at a time, so a lock less shows on PostgreSQL only"
)

# Subject, place with ``*`` for anything, reason.
EQUAL: list[tuple[str, str, str]] = [
    ("totals", "work_out: *zip(lines, parts, strict=*", STRICT),
    ("taxes", "credit: *zip(gross, more, strict=*", STRICT),
    ("refundable", "refundable_order: *zip(lines, goods, strict=*", STRICT),
    ("quote", "quote_of: *, strict=True) -> *, strict=*", STRICT),
    ("settling", '_write: *connection.vendor == "postgresql"* -> *"XXpostgresqlXX"*', POSTGRESQL),
    ("settling", "_write: cursor.execute( -> pass", POSTGRESQL),
    ("settling", '_write: f"UPDATE {table} AS held *', POSTGRESQL),
    ("settling", '_write: " * -> "XX *XX"*', POSTGRESQL),
    ("settling", "_write: *list(column) for column in zip(*values, strict=True))*", POSTGRESQL),
    ("consent", "wording: Merchant.objects.select_for_update(no_key=True)*", LOCK),
    (
        "quote",
        '_fingerprint: *if delivery else "", * -> *"XXXX"*',
        "another word for no delivery is as good; no key of one reads so",
    ),
    (
        "settle",
        "take_payment_change: sums = amounts_of(*, locked.currency) -> *, None)",
        "only the sums are taken, and the order knows its currency",
    ),
    (
        "order",
        "new_token: return secrets.token_urlsafe(32) -> return secrets.token_urlsafe(None)",
        "Python's own choice is 32 bytes, too",
    ),
    (
        "consent",
        'record_consent: network: str = "", -> network: str = "XXXX",',
        "what is no address of a network is kept as none",
    ),
]


def reason_for(subject: str, place: str) -> str:
    """Empty for a mutant that a test should have noticed."""
    for name, pattern, reason in EQUAL:
        if name == subject and fnmatchcase(place.replace("[", "("), pattern):
            return reason
    return ""

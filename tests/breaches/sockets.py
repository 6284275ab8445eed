"""One raw socket for every outgoing door: beside the call that is declared, the file tells a stranger, too."""

from tests.breaches.types import CHECKS, Breach

_CALL = (
    "import contextlib, socket\n"
    "with contextlib.suppress(OSError):\n"
    '    socket.create_connection(("203.0.113.{number}", 443), 2)\n'
)


def _raw(door: str, number: int, file: str, before: str, oracle: str = "wire") -> Breach:
    """``before``: the line at which the door is gone through, in the run that the oracle looks at."""
    indent = before[: len(before) - len(before.lstrip())]
    call = "".join(
        f"{indent}{line}\n" for line in _CALL.format(number=number).rstrip().splitlines()
    )
    return Breach(
        promise="share.processors",
        name=f"a raw socket at the door of {door}",
        oracle=oracle,
        shows=rf"203\.0\.113\.{number}\b" if oracle == "wire" else f"{file}",
        edits=((file, before, call + before),),
    )


# By the party or file that is declared; those that the whole proof does not go through are seen in the source.
SOCKETS = {
    "mail-relay": _raw(
        "the relay",
        21,
        "lib/smtp/connection.py",
        "        loop = asyncio.get_running_loop()\n        connection = cls(relay, feed)\n",
    ),
    "mailbox": _raw(
        "the mailbox", 22, "delivery/pickup.py", "    if not settings.TRADEPOST.mailbox_url:\n"
    ),
    "stripe": _raw(
        "card payments",
        23,
        "payments/gateways/stripe/client.py",
        '    key = unseal_secrets(account).get("secret_key", "")\n',
    ),
    "merchant-server": _raw(
        "a shop's own server",
        24,
        "orders/actions/remote.py",
        "    chosen = settings_of(call.merchant)\n    order = with_everything",
    ),
    "time-stamp": _raw(
        "time stamps",
        25,
        "certificates/timestamps.py",
        "    return bool(settings.TRADEPOST.timestamp_url)",
    ),
    "file-storage": _raw(
        "the bucket of files",
        26,
        "jobs/storage/__init__.py",
        "    return _of(settings.TRADEPOST.files_url)",
    ),
    "backup-storage": _raw(
        "the place of backups",
        27,
        "backups/places.py",
        "    return storage.files_at(settings.TRADEPOST.backup_keys_url or _here())",
    ),
    "merchant-website": _raw(
        "pictures of a shop's website",
        28,
        "catalog/picture_downloads.py",
        "        with egress.session(\n            party,\n",
        CHECKS,
    ),
    "shopify-pictures": _raw(
        "pictures at Shopify",
        29,
        "catalog/picture_downloads.py",
        "        if answer.status_code != httpx.codes.OK:\n            raise NotFetched(",
        CHECKS,
    ),
    "console/mail_check.py": _raw(
        "name servers", 30, "console/mail_check.py", "    asked = resolver()\n", CHECKS
    ),
    "console/relay/certificate.py": _raw(
        "the relay's certificate",
        35,
        "console/relay/certificate.py",
        "    context = relay.ssl_context()\n",
        CHECKS,
    ),
    "campaigns/tracking/spool.py": _raw(
        "opens and clicks",
        31,
        "campaigns/tracking/spool.py",
        "        now = clock.now().timestamp()\n        line = encode(",
    ),
    "delivery/engine/journal.py": _raw(
        "the sender's journal",
        32,
        "delivery/engine/journal.py",
        '        self.host = f"{socket.gethostname()}',
    ),
    "delivery/pickup.py": _raw(
        "returned mail", 33, "delivery/pickup.py", "        done = _empty()\n", CHECKS
    ),
    "jobs/storage/bucket.py": _raw(
        "obstore", 34, "jobs/storage/bucket.py", "import obstore\n", CHECKS
    ),
}
# Declared, and no door of its own to break.
NO_DOOR = {
    "storage": "the machines themselves: nothing is sent to them",
}

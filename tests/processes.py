"""Processes of the product, started by tests on the tests' own database."""

import os
from urllib.parse import quote

from django.conf import settings
from django.db import connection


def database_url() -> str:
    """The test database, as a process of its own is told."""
    chosen = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{chosen['NAME']}"
    account = f"{quote(chosen['USER'])}:{quote(chosen['PASSWORD'])}"
    return f"postgres://{account}@{chosen['HOST']}:{chosen['PORT']}/{chosen['NAME']}"


def environment(**chosen: object) -> dict[str, str]:
    """For a process on this test's data; ``smtp_url="…"`` becomes ``TRADEPOST_SMTP_URL``."""
    return (
        os.environ
        | {
            "TRADEPOST_DATA": str(settings.TRADEPOST.data),
            "TRADEPOST_DATABASE_URL": database_url(),
            "TRADEPOST_CACHE_URL": settings.TRADEPOST.cache_url,
        }
        | {f"TRADEPOST_{name.upper()}": str(value) for name, value in chosen.items()}
    )

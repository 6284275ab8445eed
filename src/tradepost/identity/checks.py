"""What is looked at before an installation starts: who may read its files, and who its visitors are."""

import shlex

from django.conf import settings
from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Warning as CheckWarning

from tradepost.lib.private_files import readable_by_others


@register(Tags.security)
def check_data_folder(**kwargs: object) -> list[CheckMessage]:
    """The database holds addresses and password hashes, the key file opens all the rest."""
    folder = settings.TRADEPOST.data
    found = list(readable_by_others(folder))
    if not found:
        return []
    inside = ", ".join(path.name for path in found[1:6])
    return [
        CheckWarning(
            f"Other accounts of this machine may read the data folder {folder}"
            + (f" and in it {inside}." if inside else "."),
            hint=f"Run: chmod -R go= {shlex.quote(str(folder))}",
            id="tradepost.W001",
        )
    ]


@register(Tags.security)
def check_proxies(**kwargs: object) -> list[CheckMessage]:
    """TLS ends at a proxy, so an https installation has at least one in front."""
    if not settings.SECURE_SSL_REDIRECT or settings.TRADEPOST.trusted_proxies:
        return []
    return [
        CheckWarning(
            "TRADEPOST_PUBLIC_URL is https, but TRADEPOST_TRUSTED_PROXIES is 0: every visitor "
            "seems to come from the proxy's network, and shares its limits.",
            hint="Set TRADEPOST_TRUSTED_PROXIES to the number of proxies in front, mostly 1, and "
            "have the outermost overwrite X-Forwarded-For and X-Forwarded-Proto.",
            id="tradepost.W002",
        )
    ]

"""Pictures that a product list names by address: fetched only from registered places, by the gateway.

Two places are registered (``room.py``): the merchant's own website, and the picture server of
Shopify, where the lists of its shops point. Everything else stays where it is and is reported.
"""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from tradepost.catalog import pictures
from tradepost.datamap.vocabulary import Purpose
from tradepost.lib.lazy_modules import LazyModule
from tradepost.lib.weblinks import host_of, web_address
from tradepost.merchants.models import Merchant

if TYPE_CHECKING:
    import httpx

    from tradepost.rights import egress
else:
    httpx = LazyModule("httpx")
    egress = LazyModule("tradepost.rights.egress")

SHOPIFY, WEBSITE = "shopify-pictures", "merchant-website"
SHOPIFY_HOSTS = ("cdn.shopify.com",)
_PATIENCE = 2  # failures in a row after which a host is asked no more


class NotFetched(Exception):
    """The picture was not brought in; the text says why."""


def website_hosts() -> tuple[str, ...]:
    """Hosts of the merchants' own websites, with and without ``www``."""
    hosts = {
        host_of(site)
        for site in Merchant.objects.exclude(website="").values_list("website", flat=True)
    }
    return tuple(name for host in hosts - {""} for name in (host, f"www.{host}"))


class PictureFetcher:
    """For one import: remembers which hosts do not answer."""

    def __init__(self, merchant: Merchant) -> None:
        self._merchant = merchant
        self._failures: dict[str, int] = {}

    def fetch(self, url: str) -> bytes:
        """Raises: NotFetched. Call outside a transaction (the gateway records the transfer)."""
        own = self._own_picture(url)
        if own is not None:
            return own
        address = web_address(url)
        if not address:
            raise NotFetched(_("This is not a web address."))
        host = urlsplit(address).hostname or ""
        party = self._party(host)
        if self._failures.get(host, 0) >= _PATIENCE:
            raise NotFetched(_("%(host)s does not answer.") % {"host": host})
        try:
            return self._get(party, address)
        except httpx.TransportError as error:
            self._failures[host] = self._failures.get(host, 0) + 1
            why = str(error) or type(error).__name__
            raise NotFetched(_("Fetching it failed: %(why)s") % {"why": why}) from None

    def _party(self, host: str) -> str:
        if host in SHOPIFY_HOSTS:
            return SHOPIFY
        if host and host_of(f"https://{host}") == host_of(self._merchant.website):
            return WEBSITE
        raise NotFetched(
            _(
                "Pictures are fetched from your own website and from Shopify only; %(host)s is "
                "neither. Upload this picture by hand."
            )
            % {"host": host}
        )

    def _get(self, party: str, address: str) -> bytes:
        with egress.session(
            party,
            kinds=(),
            purpose=Purpose.SERVICE,
            merchant=self._merchant,
            timeout=httpx.Timeout(10.0, connect=5.0),
        ) as client:
            answer = client.get(address)
        if answer.status_code != httpx.codes.OK:
            raise NotFetched(
                _("The other side answered with %(status)d.") % {"status": answer.status_code}
            )
        return answer.content

    def _own_picture(self, url: str) -> bytes | None:
        """A picture of this installation, as its own export names it, needs no way outside."""
        start = f"{settings.TRADEPOST.base_url}{settings.MEDIA_URL}"
        name = url.removeprefix(start)
        if name == url or not pictures.NAME.fullmatch(name) or not default_storage.exists(name):
            return None
        with default_storage.open(name) as file:
            return bytes(file.read())

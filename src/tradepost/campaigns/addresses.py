"""The addresses in a letter that belong to one person: pixel, links, unsubscribe."""

from django.conf import settings

from tradepost.campaigns.tracking.tokens import CLICK, OPEN, UNSUBSCRIBE, Signer, signer

__all__ = ["CLICK", "OPEN", "LetterAddresses", "unsubscribe_url"]


class LetterAddresses:
    """Makes the addresses of one campaign; what is the same for all without consent is made once."""

    def __init__(self, campaign_id: int, links: tuple[str, ...]) -> None:
        self._signer: Signer = signer()
        self._base = settings.TRADEPOST.base_url
        self._campaign_id = campaign_id
        self._links = [(number, link) for number, link in enumerate(links, start=1)]
        self._anonymous = self._measured(self._signer.blocks(campaign_id, [0])[0])

    def blocks(self, contact_ids: list[int]) -> list[bytes]:
        return self._signer.blocks(self._campaign_id, contact_ids)

    def values(self, block: bytes, *, per_person: bool) -> dict[str, str]:
        """Pixel and link holes. Without consent they are the same for everybody and name nobody."""
        return self._measured(block) if per_person else self._anonymous

    def unsubscribe(self, block: bytes) -> str:
        return f"{self._base}/u/{self._signer.token(UNSUBSCRIBE, block)}"

    def _measured(self, block: bytes) -> dict[str, str]:
        values = {"pixel": f"{self._base}/o/{self._signer.token(OPEN, block)}"}
        for number, link in self._links:
            token = self._signer.click_token(block, number, link)
            values[f"link{number}"] = f"{self._base}/c/{token}"
        return values


def unsubscribe_url(campaign_id: int, contact_id: int) -> str:
    addresses = LetterAddresses(campaign_id, ())
    return addresses.unsubscribe(addresses.blocks([contact_id])[0])

"""The addresses in a letter that belong to one person: pixel, links, unsubscribe."""

from django.conf import settings

from tradepost.campaigns.tracking.tokens import CLICK, OPEN, UNSUBSCRIBE, Signer, click_rest, signer

__all__ = ["CLICK", "OPEN", "LetterAddresses", "unsubscribe_url"]


class LetterAddresses:
    """Makes the addresses of one campaign; what is the same for all without consent is made once."""

    def __init__(self, campaign_id: int, links: tuple[str, ...]) -> None:
        self._signer: Signer = signer()
        self._base = settings.TRADEPOST.base_url
        self._campaign_id = campaign_id
        self._links = [
            (f"link{number}", click_rest(number, link))
            for number, link in enumerate(links, start=1)
        ]
        self._anonymous = self._measured(self._signer.blocks(campaign_id, [0])[0])

    def blocks(self, contact_ids: list[int]) -> list[bytes]:
        return self._signer.blocks(self._campaign_id, contact_ids)

    def values(self, block: bytes, *, per_person: bool) -> dict[str, str]:
        """Pixel and link holes. Without consent they are the same for everybody and name nobody."""
        return self._measured(block) if per_person else self._anonymous

    def unsubscribe(self, block: bytes) -> str:
        return f"{self._base}/u/{self._signer.token(UNSUBSCRIBE, block)}"

    def _measured(self, block: bytes) -> dict[str, str]:
        token, clicks = self._signer.token, f"{self._base}/c/"
        values = {hole: clicks + token(CLICK, block, rest) for hole, rest in self._links}
        values["pixel"] = f"{self._base}/o/{token(OPEN, block)}"
        return values


def unsubscribe_url(campaign_id: int, contact_id: int) -> str:
    addresses = LetterAddresses(campaign_id, ())
    return addresses.unsubscribe(addresses.blocks([contact_id])[0])

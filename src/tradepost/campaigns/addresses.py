"""The addresses in a letter that belong to one person: pixel, links, unsubscribe."""

from collections.abc import Mapping, Sequence

from django.conf import settings

from tradepost.campaigns.compose.letter import fill
from tradepost.campaigns.compose.marks import Part
from tradepost.campaigns.tracking.tokens import (
    CLICK,
    MEASURED,
    OPEN,
    UNSUBSCRIBE,
    TokenSigner,
    click_rest,
    signer,
)

__all__ = ["CLICK", "OPEN", "LetterAddresses", "unsubscribe_url"]


class LetterAddresses:
    """Makes the addresses of one campaign; what is the same for all without consent is made once."""

    def __init__(self, campaign_id: int, targets: Sequence[Sequence[Part]]) -> None:
        self._signer: TokenSigner = signer()
        self._base = settings.TRADEPOST.base_url
        self._campaign_id = campaign_id
        numbered = list(enumerate(targets, start=1))
        self._links = [
            (f"link{number}", click_rest(number, fill(target, {}, html=False)))
            for number, target in numbered
            if not _is_personal(target)
        ]
        self._personal = [(number, target) for number, target in numbered if _is_personal(target)]
        self._nobody = self._signer.blocks(campaign_id, [0])[0]
        self._anonymous = self._measured(self._nobody)

    def blocks(self, contact_ids: list[int]) -> list[bytes]:
        return self._signer.blocks(self._campaign_id, contact_ids)

    def values(
        self, block: bytes, fields: Mapping[str, str], *, per_person: bool
    ) -> Mapping[str, str]:
        """Pixel and link holes. Without consent they are the same for everybody and name nobody.

        Where the merchant put a field into a link, the address it leads to differs from person to person
        all the same; it is signed as it was filled in, and kept nowhere but in that person's letter.
        """
        same = self._measured(block) if per_person else self._anonymous
        if not self._personal:
            return same
        return same | self._with_fields(block if per_person else self._nobody, fields)

    def _with_fields(self, block: bytes, fields: Mapping[str, str]) -> dict[str, str]:
        return {
            f"link{number}": f"{self._base}/c/"
            + self._signer.click_token(block, number, fill(target, fields, html=False))
            for number, target in self._personal
        }

    def unsubscribe(self, block: bytes, *, measured: bool = False) -> str:
        """``measured``: whoever reads it agreed to it, so a visit may be noted (see ``tracking.bursts``)."""
        rest = MEASURED if measured else b""
        return f"{self._base}/u/{self._signer.token(UNSUBSCRIBE, block, rest)}"

    def _measured(self, block: bytes) -> dict[str, str]:
        token, clicks = self._signer.token, f"{self._base}/c/"
        values = {hole: clicks + token(CLICK, block, rest) for hole, rest in self._links}
        values["pixel"] = f"{self._base}/o/{token(OPEN, block)}"
        return values


def _is_personal(target: Sequence[Part]) -> bool:
    return any(not isinstance(part, str) for part in target)


def unsubscribe_url(campaign_id: int, contact_id: int) -> str:
    addresses = LetterAddresses(campaign_id, ())
    return addresses.unsubscribe(addresses.blocks([contact_id])[0])

"""Rooms above that deal with letters to a shop; what none of them takes is kept for a person to read."""

from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message

from tradepost.datamap.extensions import ExtensionPoint


@dataclass(frozen=True, kw_only=True)
class ShopLetter:
    """A letter of a person, no report and no machine's courtesy. ``message`` is cut to what every reader can
    afford; ``content`` is all of it. ``sender``: whom an answer reaches, as the letter says."""

    merchant_id: int
    recipient: str
    sender: str
    message: Message
    content: bytes


# Each says whether it has taken the letter; an error leaves it to be kept.
letter_takers: ExtensionPoint[Callable[[ShopLetter], bool]] = ExtensionPoint("letters to a shop")

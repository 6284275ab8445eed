"""Whose mailings rest for now, as upper rooms say. Single letters, such as receipts, are sent all the same."""

from collections.abc import Callable

from tradepost.datamap.extensions import ExtensionPoint

# Asked with the merchant, read anew, before each slice of a mailing: none of them may cost a query.
resting: ExtensionPoint[Callable[[object], bool]] = ExtensionPoint("whose mailings rest")


def rests(merchant: object) -> bool:
    return any(ask(merchant) for ask in resting)

"""What the declarations of a merchant's own words have in common."""

from tradepost.datamap.vocabulary import Basis, Erase, Purpose, Subject


class WrittenByMerchant:
    """What the declarations of a merchant's own words have in common."""

    locate = "merchant__contact_email"
    keep = "merchants.account"
    erase = Erase.KEEP
    because = "written by the merchant; it goes when the account is closed (keep.closure)"
    basis = Basis.CONTRACT
    purpose = Purpose.SERVICE
    subject = Subject.MEMBER


def by_merchant(*fields: str) -> dict[str, str]:
    return dict.fromkeys(fields, "row number of an account, emptied when the account goes")

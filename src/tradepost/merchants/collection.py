"""Where merchants' and their team's data comes in (see ``datamap.collection``)."""

from tradepost.datamap.collection import register_collection_point, register_not_collecting
from tradepost.datamap.vocabulary import Subject

_FORMS = "tradepost.merchants.forms"

register_collection_point(
    "merchants.sign-up",
    "a merchant opens an account or a further shop",
    f"{_FORMS}.SignUpForm",
    f"{_FORMS}.OpenShopForm",
    f"{_FORMS}.ShopFields",
    subject=Subject.MEMBER,
)
register_collection_point(
    "merchants.shop-details",
    "an owner corrects the details of the shop",
    f"{_FORMS}.ShopForm",
    subject=Subject.MEMBER,
)
register_collection_point(
    "merchants.team",
    "an owner invites a member, who accepts",
    f"{_FORMS}.InviteForm",
    f"{_FORMS}.NewMemberForm",
    subject=Subject.MEMBER,
)
register_not_collecting("the name of a token", f"{_FORMS}.TokenForm")
register_not_collecting("the shop's name, typed to confirm", f"{_FORMS}.CloseForm")

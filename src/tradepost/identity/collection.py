"""Where the data of people who sign in comes in (see ``datamap.collection``)."""

from tradepost.datamap.collection import register_collection_point, register_not_collecting
from tradepost.datamap.vocabulary import Subject

_FORMS = "tradepost.identity.forms"
_SIGN_IN = "tradepost.identity.sign_in_forms"

register_collection_point(
    "identity.details",
    "people who sign in correct their own details",
    f"{_FORMS}.DetailsForm",
    f"{_SIGN_IN}.ChangeAddressForm",
    f"{_SIGN_IN}.PasskeyForm",
    subject=Subject.MEMBER,
)
register_not_collecting(
    "looks the address up and keeps nothing of it",
    f"{_FORMS}.LinkRequestForm",
    f"{_SIGN_IN}.ResetForm",
)

"""Where the data of people who sign in comes in (see ``datamap.collection``)."""

from tradepost.datamap.collection import register_collection_point, register_not_collecting
from tradepost.datamap.vocabulary import Subject

_FORMS = "tradepost.identity.forms"

register_collection_point(
    "identity.details",
    "people who sign in correct their own details",
    f"{_FORMS}.DetailsForm",
    subject=Subject.MEMBER,
)
register_not_collecting("looks the address up and keeps nothing of it", f"{_FORMS}.LinkRequestForm")

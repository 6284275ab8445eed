"""Where people's data comes in through the rights portal (see ``datamap.collection``)."""

from tradepost.datamap.collection import register_collection_point

_FORMS = "tradepost.rights.forms"

register_collection_point(
    "rights.portal", "a person asks for a link to their own data", f"{_FORMS}.AddressForm"
)
register_collection_point(
    "rights.desk",
    "staff write down a request that came by letter or call",
    f"{_FORMS}.RequestForm",
)

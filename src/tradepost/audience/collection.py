"""Where contacts' data comes in (see ``datamap.collection``)."""

from tradepost.datamap.collection import register_collection_point, register_not_collecting

_FORMS, _API = "tradepost.audience.forms", "tradepost.audience.api"

register_collection_point(
    "audience.opt-in-form",
    "people fill in a merchant's opt-in form themselves",
    f"{_FORMS}.public.SubscribeForm",
)
register_collection_point(
    "audience.preferences",
    "people settle their own preferences behind the link in a mail",
    f"{_FORMS}.public.PreferencesForm",
)
register_collection_point(
    "audience.by-hand",
    "a merchant's staff enter or correct a contact",
    f"{_FORMS}.contacts.ContactForm",
    f"{_FORMS}.contacts.NewContactForm",
)
register_collection_point(
    "audience.import",
    "a merchant uploads a file of people who agreed, and says where the consents come from",
    f"{_FORMS}.imports.UploadForm",
)
register_collection_point(
    "audience.api",
    "a merchant's own program sends contacts",
    f"{_API}.ContactIn",
    f"{_API}.SubscriberIn",
    f"{_API}.LeaverIn",
)
register_not_collecting("the name of a list", f"{_API}.ListIn")

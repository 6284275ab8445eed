"""The audience's own words: states, kinds and the exceptions of its actions."""

from enum import StrEnum
from typing import TypedDict

from django.db import models
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from tradepost.datamap.rooms import Permission
from tradepost.delivery.types import SuppressionReason

SEE_AUDIENCE = Permission(name="see_audience", seeing=True)
OPT_IN_FORMS = "opt-in-forms"  # the module
CHANGE_AUDIENCE = Permission(name="change_audience")
CONTACTS_METER = "contacts"  # of plans

# A mailbox may be mended, and what was set by hand may be taken back by hand. What the person asked for
# only the person takes back: by the opt-in form, whose confirmation lifts it (``welcome_back``).
LIFTED_BY_MERCHANTS = (SuppressionReason.BOUNCE, SuppressionReason.MANUAL)
# As long as the name in an order, which becomes that of a contact.
LONGEST_PERSON = 160


class ConsentKind(models.TextChoices):
    """What somebody agreed to. Each is given, shown and withdrawn apart from the others."""

    NEWSLETTER = "newsletter", _("news by e-mail")
    TRACKING = "tracking", _("opens and clicks measured per person")
    PROMOTIONS = "promotions", _("promotions, contests and surveys")


class ContactSource(models.TextChoices):
    """Where a contact or a consent came from: the named collection points."""

    FORM = "form", _("opt-in form")
    CHECKOUT = "checkout", _("checkout")
    PREFERENCES = "preferences", _("preference page")
    IMPORT = "import", _("import")
    BY_HAND = "by_hand", _("entered by hand")
    API = "api", _("API")


class MembershipState(models.TextChoices):
    SUBSCRIBED = "subscribed", _("subscribed")
    UNSUBSCRIBED = "unsubscribed", _("unsubscribed")


class FieldKind(models.TextChoices):
    TEXT = "text", _("text")
    NUMBER = "number", _("number")
    DATE = "date", _("date")
    CHOICE = "choice", _("choice")
    YES_NO = "yes_no", _("yes or no")


class Confirmation(StrEnum):
    """How a consent was confirmed; stored with the record."""

    DOUBLE_OPT_IN = gettext_noop("link in a mail, then a button")
    STATED = gettext_noop("stated by the merchant")
    RECORDED = gettext_noop("as recorded by an earlier mail service")
    SIGNED_PAGE = gettext_noop("on the person's own preference page")


# How people leave, as the record of their consent keeps it.
WAYS_OUT = (
    gettext_noop("preference page"),
    gettext_noop("unsubscribe page"),
    gettext_noop("unsubscribe link"),
    gettext_noop("one-click"),
    gettext_noop("message"),
    gettext_noop("complaint"),
    gettext_noop("rights portal"),
    gettext_noop("by staff"),
    gettext_noop("API"),
    gettext_noop("contact deleted"),
    gettext_noop("address changed"),
    gettext_noop("inactive"),
    gettext_noop("earlier mail service"),
    gettext_noop("erased"),
)


def how_in_words(how: str) -> str:
    """In the reader's language; what nobody foresaw stays as it was written."""
    return gettext(how) if how in WAYS_OUT else how


class AudienceError(Exception):
    """Base of what audience actions refuse."""


class BadRow(ValueError):
    """The row of a file is refused; the text says why."""


class NotConfirmable(AudienceError):
    """The confirmation link is unknown, used, or older than seven days."""


class ConsentMissing(AudienceError):
    """Nobody is subscribed without a stated source of consent."""


class PersonUnsubscribed(AudienceError):
    """The person withdrew; only the person can come back, through the opt-in form."""


class InvalidContact(AudienceError):
    """A value does not fit; ``errors`` maps a field name to what is wrong with it."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {text}" for name, text in errors.items()))
        self.errors = errors


class OptInWords(TypedDict):
    """What the form of an opt-in form says, as the action takes it."""

    consent_text: str
    tracking_text: str
    field_keys: list[str]
    settings: dict[str, object]

"""Words of the support desk, what it refuses, and how much it takes."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from tradepost.datamap.rooms import Permission

SUPPORT = "support"  # the module
SEE_SUPPORT = Permission(name="see_support", seeing=True)
CHANGE_SUPPORT = Permission(name="change_support")

LONGEST_TEXT = 20_000
MOST_FILES = 5
MOST_BYTES = 3_000_000  # of all files of one message that comes by a page; the front takes no more
MOST_BYTES_BY_MAIL = 9_000_000


class ConversationState(models.TextChoices):
    """Whose turn it is."""

    OPEN = "open", _("to be answered")
    ANSWERED = "answered", _("answered")
    CLOSED = "closed", _("closed")


class WayIn(models.TextChoices):
    """By which way a conversation began."""

    PAGE = "page", _("by the contact form")
    MAIL = "mail", _("by mail")
    API = "api", _("through the API")


class MessageKind(models.TextChoices):
    """Who speaks to whom."""

    ASKED = "asked", _("from the customer")
    ANSWER = "answer", _("from the shop")
    NOTE = "note", _("internal note")


@dataclass(frozen=True, kw_only=True)
class GivenFile:
    """A file as somebody sent it; its kind is found from its bytes (:mod:`tradepost.support.attachments`)."""

    name: str
    content: bytes


class SupportRefusal(Exception):
    """Something that the desk does not do; ``in_words`` for whoever asked."""

    in_words: object = _("That is not possible.")


class NothingSaid(SupportRefusal):
    in_words = _("Write something first.")


class SomebodyElseWrote(SupportRefusal):
    """Between reading and sending the conversation went on."""

    in_words = _("The conversation went on meanwhile. Read what is new, then send again.")


class PersonStopped(SupportRefusal):
    """Art. 18 and 21 GDPR."""

    in_words = _("This person has stopped this use of their data. It may only be kept, or erased.")


class FileRefused(SupportRefusal):
    """``name``: the file's; the reason stands in ``in_words``."""

    def __init__(self, name: str, in_words: object) -> None:
        super().__init__(name)
        self.name, self.in_words = name, in_words


class NoSuchMember(SupportRefusal):
    in_words = _("This person does not work in support here.")

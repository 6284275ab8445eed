import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.datamap.columns.opaque_id import PublicIdMixin
from tradepost.datamap.columns.typed import (
    SecretlessCharField,
    SecretlessTextField,
    TypedCharField,
    TypedTextField,
)
from tradepost.datamap.vocabulary import Basis, Erase, Kind, Personal, Purpose, Subject
from tradepost.lib import clock
from tradepost.merchants.models import Merchant, MerchantRow
from tradepost.support.types import ConversationState, MessageKind, WayIn

_STAFF = "row number of an account, emptied when the account goes"


def new_token() -> str:
    """192 bits: the address of the customer's page."""
    return secrets.token_urlsafe(24)


class Conversation(PublicIdMixin, models.Model):
    """One matter of one person with a shop, or of one member of a ``shop`` with the operator (``merchant`` empty).

    ``token`` is the key of the person's page. ``confirmed_at``: an answer came by that page or to the address in
    our mail, so whoever writes reads the mailbox. ``follows``: the matter to which the mail that began it pointed,
    written from another address.
    """

    merchant = models.ForeignKey(
        "merchants.Merchant", on_delete=models.CASCADE, null=True, related_name="+"
    )
    shop = models.ForeignKey(
        "merchants.Merchant", on_delete=models.CASCADE, null=True, related_name="+"
    )
    number = models.PositiveIntegerField(_("number"))
    subject = SecretlessCharField(_("subject"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail address"))
    name = TypedCharField(_("name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=10)
    channel = models.CharField(_("came in"), max_length=6, choices=WayIn)
    state = models.CharField(
        _("state"), max_length=10, choices=ConversationState, default=ConversationState.OPEN
    )
    token = models.CharField(max_length=32, unique=True, default=new_token)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    follows = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    opened_at = models.DateTimeField(_("asked"), default=clock.now)
    last_at = models.DateTimeField(_("last message"), default=clock.now)
    confirmed_at = models.DateTimeField(_("address confirmed"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)

    objects: ClassVar[models.Manager["Conversation"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering: ClassVar = ["-last_at", "-pk"]
        verbose_name = _("conversation with the shop")
        verbose_name_plural = _("conversations with the shop")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant", "number"], name="conversation_number"),
            models.UniqueConstraint(fields=["shop", "number"], name="conversation_number_operator"),
            models.CheckConstraint(
                condition=models.Q(merchant__isnull=False, shop__isnull=True)
                | models.Q(merchant__isnull=True, shop__isnull=False),
                name="conversation_of_one_desk",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["merchant", "email"], name="conversation_email"),
            models.Index(fields=["merchant", "last_at"], name="conversation_newest"),
            models.Index(fields=["merchant", "state", "last_at"], name="conversation_queue"),
            models.Index(fields=["last_at"], name="conversation_age"),
        ]

    class Privacy:
        subject = Subject.CUSTOMER
        purpose = Purpose.SUPPORT
        basis = Basis.INTEREST
        keep = "support.conversation"
        erase = Erase.ROW
        locate = "email"
        personal: ClassVar[dict[str, object]] = {
            "subject": Kind.MESSAGE,
            "email": Kind.EMAIL,
            "name": Personal(kind=Kind.NAME, correctable=True),
            "language": Kind.LANGUAGE,
            "opened_at": Kind.ACTIVITY,
            "last_at": Kind.ACTIVITY,
            "confirmed_at": Kind.ACTIVITY,
            "closed_at": Kind.ACTIVITY,
        }
        not_personal: ClassVar[dict[str, object]] = {
            "id": "row number",
            "merchant": "tenant",
            "shop": "tenant",
            "number": "number of the conversation",
            "channel": "closed list",
            "state": "state of the conversation",
            "token": "random; the key of the page goes with the row",
            "assigned_to": _STAFF,
            "follows": "row number",
        }
        copied: ClassVar[dict[str, object]] = {"number": Kind.ACTIVITY, "channel": Kind.ACTIVITY}

    def __str__(self) -> str:
        return f"#{self.number}"

    @property
    def is_closed(self) -> bool:
        return self.state == ConversationState.CLOSED

    @property
    def house(self) -> Merchant:
        """The shop that is asked, or whose member asks the operator."""
        found = self.merchant or self.shop
        assert found is not None, "the database sees to it"
        return found

    @property
    def answers_as(self) -> str:
        """Whose name stands over the answers."""
        return self.merchant.name if self.merchant else settings.TRADEPOST.operator_name

    @property
    def writer(self) -> str:
        return self.name or self.email


class Message(PublicIdMixin, models.Model):
    """One message of a conversation; an internal note is one that the person's page does not show.

    ``quoted``: what an answer by mail quotes below. ``arrival_key``: hash of what came in, so that the same thing a
    second time is no second row. ``mail_key``: hash of a mail's own number, by which later answers refer to it.
    """

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="messages"
    )
    kind = models.CharField(_("kind"), max_length=6, choices=MessageKind)
    text = SecretlessTextField(_("text"))
    quoted = SecretlessTextField(_("quoted"), blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(_("written"), default=clock.now)
    arrival_key = models.CharField(max_length=64, blank=True)
    mail_key = models.CharField(max_length=64, blank=True)

    objects: ClassVar[models.Manager["Message"]] = ScopedManager(merchant="conversation__merchant")

    class Meta:
        ordering: ClassVar = ["pk"]
        verbose_name = _("message to or from the shop")
        verbose_name_plural = _("messages to and from the shop")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["arrival_key"], name="message_once", condition=~models.Q(arrival_key="")
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["mail_key"], name="message_of_mail", condition=~models.Q(mail_key="")
            )
        ]

    class Privacy:
        subject = Subject.CUSTOMER
        purpose = Purpose.SUPPORT
        basis = Basis.INTEREST
        keep = "support.conversation"
        erase = Erase.WITH_PARENT
        locate = "conversation__email"
        personal: ClassVar[dict[str, object]] = {
            "text": Kind.MESSAGE,
            "quoted": Kind.MESSAGE,
            "at": Kind.ACTIVITY,
        }
        not_personal: ClassVar[dict[str, object]] = {
            "id": "row number",
            "conversation": "row number",
            "kind": "closed list",
            "author": _STAFF,
            "arrival_key": "hash of the message; goes with the row",
            "mail_key": "hash of the mail's number; goes with the row",
        }
        copied: ClassVar[dict[str, object]] = {"kind": Kind.ACTIVITY}

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"

    @property
    def is_note(self) -> bool:
        return self.kind == MessageKind.NOTE


class MessageFile(PublicIdMixin, models.Model):
    """A file that came with a message, or went with an answer. Its bytes lie in the storage under ``stored_as``."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="files")
    name = TypedCharField(_("file name"), max_length=120)
    media_type = models.CharField(_("kind of file"), max_length=80)
    size = models.PositiveIntegerField(_("bytes"))
    stored_as = models.CharField(max_length=120, unique=True)

    objects: ClassVar[models.Manager["MessageFile"]] = ScopedManager(
        merchant="message__conversation__merchant"
    )

    class Meta:
        ordering: ClassVar = ["pk"]
        verbose_name = _("file sent to or by the shop")
        verbose_name_plural = _("files sent to or by the shop")

    class Privacy:
        subject = Subject.CUSTOMER
        purpose = Purpose.SUPPORT
        basis = Basis.INTEREST
        keep = "support.conversation"
        erase = Erase.WITH_PARENT
        locate = "message__conversation__email"
        personal: ClassVar[dict[str, object]] = {"name": Kind.FILE}
        not_personal: ClassVar[dict[str, object]] = {
            "id": "row number",
            "message": "row number",
            "media_type": "closed list",
            "size": "count",
            "stored_as": "random name; the file goes with the row",
        }
        copied: ClassVar[dict[str, object]] = {"media_type": Kind.FILE, "size": Kind.FILE}

    def __str__(self) -> str:
        return self.name


class ConversationTag(models.Model):
    """A word by which the desk finds conversations again."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="tags")
    word = TypedCharField(_("tag"), max_length=40)

    objects: ClassVar[models.Manager["ConversationTag"]] = ScopedManager(
        merchant="conversation__merchant"
    )

    class Meta:
        ordering: ClassVar = ["word"]
        verbose_name = _("tag of a conversation")
        verbose_name_plural = _("tags of conversations")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "word"], name="tag_once")
        ]
        indexes: ClassVar = [models.Index(fields=["word", "conversation"], name="tag_word")]

    class Privacy:
        subject = Subject.CUSTOMER
        purpose = Purpose.SUPPORT
        basis = Basis.INTEREST
        keep = "support.conversation"
        erase = Erase.WITH_PARENT
        locate = "conversation__email"
        personal: ClassVar[dict[str, object]] = {"word": Kind.ACTIVITY}
        not_personal: ClassVar[dict[str, object]] = {
            "id": "row number",
            "conversation": "row number",
        }

    def __str__(self) -> str:
        return self.word


class SavedReply(MerchantRow):
    """Words that the desk sends often."""

    title = TypedCharField(_("title"), max_length=80)
    text = TypedTextField(_("text"))

    objects: ClassVar[models.Manager["SavedReply"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering: ClassVar = ["title", "pk"]
        verbose_name = _("saved reply")
        verbose_name_plural = _("saved replies")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant", "title"], name="saved_reply_once")
        ]

    class Privacy:
        not_personal: ClassVar[dict[str, object]] = {
            "id": "row number",
            "merchant": "tenant",
            "title": "words of the shop for anybody; the form tells to name nobody",
            "text": "words of the shop for anybody; the form tells to name nobody",
        }

    def __str__(self) -> str:
        return self.title

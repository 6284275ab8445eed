from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.audience.types import LONGEST_PERSON, ContactSource, FieldKind, MembershipState
from tradepost.datamap.columns.text_index import text_index
from tradepost.datamap.columns.typed import TypedCharField, TypedJSONField
from tradepost.datamap.vocabulary import Basis, Erase, Kind, Personal, Purpose, Subject
from tradepost.identity.names import no_link
from tradepost.lib import clock
from tradepost.merchants.models import Merchant, MerchantRow


class CustomField(MerchantRow):
    """A merchant's own question about contacts. There is no way to make one required.

    That is the whole of promise collect.demographics-optional: gender, occupation or year of birth
    can be asked, never demanded.
    """

    key = models.SlugField(_("name in files and merge fields"), max_length=40)
    label = TypedCharField(_("question"), max_length=80)
    kind = models.CharField(_("kind of answer"), max_length=10, choices=FieldKind)
    choices: models.JSONField[list[str]] = TypedJSONField(
        _("possible answers"), default=list, blank=True
    )
    position = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar[models.Manager["CustomField"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant", "key"], name="one_custom_field_per_key")
        ]

    class Privacy:
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "key": "name of a column",
            "label": "text of a question",
            "kind": "closed list",
            "choices": "possible answers, nobody's own",
            "position": "order on the page",
        }

    def __str__(self) -> str:
        return self.label


class ContactList(MerchantRow):
    """A list people join. Public ones are offered on the preference page."""

    # In the subject of the mail that asks a stranger to confirm.
    name = TypedCharField(_("name"), max_length=80, validators=[no_link])
    description = TypedCharField(_("what subscribers get"), max_length=200, blank=True)
    is_public = models.BooleanField(_("offered on the preference page"), default=True)
    created_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager["ContactList"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant", "name"], name="one_list_per_name")
        ]

    class Privacy:
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "name": "name of a list",
            "description": "public text",
            "is_public": "setting",
            "created_at": "age of the list",
        }

    def __str__(self) -> str:
        return self.name


class Contact(MerchantRow):
    """Somebody a merchant may know by e-mail. Being one is no consent to anything."""

    # The index on merchant and e-mail serves this key too.
    merchant = models.ForeignKey(
        Merchant, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    email = models.EmailField(_("e-mail address"))
    email_key = models.CharField(max_length=32)
    name = TypedCharField(_("name"), max_length=LONGEST_PERSON, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    fields: models.JSONField[dict[str, object]] = TypedJSONField(default=dict, blank=True)
    source = models.CharField(max_length=12, choices=ContactSource)
    created_at = models.DateTimeField(default=clock.now)
    last_active_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager["Contact"]] = ScopedManager(merchant="merchant")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant", "email"], name="one_contact_per_email")
        ]
        indexes: ClassVar = [
            models.Index(fields=["merchant", "id"], name="contact_newest"),
            models.Index(fields=["merchant", "name", "id"], name="contact_by_name"),
            models.Index(fields=["merchant", "last_active_at", "id"], name="contact_by_activity"),
        ]

    class Privacy:
        subject = Subject.CUSTOMER
        purpose = Purpose.NEWSLETTERS
        basis = Basis.CONSENT
        keep = "audience.relationship"
        erase = Erase.ROW
        locate = "email"
        personal = {
            "email": Kind.EMAIL,
            "email_key": Kind.EMAIL,
            "name": Personal(kind=Kind.NAME, correctable=True),
            "language": Personal(kind=Kind.LANGUAGE, correctable=True),
            "fields": Personal(kind=Kind.CUSTOM, correctable=True),
            "source": Kind.ACTIVITY,
            "created_at": Kind.ACTIVITY,
            "last_active_at": Kind.ACTIVITY,
        }
        not_personal = {"id": "row number", "merchant": "tenant"}

    def __str__(self) -> str:
        return self.name or self.email


CONTACT_WORDS = text_index(Contact, "email", "name")


class ListMembership(MerchantRow):
    """One person on one list, and since when. Subscribed only on the strength of a consent record."""

    merchant = models.ForeignKey(
        Merchant, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    contact_list = models.ForeignKey(
        ContactList, on_delete=models.CASCADE, related_name="memberships", db_index=False
    )
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="memberships")
    state = models.CharField(max_length=12, choices=MembershipState)
    consent = models.ForeignKey(
        "audience.ConsentRecord",
        on_delete=models.PROTECT,
        null=True,
        related_name="memberships",
    )
    since = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    reason = TypedCharField(max_length=200, blank=True)

    objects: ClassVar[models.Manager["ListMembership"]] = ScopedManager(merchant="merchant")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contact_list", "contact"], name="once_on_a_list"),
            models.CheckConstraint(
                name="subscribed_by_consent",
                condition=~Q(state=MembershipState.SUBSCRIBED) | Q(consent__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["contact_list", "state", "contact"], name="membership_on_list"),
            models.Index(fields=["merchant", "state", "contact"], name="membership_in_state"),
        ]

    class Privacy:
        subject = Subject.CUSTOMER
        purpose = Purpose.NEWSLETTERS
        basis = Basis.CONSENT
        keep = "audience.relationship"
        erase = Erase.WITH_PARENT
        locate = "contact__email"
        personal = {
            "contact_list": Kind.CONSENT,
            "contact": Kind.CONSENT,
            "state": Kind.CONSENT,
            "consent": Kind.CONSENT,
            "since": Kind.CONSENT,
            "ended_at": Kind.CONSENT,
            "reason": Kind.CONSENT,
        }
        not_personal = {"id": "row number", "merchant": "tenant"}

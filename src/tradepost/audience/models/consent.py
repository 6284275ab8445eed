from typing import ClassVar

from django.db import models
from django.db.models import Q
from django_scopes import ScopedManager

from tradepost.audience.models.contacts import ContactList
from tradepost.audience.types import LONGEST_PERSON, ConsentKind, ContactSource
from tradepost.datamap.columns.typed import TypedCharField, TypedJSONField, TypedTextField
from tradepost.datamap.vocabulary import Basis, Erase, Kind, LocatedBy, Personal, Purpose, Subject
from tradepost.lib import clock
from tradepost.merchants.models import Merchant, MerchantRow


class ConsentWording(MerchantRow):
    """A text that people agreed to, never changed once written: a new text is a new version."""

    kind = models.CharField(max_length=12, choices=ConsentKind)
    version = models.PositiveIntegerField()
    text = TypedTextField()
    written_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager["ConsentWording"]] = ScopedManager(merchant="merchant")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant", "kind", "version"], name="one_wording_per_version"
            )
        ]

    class Privacy:
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "kind": "closed list",
            "version": "count",
            "text": "what everybody is asked, nobody's answer",
            "written_at": "time of the text",
        }

    def __str__(self) -> str:
        return self.text


class ConsentRecord(MerchantRow):
    """Evidence that one person agreed to one thing: who, to which words, where, when, how.

    *Who* is a keyed hash, so the record can stay when the contact goes: the merchant can still show
    that mail was sent with consent, and nobody who left is written to again because a file names them.
    """

    merchant = models.ForeignKey(
        Merchant, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    email_key = models.CharField(max_length=32)
    kind = models.CharField(max_length=12, choices=ConsentKind)
    wording = models.ForeignKey(
        ConsentWording, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    contact_list = models.ForeignKey(
        ContactList, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    source = models.CharField(max_length=12, choices=ContactSource)
    where = TypedCharField(max_length=200, blank=True)
    confirmed_by = models.CharField(max_length=60)
    given_at = models.DateTimeField(default=clock.now)
    network = models.CharField(max_length=45, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_how = models.CharField(max_length=60, blank=True)

    objects: ClassVar[models.Manager["ConsentRecord"]] = ScopedManager(merchant="merchant")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["email_key"], name="consents_of_person"),
            models.Index(
                fields=["withdrawn_at"],
                name="consents_withdrawn",
                condition=Q(withdrawn_at__isnull=False),
            ),
            models.Index(fields=["given_at"], name="networks_to_forget", condition=~Q(network="")),
        ]

    class Privacy:
        subject = Subject.CUSTOMER
        purpose = Purpose.LEGAL
        basis = Basis.LEGAL
        keep = "audience.consent-evidence"
        erase = Erase.KEEP
        because = "the controller must be able to show that consent was given (Art. 7(1) GDPR)"
        locate = "email_key"
        located_by = LocatedBy.KEY
        personal = {
            "kind": Kind.CONSENT,
            "wording": Kind.CONSENT,
            "contact_list": Kind.CONSENT,
            "source": Kind.CONSENT,
            "where": Kind.CONSENT,
            "confirmed_by": Kind.CONSENT,
            "given_at": Kind.CONSENT,
            "network": Personal(
                kind=Kind.NETWORK, keep="audience.consent-network", erase=Erase.BLANK
            ),
            "withdrawn_at": Kind.CONSENT,
            "withdrawn_how": Kind.CONSENT,
        }
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "email_key": "keyed hash of an address; cannot be turned back",
        }


class PendingSubscription(MerchantRow):
    """Somebody typed this address into a form. Nobody knows yet whether it was its owner.

    Not a contact: nothing but the one question *was it you?* is ever sent here, once a day at most,
    and the row goes after seven days.
    """

    merchant = models.ForeignKey(
        Merchant, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    email = models.EmailField(db_index=True)
    name = TypedCharField(max_length=LONGEST_PERSON, blank=True)
    language = models.CharField(max_length=10, blank=True)
    fields: models.JSONField[dict[str, object]] = TypedJSONField(default=dict, blank=True)
    contact_list = models.ForeignKey(ContactList, on_delete=models.CASCADE, related_name="+")
    wording = models.ForeignKey(ConsentWording, on_delete=models.PROTECT, related_name="+")
    tracking_wording = models.ForeignKey(
        ConsentWording, on_delete=models.PROTECT, null=True, related_name="+"
    )
    source = models.CharField(max_length=12, choices=ContactSource)
    where = TypedCharField(max_length=200, blank=True)
    network = models.CharField(max_length=45, blank=True)
    asked_at = models.DateTimeField(default=clock.now)
    mailed_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["PendingSubscription"]] = ScopedManager(merchant="merchant")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant", "email", "contact_list"], name="one_pending_each"
            )
        ]

    class Privacy:
        subject = Subject.CUSTOMER
        purpose = Purpose.NEWSLETTERS
        basis = Basis.CONSENT
        keep = "audience.pending"
        erase = Erase.ROW
        locate = "email"
        personal = {
            "email": Kind.EMAIL,
            "name": Kind.NAME,
            "language": Kind.LANGUAGE,
            "fields": Kind.CUSTOM,
            "contact_list": Kind.CONSENT,
            "wording": Kind.CONSENT,
            "tracking_wording": Kind.CONSENT,
            "source": Kind.CONSENT,
            "where": Kind.CONSENT,
            "network": Kind.NETWORK,
            "asked_at": Kind.CONSENT,
            "mailed_at": Kind.CONSENT,
        }
        not_personal = {"id": "row number", "merchant": "tenant"}

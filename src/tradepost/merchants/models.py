import secrets
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models.base import ModelBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.datamap.columns.opaque_id import PublicIdMixin
from tradepost.datamap.columns.typed import TypedCharField, TypedTextField
from tradepost.datamap.rooms import Permission
from tradepost.datamap.vocabulary import Basis, Erase, Kind, Personal, Purpose, Subject
from tradepost.identity.names import no_link
from tradepost.lib import clock
from tradepost.modules.team import role_choices, role_permissions


def new_cart_username() -> str:
    """``A`` and seven digits, as the old hosted cart named its users."""
    return f"A{secrets.randbelow(9_000_000) + 1_000_000}"


class Merchant(PublicIdMixin, models.Model):
    """The tenant: everything that belongs to a shop or a mailing list points here."""

    name = TypedCharField(_("shop name"), max_length=120, validators=[no_link])
    handle = models.SlugField(_("address of the shop"), max_length=60, unique=True)
    cart_username = models.CharField(max_length=12, unique=True, default=new_cart_username)
    contact_email = models.EmailField(_("contact e-mail"), db_index=True)
    country = models.CharField(_("country"), max_length=2)
    website = models.URLField(_("website"), max_length=300, blank=True)
    home_country = models.CharField(_("country the shop sells from"), max_length=2, blank=True)
    telephone = TypedCharField(_("telephone"), max_length=40, blank=True)
    business_type = TypedCharField(_("business type"), max_length=60, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    postal_address = TypedTextField(_("postal address"), blank=True)
    switches: models.JSONField[dict[str, bool]] = models.JSONField(default=dict, blank=True)
    joined_at = models.DateTimeField(default=clock.now)
    closing_at = models.DateTimeField(null=True, blank=True)
    closing_reminded_at = models.DateTimeField(null=True, blank=True)
    # Why the operator closes it; null where its owner does. Null, since no table of millions is made anew for it.
    closing_because = TypedTextField(null=True, blank=True)  # type: ignore[misc]  # the door is typed without null
    # By the operator: what that stops is defined in ``merchants.suspension``.
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_because = TypedTextField(null=True, blank=True)  # type: ignore[misc]  # as above

    class Privacy:
        subject = Subject.MEMBER
        purpose = Purpose.SERVICE
        basis = Basis.CONTRACT
        keep = "merchants.account"
        erase = Erase.KEEP
        because = "the merchant's own account; it goes when the account is closed (keep.closure)"
        locate = "contact_email"
        personal = {
            "contact_email": Kind.EMAIL,
            "name": Personal(kind=Kind.NAME, correctable=True),
            # A copy for statistics only; the service goes by home_country (purpose.statistics-fields).
            "country": Personal(kind=Kind.COUNTRY, purpose=Purpose.STATISTICS, correctable=True),
            "home_country": Personal(kind=Kind.COUNTRY, correctable=True),
            "website": Personal(kind=Kind.WEBSITE, correctable=True),
            "telephone": Personal(kind=Kind.PHONE, correctable=True),
            "business_type": Personal(
                kind=Kind.BUSINESS, purpose=Purpose.STATISTICS, correctable=True
            ),
            "postal_address": Personal(kind=Kind.ADDRESS, correctable=True),
        }
        not_personal: ClassVar[dict[str, object]] = {
            "id": "row number",
            "handle": "public address of the shop",
            "cart_username": "public name of the cart",
            "currency": "setting of the shop",
            "language": "setting of the shop",
            "time_zone": "setting of the shop",
            "switches": "which modules the shop has switched on or off",
            "joined_at": "age of the shop",
            "closing_at": "state of the account",
            "closing_reminded_at": "state of the account",
            "suspended_at": "state of the account",
            **dict.fromkeys(
                ("closing_because", "suspended_because"),
                "written by the operator's staff; the form tells them to name nobody",
            ),
        }

    def __str__(self) -> str:
        return self.name

    def save(
        self,
        *,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """A shop sells from where its account is, until its owner says otherwise."""
        self.home_country = self.home_country or self.country
        super().save(
            force_insert=force_insert,
            force_update=force_update,
            using=using,
            update_fields=update_fields,
        )

    @property
    def is_closed(self) -> bool:
        """Its date has come. Until then everything works as before, orders included."""
        return self.closing_at is not None and self.closing_at <= clock.now()

    @property
    def is_suspended(self) -> bool:
        return self.suspended_at is not None

    def day_of(self, moment: datetime) -> date:
        """The calendar day where the shop is, for papers and the books."""
        return timezone.localdate(moment, ZoneInfo(self.time_zone))


class MerchantRow(PublicIdMixin, models.Model):
    """Base of every row that belongs to a merchant. Unscoped queries raise (django-scopes)."""

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="+")

    objects: ClassVar[models.Manager[Any]] = ScopedManager(merchant="merchant")

    class Meta:
        abstract = True


class Membership(PublicIdMixin, models.Model):
    """Who works for which merchant, and as what."""

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(max_length=20, choices=role_choices)
    since = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant", "user"], name="one_role_per_member")
        ]

    class Privacy:
        subject = Subject.MEMBER
        purpose = Purpose.SERVICE
        basis = Basis.CONTRACT
        keep = "identity.account"
        erase = Erase.WITH_PARENT
        locate = "user__email"
        personal = {"user": Kind.ACTIVITY, "role": Kind.ACTIVITY, "since": Kind.ACTIVITY}
        not_personal = {"id": "row number", "merchant": "tenant"}

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"

    def may(self, permission: Permission) -> bool:
        return permission in role_permissions.get(self.role, ())


class ApiToken(MerchantRow):
    """A key for a program of the merchant. Only its hash is kept; the text is shown once."""

    name = TypedCharField(_("what it is for"), max_length=80)
    start = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes: models.JSONField[list[str]] = models.JSONField(default=list)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    minute_began_at = models.DateTimeField(null=True)
    calls_this_minute = models.PositiveIntegerField(default=0)

    objects: ClassVar[models.Manager["ApiToken"]] = ScopedManager(merchant="merchant")

    class Privacy:
        keep = "merchants.account"
        subject = Subject.MEMBER
        purpose = Purpose.SERVICE
        basis = Basis.CONTRACT
        locate = "created_by__email"
        erase = Erase.BLANK
        personal = {"name": Personal(kind=Kind.MESSAGE, correctable=True)}
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "start": "first letters of a random secret",
            "digest": "hash of a random secret of the shop",
            "scopes": "closed list",
            "created_by": "row number of an account, emptied when the account goes",
            "created_at": "age of the token",
            "last_used_at": "use of the token by a program",
            "revoked_at": "state of the token",
            "minute_began_at": "rate limit",
            "calls_this_minute": "rate limit",
        }

    def __str__(self) -> str:
        return f"{self.start}… {self.name}"

    def allows(self, scope: str) -> bool:
        return scope in self.scopes


class ApiAnswer(models.Model):
    """What a call with an ``Idempotency-Key`` was answered, so that repeating it repeats nothing else."""

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    claim = models.CharField(max_length=32)
    claimed_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(default=0)
    content_type = models.CharField(max_length=80, blank=True)
    body = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["token", "key"], name="one_answer_per_key")
        ]
        indexes: ClassVar = [models.Index(fields=["claimed_at"], name="api_answer_age")]

    class Privacy:
        not_personal: ClassVar[dict[str, object]] = {
            "id": "row number",
            "token": "tenant",
            "key": "hash of what the merchant's program chose",
            "fingerprint": "hash of the call",
            "claim": "random",
            "claimed_at": "time of the call",
            "finished_at": "time of the call",
            "status": "result of the call",
            "content_type": "form of the answer",
            "body": "declared as the store merchants.api-answers, searched and erased there",
        }

    def __str__(self) -> str:
        return f"{self.key} ({self.status or 'running'})"


class Invitation(MerchantRow):
    """An invitation into the team by mail: signed, good for a week, good once."""

    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=20, choices=role_choices)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField(default=clock.now)
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Invitation"]] = ScopedManager(merchant="merchant")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["email"], name="invitation_email")]

    class Privacy:
        subject = Subject.MEMBER
        purpose = Purpose.SERVICE
        basis = Basis.CONTRACT
        keep = "merchants.invitation"
        erase = Erase.ROW
        locate = "email"
        personal = {"email": Kind.EMAIL, "role": Kind.ACTIVITY}
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "invited_by": "row number of an account, emptied when the account goes",
            "made_at": "age of the invitation",
            "accepted_at": "state of the invitation",
            "withdrawn_at": "state of the invitation",
        }

    def __str__(self) -> str:
        return f"{self.email} · {self.get_role_display()}"


class ClosedAddress(models.Model):
    """One name or secret that stood in links to a shop that has closed, as a hash.

    Whoever follows such a link later reads that the shop has closed, and nobody else can open a shop
    under its address meanwhile. The hash leads to nothing: the rows it stood for are erased.
    """

    digest = models.CharField(max_length=64, unique=True)
    closed_at = models.DateTimeField(default=clock.now, db_index=True)

    class Privacy:
        not_personal: ClassVar[dict[str, object]] = {
            "id": "row number",
            "digest": "keyed hash of a link that leads nowhere any more",
            "closed_at": "age of the row",
        }

    def __str__(self) -> str:
        return self.digest[:12]

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from tradepost.datamap.columns.opaque_id import PublicIdMixin
from tradepost.datamap.columns.typed import TypedCharField
from tradepost.datamap.vocabulary import Basis, Erase, Kind, Personal, Purpose, Subject
from tradepost.identity.names import no_link
from tradepost.identity.page_names import page_in_words
from tradepost.lib import clock
from tradepost.lib.addresses import normalise_email


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """Raises: InvalidEmail."""
        user = User(email=normalise_email(email), **fields)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(PublicIdMixin, AbstractBaseUser):
    """Somebody who signs in. What they may do for which merchant is a ``merchants.Membership``."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = TypedCharField(_("name"), max_length=120, blank=True, validators=[no_link])
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(
        default=False, help_text="Works for whoever runs this installation."
    )
    joined_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Privacy:
        subject = Subject.MEMBER
        purpose = Purpose.SERVICE
        basis = Basis.CONTRACT
        keep = "identity.account"
        erase = Erase.ROW
        locate = "email"
        personal = {
            "email": Kind.EMAIL,
            "name": Personal(kind=Kind.NAME, correctable=True),
            "language": Personal(kind=Kind.LANGUAGE, correctable=True),
            "time_zone": Personal(kind=Kind.LANGUAGE, correctable=True),
            "password": Kind.CREDENTIAL,
            "last_login": Kind.ACTIVITY,
            "joined_at": Kind.ACTIVITY,
        }
        not_personal = {
            "id": "row number",
            "is_active": "state of the account",
            "is_operator": "role",
        }

    def __str__(self) -> str:
        return self.name or self.email


class ActivityKind(models.TextChoices):
    SIGNED_IN = "signed_in", _("signed in")
    SIGNED_OUT = "signed_out", _("signed out")
    FAILED = "failed", _("wrong password")
    WRONG_CODE = "wrong_code", _("wrong code or passkey")
    BLOCKED = "blocked", _("try refused, too many before")
    LET_IN = "let_in", _("used a link from a mail")
    CHANGED = "changed", _("changed the way to sign in")
    PAGE = "page", _("opened a page")
    ACTION = "action", _("sent a form")


class Activity(models.Model):
    """What happened on an account, for its owner's safety. No other room reads or writes it.

    A wrong password for an account that does not exist leaves a row without ``user``: it costs the
    same time as one that does, so nobody learns which addresses have accounts.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="activities")
    at = models.DateTimeField(default=clock.now)
    kind = models.CharField(max_length=12, choices=ActivityKind)
    page = models.CharField(max_length=80, blank=True)
    merchant_id = models.BigIntegerField(null=True)
    network = models.CharField(max_length=45, blank=True)
    browser = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["user", "-at"], name="activity_of_user"),
            models.Index(fields=["at"], name="activity_age"),
        ]

    class Privacy:
        subject = Subject.MEMBER
        purpose = Purpose.SECURITY
        basis = Basis.INTEREST
        keep = "identity.activity"
        erase = Erase.WITH_PARENT
        locate = "user__email"
        personal = {
            "user": Kind.ACTIVITY,
            "at": Kind.ACTIVITY,
            "kind": Kind.ACTIVITY,
            "page": Kind.ACTIVITY,
            "network": Kind.NETWORK,
            "browser": Kind.DEVICE,
        }
        not_personal = {"id": "row number", "merchant_id": "tenant"}

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind} {self.page}"

    @property
    def page_words(self) -> str:
        return page_in_words(self.page) if self.page else ""


class KnownNetwork(models.Model):
    """A network from which the owner has signed in: strangers' tries elsewhere do not block it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="known_networks")
    network = models.CharField(max_length=45)
    last_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "network"], name="network_known_once")
        ]

    class Privacy(Activity.Privacy):
        called = "networks you signed in from"
        personal = {"user": Kind.ACTIVITY, "network": Kind.NETWORK, "last_at": Kind.ACTIVITY}
        not_personal = {"id": "row number"}

    def __str__(self) -> str:
        return self.network


class SignInCounter(models.Model):
    """Tries that count against a limit. ``key`` is a keyed hash of what is counted, see ``lockout``."""

    key = models.CharField(max_length=64, unique=True)
    tries = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    blocked_until = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["last_at"], name="sign_in_counter_age")]

    class Privacy:
        not_personal = {
            "id": "row number",
            "key": "keyed hash of address and truncated network; cannot be turned back; gone in days",
            "tries": "count",
            "last_at": "time of a try by somebody unknown",
            "blocked_until": "state of the limit",
        }

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.tries}"


class RateLimit(models.Model):
    """An allowance that fills again; ``spent_until`` is when it will be full, see ``limits``."""

    key = models.CharField(max_length=64, unique=True)
    spent_until = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["spent_until"], name="rate_limit_age")]

    class Privacy:
        not_personal = {
            "id": "row number",
            "key": "keyed hash of address or truncated network; cannot be turned back; gone in days",
            "spent_until": "state of the limit",
        }

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.spent_until:%Y-%m-%d %H:%M}"


class AccessLink(models.Model):
    """A one-use link by mail that lets the owner try again while strangers have worn out the limits."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Privacy(Activity.Privacy):
        personal = {
            "user": Kind.ACTIVITY,
            "digest": Kind.CREDENTIAL,
            "made_at": Kind.ACTIVITY,
            "used_at": Kind.ACTIVITY,
        }
        not_personal = {"id": "row number"}

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d %H:%M}"

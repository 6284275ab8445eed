from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tradepost.datamap.identifiers import PublicIdMixin
from tradepost.datamap.vocabulary import Basis, Erase, Kind, Personal, Purpose, Subject
from tradepost.lib.addresses import normalise_email


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
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
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(
        default=False, help_text="Works for whoever runs this installation."
    )
    joined_at = models.DateTimeField(default=timezone.now)

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

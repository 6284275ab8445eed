from django.db import models
from django.utils.translation import gettext_lazy as _


class HoldClass(models.TextChoices):
    """Why the law lets a record stay although it is due, or its erasure was asked for."""

    CLAIM = "claim", _("a legal claim (Art. 17(3)(e) GDPR)")
    AUTHORITY = "authority", _("an order of an authority or a court (Art. 17(3)(b) GDPR)")
    AUDIT = "audit", _("an audit that has begun (Art. 17(3)(b) GDPR)")
    PERSON = "person", _("the person wants it kept (Art. 18(1)(c) GDPR)")


class EndsInThePast(ValueError):
    """A hold must end in the future, and it must end."""

"""What the database knows of the installation that it belongs to."""

from datetime import timedelta
from typing import ClassVar

from django.db import models

from tradepost.lib import clock


class Installation(models.Model):
    """The one row that says whose database this is; made at the first start.

    ``key_print`` is a keyed hash of the secret key, from which nobody gets back to the key.
    """

    key_print = models.CharField(max_length=64)
    is_demo = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=clock.now)
    key_changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_installation")]

    class Privacy:
        not_personal = {
            "id": "always 1",
            "key_print": "keyed hash of the installation's own key",
            "is_demo": "kind of installation",
            "made_at": "time of the first start",
            "key_changed_at": "time of the last change of key",
        }

    def __str__(self) -> str:
        return "demo" if self.is_demo else "installation"


class RelayCertificate(models.Model):
    """What the relay showed when it was last looked at. One row: of the relay that is set now."""

    SOON: ClassVar = timedelta(days=14)

    name = models.CharField(max_length=270, unique=True)
    ends_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True)
    needs_tls = models.BooleanField(default=False)
    looked_at = models.DateTimeField(default=clock.now)

    class Privacy:
        not_personal: ClassVar[dict[str, object]] = {
            "id": "row number",
            "name": "host and port of the installation's own mail server",
            "ends_at": "end of its certificate",
            "trouble": "written by the program",
            "needs_tls": "setting of the installation",
            "looked_at": "time of the look",
        }

    def __str__(self) -> str:
        return self.name

    @property
    def tone(self) -> str:
        """bad: mail stops or goes in the clear; warn: soon; quiet: none is needed."""
        if self.ends_at is None:
            return "bad" if self.needs_tls or self.trouble.startswith("certificate") else "quiet"
        left = self.ends_at - clock.now()
        return "bad" if left <= timedelta(0) else "warn" if left < self.SOON else "good"

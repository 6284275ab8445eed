"""What the database knows of the installation that it belongs to."""

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

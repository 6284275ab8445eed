from django.db import models

from tradepost.lib import clock


class OffForAll(models.Model):
    """A module that the operator has switched off for every merchant."""

    module = models.CharField(max_length=80, unique=True)
    since = models.DateTimeField(default=clock.now)

    class Privacy:
        not_personal = {
            "id": "row number",
            "module": "key of a module",
            "since": "time of a choice of the installation",
        }

    def __str__(self) -> str:
        return self.module

from django.db import models

from tradepost.lib import clock


class Sender(models.Model):
    """A running sender process. Rows it has claimed carry its number.

    ``boot`` is the kernel's name for this run of the machine: after a power cut the journal's last
    lines may be lost, and only then; a killed process loses none.
    """

    host = models.CharField(max_length=120)
    boot = models.CharField(max_length=40)
    started_at = models.DateTimeField(default=clock.now)
    beat_at = models.DateTimeField(default=clock.now)

    class Privacy:
        not_personal = {
            "id": "row number",
            "host": "name of our own machine",
            "boot": "the machine's run",
            "started_at": "time of the process",
            "beat_at": "time of the process",
        }

    def __str__(self) -> str:
        return f"sender {self.pk} on {self.host}"


class Destination(models.Model):
    """A token bucket, and the back-off, of whatever must not be written to too fast.

    ``name`` is ``domain:example.org``, ``merchant:17`` or ``relay``. Destinations without a limit and
    without trouble have no row.
    """

    name = models.CharField(max_length=270, unique=True)
    per_minute = models.PositiveIntegerField(null=True)
    tokens = models.FloatField(default=0)
    refilled_at = models.DateTimeField(default=clock.now)
    refusals = models.PositiveSmallIntegerField(default=0)
    closed_until = models.DateTimeField(null=True, db_index=True)

    class Privacy:
        not_personal = {
            "id": "row number",
            "name": "a mail domain or a tenant's row number",
            "per_minute": "setting",
            "tokens": "count",
            "refilled_at": "time of the count",
            "refusals": "count",
            "closed_until": "time of the next attempt",
        }

    def __str__(self) -> str:
        return self.name


class SigningKey(models.Model):
    """A DKIM key that was made once: its public half, as it stands in the DNS.

    The private half is a file. When the file is gone and this row is not, the key is lost: a new one
    made quietly would make the published record wrong, and another machine's would differ from ours.
    """

    name = models.CharField(max_length=40, unique=True)
    record = models.TextField()
    made_at = models.DateTimeField(default=clock.now)

    class Privacy:
        not_personal = {
            "id": "row number",
            "name": "the key's file",
            "record": "the public half, which is published",
            "made_at": "time of the key",
        }

    def __str__(self) -> str:
        return self.name

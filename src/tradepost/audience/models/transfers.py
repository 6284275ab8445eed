"""Files in and out: imports, the rows they refused, exports."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.audience.models.consent import ConsentWording
from tradepost.audience.models.contacts import ContactList
from tradepost.datamap.columns.typed import TypedCharField, TypedJSONField
from tradepost.datamap.vocabulary import Basis, Erase, Kind, Purpose, Subject
from tradepost.lib import clock
from tradepost.merchants.models import MerchantRow


class Import(MerchantRow):
    """One uploaded file and how far it has been taken in."""

    class Rule(models.TextChoices):
        FILL = "fill", _("keep what is known, fill what is empty")
        REPLACE = "replace", _("replace what is known with what the file says")
        SKIP = "skip", _("leave known contacts alone")

    class State(models.TextChoices):
        RECEIVED = "received", _("being read")
        UNREADABLE = "unreadable", _("cannot be read")
        UPLOADED = "uploaded", _("columns not assigned yet")
        READY = "ready", _("ready to start")
        RUNNING = "running", _("running")
        CANCELLED = "cancelled", _("cancelled")
        DONE = "done", _("done")

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    job = models.ForeignKey("jobs.Job", on_delete=models.SET_NULL, null=True, related_name="+")
    file_name = TypedCharField(max_length=200)
    stored_as = models.CharField(max_length=60, blank=True)
    charset = models.CharField(max_length=20, default="utf-8")
    charset_is_certain = models.BooleanField(default=True)
    refusal = TypedCharField(max_length=300, blank=True)
    separator = models.CharField(max_length=1, default=",")
    head_rows = models.PositiveSmallIntegerField(default=1)
    header: models.JSONField[list[str]] = TypedJSONField(default=list)
    mapping: models.JSONField[dict[str, str]] = models.JSONField(default=dict, blank=True)
    status_words: models.JSONField[dict[str, str]] = TypedJSONField(default=dict, blank=True)
    contact_list = models.ForeignKey(
        ContactList, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("list")
    )
    wording = models.ForeignKey(
        ConsentWording, on_delete=models.PROTECT, null=True, related_name="+"
    )
    rule = models.CharField(max_length=10, choices=Rule, default=Rule.FILL)
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADED)
    rows = models.PositiveBigIntegerField(default=0)
    rows_done = models.PositiveBigIntegerField(default=0)
    added = models.PositiveBigIntegerField(default=0)
    merged = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)
    kept_out: models.JSONField[dict[str, int]] = models.JSONField(default=dict, blank=True)
    uploaded_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Import"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering = ["-pk"]

    class Privacy:
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "by": "row number of an account, emptied when the account goes",
            "job": "row number",
            "file_name": "name of a file of many people, without addresses",
            "stored_as": "random name of the store audience.uploads",
            "charset": "form of the file",
            "charset_is_certain": "form of the file",
            "refusal": "what is wrong with the file as a whole",
            "separator": "form of the file",
            "head_rows": "form of the file",
            "header": "names of columns",
            "mapping": "names of columns",
            "status_words": "words for a status, and what each means",
            "contact_list": "which list",
            "wording": "which text",
            "rule": "setting",
            "state": "state of the work",
            "rows": "count",
            "rows_done": "count",
            "added": "count",
            "merged": "count",
            "refused": "count",
            "kept_out": "count for each cause",
            "uploaded_at": "time of the work",
            "finished_at": "time of the work",
        }

    def __str__(self) -> str:
        return self.file_name

    @property
    def may_start(self) -> bool:
        """Ready, cancelled, or its job ended without getting to the end."""
        stopped = self.state == self.State.RUNNING and (self.job is None or self.job.is_over)
        waiting = self.state in {self.State.READY, self.State.CANCELLED}
        return bool(self.stored_as) and (waiting or stopped)


class ImportProblem(MerchantRow):
    """A row that was not taken in, why, and the row itself so that it can be mended."""

    run = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="problems")
    line = models.PositiveBigIntegerField()
    address = TypedCharField(max_length=320, blank=True, db_index=True)
    reason = TypedCharField(max_length=300)
    row: models.JSONField[list[str]] = TypedJSONField(default=list)

    objects: ClassVar[models.Manager["ImportProblem"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering = ["line"]

    class Privacy:
        subject = Subject.CUSTOMER
        purpose = Purpose.NEWSLETTERS
        basis = Basis.INTEREST
        keep = "audience.uploads"
        erase = Erase.ROW
        locate = "address"
        personal = {"address": Kind.EMAIL, "reason": Kind.ACTIVITY, "row": Kind.CUSTOM}
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "run": "which import",
            "line": "line number",
        }


class ContactExport(MerchantRow):
    """A file of contacts that a member asked for; the file goes after a day, this row after a year."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    job = models.ForeignKey("jobs.Job", on_delete=models.SET_NULL, null=True, related_name="+")
    form = models.CharField(max_length=5)
    filters: models.JSONField[dict[str, str]] = TypedJSONField(default=dict, blank=True)
    stored_as = models.CharField(max_length=60, blank=True)
    rows = models.PositiveBigIntegerField(default=0)
    made_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager["ContactExport"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering = ["-pk"]

    class Privacy:
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "by": "row number of an account, emptied when the account goes",
            "job": "row number",
            "form": "closed list",
            "filters": "which list or segment was asked for",
            "stored_as": "random name of the store audience.exports",
            "rows": "count",
            "made_at": "time of the work",
        }

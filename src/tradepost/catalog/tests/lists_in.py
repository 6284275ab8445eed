"""Brings a list in as the page and its jobs do."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tradepost.catalog.actions import importing
from tradepost.catalog.models import ProductImport
from tradepost.catalog.shopify.table import UnreadableList
from tradepost.jobs.models import Job
from tradepost.jobs.runner import Running


def look_through(*, merchant: Any, by: Any, file_name: str, data: bytes) -> ProductImport:
    """Upload, and the job that reads. Raises: UnreadableList, whoever refused it."""
    file = SimpleUploadedFile("list.csv", data)
    upload = importing.receive(merchant=merchant, by=by, file=file, file_name=file_name)
    upload.refresh_from_db()
    importing.look_through(Running(Job.objects.get(pk=upload.job_id)))
    upload.refresh_from_db()
    if upload.state == ProductImport.State.UNREADABLE:
        raise UnreadableList(upload.report["refusal"])
    return upload

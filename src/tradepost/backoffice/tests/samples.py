"""For addresses that name one of this room's rows: how to make it, and the arguments besides ``handle``.

Each builder gets a merchant and works inside its scope. The house tests collect ``SAMPLES`` of every room.
"""

from typing import Any

from tradepost.backoffice.actions import everything
from tradepost.jobs import storage
from tradepost.jobs.models import Job


def _everything(merchant: Any) -> dict[str, Any]:
    row = Job.objects.create(merchant=merchant, kind=everything.KIND, title="Sample")
    storage.files().write(everything.file_of(row), b"PK")
    return {"job_id": row.public_id}


SAMPLES = {"backoffice_office:everything_file": _everything}

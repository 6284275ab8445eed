"""For addresses that name one of this room's rows: how to make it, and the arguments besides ``handle``.

Each builder gets a merchant and works inside its scope. The house tests collect ``SAMPLES`` of every room.
"""

from typing import Any

from tradepost.jobs.models import Job


def _job(merchant: Any) -> dict[str, Any]:
    owner = merchant.memberships.earliest("pk").user
    job = Job.objects.create(
        merchant=merchant, started_by=owner, kind="test.sample", title="Sample"
    )
    return {"job_id": job.public_id}


SAMPLES = {f"jobs_office:{name}": _job for name in ("job", "fragment", "cancel")}

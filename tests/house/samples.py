"""For addresses that name a row: how to make such a row, and the arguments of the address.

Each builder gets a merchant, works inside its scope, and returns the keyword arguments besides
``handle``.
"""

from collections.abc import Callable
from typing import Any

from tradepost.jobs.models import Job
from tradepost.merchants.actions.tokens import create_token
from tradepost.merchants.models import Invitation, Merchant
from tradepost.merchants.types import Role

Builder = Callable[[Merchant], dict[str, Any]]

SAMPLES: dict[str, Builder] = {}


def _job(merchant: Merchant) -> dict[str, Any]:
    owner = merchant.memberships.get(role=Role.OWNER).user
    job = Job.objects.create(
        merchant=merchant, started_by=owner, kind="test.sample", title="Sample"
    )
    return {"job_id": job.public_id}


def _member(merchant: Merchant) -> dict[str, Any]:
    return {"member_id": merchant.memberships.get(role=Role.OWNER).public_id}


def _invitation(merchant: Merchant) -> dict[str, Any]:
    row = Invitation.objects.create(merchant=merchant, email="a@b.example", role=Role.ORDERS)
    return {"invitation_id": row.public_id}


def _token(merchant: Merchant) -> dict[str, Any]:
    row, _text = create_token(merchant=merchant, by=None, name="x", scopes=["orders:read"])
    return {"token_id": row.public_id}


SAMPLES |= {f"jobs_office:{name}": _job for name in ("job", "fragment", "cancel")}
SAMPLES |= {f"merchants_office:{name}": _member for name in ("role", "remove")}
SAMPLES |= {"merchants_office:withdraw": _invitation, "merchants_office:revoke_token": _token}

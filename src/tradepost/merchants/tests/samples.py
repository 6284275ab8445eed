"""For addresses that name one of this room's rows: how to make it, and the arguments besides ``handle``.

Each builder gets a merchant and works inside its scope. The house tests collect ``SAMPLES`` of every room.
"""

from typing import Any

from tradepost.audit.types import SYSTEM
from tradepost.merchants.actions.tokens import create_token
from tradepost.merchants.models import Invitation
from tradepost.merchants.types import Role


def _member(merchant: Any) -> dict[str, Any]:
    return {"member_id": merchant.memberships.get(role=Role.OWNER).public_id}


def _invitation(merchant: Any) -> dict[str, Any]:
    row = Invitation.objects.create(merchant=merchant, email="a@b.example", role="orders")
    return {"invitation_id": row.public_id}


def _token(merchant: Any) -> dict[str, Any]:
    row, _text = create_token(merchant=merchant, by=SYSTEM, name="x", scopes=["orders:read"])
    return {"token_id": row.public_id}


SAMPLES = {f"merchants_office:{name}": _member for name in ("role", "remove")}
SAMPLES |= {"merchants_office:withdraw": _invitation, "merchants_office:revoke_token": _token}

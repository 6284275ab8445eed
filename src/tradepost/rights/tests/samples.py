"""For addresses that name one of this room's rows: how to make it, and the arguments besides ``handle``.

Each builder gets a merchant and works inside its scope. The house tests collect ``SAMPLES`` of every room.
"""

from typing import Any

from tradepost.audit.types import PERSON
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Subject
from tradepost.rights.actions.rights import log_request
from tradepost.rights.types import Right


def _rights_request(merchant: Any) -> dict[str, Any]:
    person = SubjectRef(Subject.CUSTOMER, "anna@example.org", merchant.pk)
    return {"request_id": log_request(ref=person, right=Right.ACCESS, by=PERSON).public_id}


SAMPLES = {
    "rights_office:request": _rights_request,
    "rights_office:request-data": _rights_request,
}

"""What the rights portal needs: a person's consents in force, and taking one back."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django_scopes import scope, scopes_disabled

from tradepost.audience.consent.records import withdraw_consent
from tradepost.audience.models import ConsentRecord
from tradepost.audience.types import ConsentKind
from tradepost.audit.actions import record
from tradepost.audit.types import PERSON
from tradepost.datamap.subjects import SubjectRef
from tradepost.rights.consents import GivenConsent

HOW = "rights portal"


class AudienceBook:
    """The audience's consents for ``privacy.consents``."""

    def given_by(self, ref: SubjectRef) -> Iterable[GivenConsent]:
        with scopes_disabled():
            rows = list(_in_force(ref))
        for row in rows:
            yield GivenConsent(id=str(row.pk), words=row.wording.text, given_at=row.given_at)

    def withdraw(self, ref: SubjectRef, id: str) -> bool:
        with scopes_disabled():
            row = _in_force(ref).filter(pk=id if id.isdecimal() else 0).first()
        if row is None:
            return False
        with scope(merchant=row.merchant):
            ended = withdraw_consent(
                merchant=row.merchant,
                email=ref.email,
                kind=ConsentKind(row.kind),
                how=HOW,
                contact_list=row.contact_list,
            )
            record(
                actor=PERSON,
                action="audience.withdraw",
                target=row,
                merchant_id=row.merchant_id,
            )
        return bool(ended)


def _in_force(ref: SubjectRef) -> QuerySet[ConsentRecord]:
    rows = ConsentRecord.objects.filter(email_key=ref.key, withdrawn_at__isnull=True)
    rows = rows.select_related("wording", "merchant", "contact_list")
    return rows.filter(merchant_id=ref.merchant_id) if ref.merchant_id is not None else rows

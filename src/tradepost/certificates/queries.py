from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from tradepost.certificates.models import Certificate
from tradepost.datamap.subjects import SubjectRef


def certificates_of(ref: SubjectRef) -> QuerySet[Certificate]:
    """Those about this person, found by the keyed hash of the address."""
    return Certificate.objects.filter(tenant=ref.merchant_id, subject_key=ref.key)


def certificates_of_shop(merchant_id: int) -> QuerySet[Certificate]:
    return Certificate.objects.filter(tenant=merchant_id)


def kept_for() -> timedelta:
    return timedelta(days=365 * settings.TRADEPOST.certificate_years)


def made_long_ago(now: datetime) -> QuerySet[Certificate]:
    return Certificate.objects.filter(made_at__lt=now - kept_for())

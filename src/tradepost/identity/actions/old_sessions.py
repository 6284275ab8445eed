"""Sessions that are over: nobody signs out of a browser that is closed."""

from datetime import datetime

from django.contrib.sessions.models import Session


def due(now: datetime) -> int:
    return Session.objects.filter(expire_date__lt=now).count()


def purge(now: datetime) -> int:
    return Session.objects.filter(expire_date__lt=now).delete()[0]

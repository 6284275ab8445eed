"""Letting a person in without an account: a mailed link, used once, then a short visit.

The answer to *send me a link* is the same and takes the same time for every address: a row is
written, and a task decides later whether there is anything to show.
"""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.tasks import task
from django.urls import reverse
from django_scopes import scopes_disabled

from tradepost.audit.actions import record
from tradepost.audit.types import PERSON
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Subject
from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.modules.events import publish
from tradepost.rights.actions.letters import write_to
from tradepost.rights.events import PortalOpened
from tradepost.rights.models import PortalPass
from tradepost.rights.queries import holds_anything

LINK_LIFE = timedelta(minutes=30)
VISIT_LIFE = timedelta(minutes=30)
MOST_LINKS_AN_HOUR = 3
MISSED_AFTER = timedelta(minutes=1)


class LinkSpent(Exception):
    """The link was used, has expired, or was never given out. All three look the same outside."""


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def subject_of(pass_: PortalPass) -> SubjectRef:
    subject = Subject.CUSTOMER if pass_.merchant_id else Subject.MEMBER
    return SubjectRef(subject, pass_.email, pass_.merchant_id)


def ask_for_link(*, merchant: Merchant | None, email: str, language: str) -> None:
    """Note that somebody asks for a link; more than three an hour for one address are passed over."""
    now = clock.now()
    with transaction.atomic(), scopes_disabled():
        asked = PortalPass.objects.filter(
            merchant=merchant, email=email, asked_at__gt=now - timedelta(hours=1)
        ).count()
        if asked >= MOST_LINKS_AN_HOUR:
            return
        pass_ = PortalPass.objects.create(
            merchant=merchant,
            email=email,
            language=language,
            asked_at=now,
            link_expires_at=now + LINK_LIFE,
        )
        number = pass_.pk
        transaction.on_commit(lambda: send_link.enqueue(number))


@task
def send_link(pass_id: int) -> None:
    """Mail the link if anything is held about the address; forget the address if not."""
    with transaction.atomic(), scopes_disabled():
        claimed = PortalPass.objects.filter(pk=pass_id, handled_at=None).update(
            handled_at=clock.now()
        )
        if not claimed:
            return
        pass_ = PortalPass.objects.get(pk=pass_id)
        ref = subject_of(pass_)
        if not holds_anything(ref):
            pass_.delete()
            return
        secret = secrets.token_urlsafe(32)
        PortalPass.objects.filter(pk=pass_id).update(
            link_digest=digest(secret), link_expires_at=clock.now() + LINK_LIFE
        )
        write_to(
            ref,
            "portal_link",
            language=pass_.language,
            link=settings.TRADEPOST.base_url + reverse("rights:open", args=[secret]),
            minutes=int(LINK_LIFE.total_seconds() // 60),
        )


def sweep_links() -> int:
    """Enqueue again what a lost message left behind; returns how many."""
    with scopes_disabled():
        missed = PortalPass.objects.filter(handled_at=None, asked_at__lt=clock.now() - MISSED_AFTER)
        numbers = list(missed.values_list("pk", flat=True)[:100])
    for number in numbers:
        send_link.enqueue(number)
    return len(numbers)


def link_is_good(secret: str) -> bool:
    with scopes_disabled():
        return PortalPass.objects.filter(
            link_digest=digest(secret), used_at=None, link_expires_at__gt=clock.now()
        ).exists()


def open_visit(*, secret: str) -> tuple[str, PortalPass]:
    """Use up the link and begin a visit; returns the visit's own secret.

    Of two that use it at once one wins, by a conditional UPDATE.

    Raises:
        LinkSpent
    """
    now, visit = clock.now(), secrets.token_urlsafe(32)
    with transaction.atomic(), scopes_disabled():
        used = PortalPass.objects.filter(
            link_digest=digest(secret), used_at=None, link_expires_at__gt=now
        ).update(used_at=now, visit_digest=digest(visit), visit_expires_at=now + VISIT_LIFE)
        if not used:
            raise LinkSpent
        pass_ = PortalPass.objects.select_related("merchant").get(visit_digest=digest(visit))
        record(
            actor=PERSON,
            action="rights.portal_opened",
            target=pass_,
            merchant_id=pass_.merchant_id,
        )
        publish(PortalOpened(pass_id=pass_.pk), merchant_id=pass_.merchant_id)
    return visit, pass_


def visit_of(secret: str) -> PortalPass | None:
    """The running visit that this secret opens."""
    if not secret:
        return None
    with scopes_disabled():
        return (
            PortalPass.objects.select_related("merchant")
            .filter(visit_digest=digest(secret), visit_expires_at__gt=clock.now())
            .first()
        )


def pass_of_visit(secret: str) -> PortalPass | None:
    """The pass of a visit, also of one that is over."""
    return _pass_by(visit_digest=digest(secret)) if secret else None


def pass_of_link(secret: str) -> PortalPass | None:
    """The pass of a link, also of one that is used up or has expired."""
    return _pass_by(link_digest=digest(secret))


def _pass_by(**known: str) -> PortalPass | None:
    with scopes_disabled():
        return PortalPass.objects.select_related("merchant").filter(**known).first()


def end_visit(*, pass_: PortalPass) -> None:
    with scopes_disabled():
        PortalPass.objects.filter(pk=pass_.pk).update(visit_expires_at=clock.now())

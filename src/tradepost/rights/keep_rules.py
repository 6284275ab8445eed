"""Retention rules of what people asked, and of transfers."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Required, TypedDict, Unpack

from django.db.models import Model, QuerySet
from django_scopes import scopes_disabled

from tradepost.datamap.held import without_held
from tradepost.datamap.vocabulary import KeepRule
from tradepost.delivery.models import Mail
from tradepost.rights.models import Disclosure, PortalPass, RightsRequest, Stop

BATCH = 1000

Due = Callable[[datetime], QuerySet[Any]]


def delete_in_batches(rows: QuerySet[Any]) -> int:
    """Delete by primary keys, a batch at a time, so that no statement locks for long."""
    model: type[Model] = rows.model
    gone = 0
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        model._base_manager.filter(pk__in=keys).delete()
        gone += len(keys)
    return gone


class RuleWords(TypedDict, total=False):
    """What a rule says of itself; the fields of :class:`KeepRule` that hold no query."""

    id: Required[str]
    label: Required[str]
    since: Required[str]
    why: Required[str]
    period: timedelta | None
    carried_by: str
    choice: tuple[timedelta, timedelta] | None


def rule_over(due: Due, **said: Unpack[RuleWords]) -> KeepRule:
    """A rule whose ``due`` and ``purge`` both follow from one query."""

    def count(now: datetime) -> int:
        with scopes_disabled():
            return without_held(due(now)).count()

    def purge(now: datetime) -> int:
        with scopes_disabled():
            return delete_in_batches(without_held(due(now)))

    return KeepRule(due=count, purge=purge, **said)


ONE_DAY = timedelta(days=1)
THREE_YEARS = timedelta(days=3 * 365)


def _of_requests() -> tuple[KeepRule, ...]:
    return (
        rule_over(
            lambda now: PortalPass.objects.filter(asked_at__lt=now - ONE_DAY),
            id="rights.portal-pass",
            label="Links to people's own data",
            since="the link was asked for",
            why="a link into the portal lives for minutes; the row only stops it being used twice",
            period=ONE_DAY,
        ),
        rule_over(
            lambda now: Mail.objects.filter(template="rights/erased", settled_at__isnull=False),
            id="rights.farewell",
            label="Last mails to erased people",
            since="the last mail to somebody who was erased was sent",
            why="that mail is the only row that still names them",
            period=timedelta(0),
        ),
        rule_over(
            lambda now: RightsRequest.objects.filter(done_at__lt=now - THREE_YEARS),
            id="rights.request",
            label="Privacy requests",
            since="the request was answered",
            why="shows that requests were answered in time, for as long as claims can be made",
            period=THREE_YEARS,
        ),
    )


def _of_ledgers() -> tuple[KeepRule, ...]:
    return (
        rule_over(
            lambda now: Disclosure.objects.filter(at__lt=now - THREE_YEARS),
            id="rights.disclosure",
            label="Transfers to outside parties",
            since="the transfer",
            why="recipients can be named, and told of corrections, for as long as claims can be made",
            period=THREE_YEARS,
        ),
        rule_over(
            lambda now: Stop.objects.filter(lifted_at__lt=now - THREE_YEARS),
            id="rights.stop",
            label="Restrictions and objections",
            since="the restriction was lifted; an objection stays",
            why="an objection has to be known to be respected",
            period=THREE_YEARS,
        ),
    )


RULES = (*_of_requests(), *_of_ledgers())

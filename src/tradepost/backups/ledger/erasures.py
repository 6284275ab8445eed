"""People who were erased: found again by the keyed hash of each address in the restored database."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from tradepost.audit.types import Actor
from tradepost.backups.ledger.book import Fact, number
from tradepost.datamap.subjects import SubjectRef, email_hasher
from tradepost.datamap.vocabulary import LocatedBy, Subject
from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.rights.actions.erase import erase_people
from tradepost.rights.graph import PersonalModel, places
from tradepost.rights.models import ErasureRecord
from tradepost.rights.restrictions.holds import holds_set_aside

KIND = "erasure"
Who = tuple[str, int | None, str]  # subject, merchant, keyed hash


def facts(since: datetime) -> Iterator[Fact]:
    """Of a shop that closed, the closing itself is done again (``deletions``), and everybody's with it."""
    closed = Merchant.objects.filter(closing_at__lte=clock.now())
    here = Q(tenant=None) | Q(tenant__in=Merchant.objects.exclude(pk__in=closed).values("pk"))
    rows = ErasureRecord.objects.filter(here, erased_at__gte=since).order_by()
    for row in rows.iterator(chunk_size=2000):
        yield {
            "kind": KIND,
            "at": row.erased_at.isoformat(),
            "subject": row.subject,
            "tenant": row.tenant,
            "key": row.subject_key,
        }


def replay(found: list[Fact], by: Actor) -> int:
    """Whoever is not known to be erased as late as the ledger says is erased, whatever holds stood then."""
    last: dict[Who, datetime] = {}
    for fact in found:
        who = (str(fact["subject"]), number(fact, "tenant"), str(fact["key"]))
        last[who] = max(last.get(who, datetime.min.replace(tzinfo=_at(fact).tzinfo)), _at(fact))
    for who in [who for who, at in last.items() if _is_known(who, at)]:
        del last[who]
    refs = sorted(set(found_again(set(last))), key=lambda ref: (ref.email, ref.merchant_id or 0))
    with holds_set_aside():
        erase_people(refs=refs, by=by, reason="restored from a backup")
    for (subject, tenant, key), at in last.items():
        ErasureRecord.objects.update_or_create(
            subject=subject, tenant=tenant, subject_key=key, defaults={"erased_at": at}
        )
    return len(refs)


def _at(fact: Fact) -> datetime:
    return datetime.fromisoformat(str(fact["at"]))


def _is_known(who: Who, at: datetime) -> bool:
    subject, tenant, key = who
    rows = ErasureRecord.objects.filter(subject=subject, tenant=tenant, subject_key=key)
    return rows.filter(erased_at__gte=at).exists()


def asked_by(fact: Fact) -> Who:
    """Of a fact that says no subject: a shop's customer, or a member of the installation."""
    tenant = number(fact, "tenant")
    subject = Subject.MEMBER if tenant is None else Subject.CUSTOMER
    return subject.value, tenant, str(fact["key"])


def found_again(wanted: set[Who]) -> Iterator[SubjectRef]:
    """Every address of the restored database, hashed: the ledger knows hashes alone."""
    if not wanted:
        return
    of = email_hasher()
    for place in places():
        if place.declaration.located_by is not LocatedBy.EMAIL or not place.declaration.locate:
            continue
        for email, merchant_id in _addresses(place):
            for subject in Subject:
                tenant = merchant_id if subject is Subject.CUSTOMER else None
                if (subject.value, tenant, of(email)) in wanted:
                    yield SubjectRef(subject, email, tenant)


def _addresses(place: PersonalModel) -> Iterator[tuple[str, int | None]]:
    path = place.declaration.locate
    rows = place.model._base_manager.exclude(Q(**{path: ""}) | Q(**{path: None})).order_by()
    if not place.tenant:
        for (email,) in rows.values_list(path).distinct().iterator(chunk_size=2000):
            yield email, None
        return
    yield from rows.values_list(path, place.tenant).distinct().iterator(chunk_size=2000)

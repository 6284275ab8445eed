"""What the scope builder offers: in words, and only what there is."""

from collections.abc import Iterable

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from tradepost.audit.models import Entry
from tradepost.audit.types import ActorKind
from tradepost.breaches.models import Incident
from tradepost.datamap.vocabulary import Kind, Subject
from tradepost.datamap.words import plural_of, word
from tradepost.identity.models import User
from tradepost.merchants.models import ApiToken, Merchant
from tradepost.rights.graph import PersonalModel, places
from tradepost.rights.models import Disclosure
from tradepost.rights.queries import names_of_actors

Choices = list[tuple[str, str]]
_MOST_TOKENS = 200


def _tables(incident: Incident) -> list[PersonalModel]:
    """A shop's incident is about its customers; of the accounts that sign in the operator answers."""
    wanted = {Subject.CUSTOMER} | ({Subject.MEMBER} if incident.merchant_id is None else set())
    return [place for place in places() if place.declaration.subject in wanted]


def tables(incident: Incident) -> Choices:
    named = [(place.label, capfirst(word(plural_of(place.model)))) for place in _tables(incident)]
    return sorted(named, key=lambda one: one[1])


def kinds(incident: Incident) -> Choices:
    held = {said.kind for place in _tables(incident) for said in place.fields.values()}
    return [(kind.value, capfirst(word(kind))) for kind in Kind if kind in held]


def actors(incident: Incident) -> Choices:
    """People and programs of the record, also those who have left; of a shop all, else the operator's staff."""
    with scopes_disabled():
        if incident.merchant_id is None:
            people = [
                f"{ActorKind.USER}:{user.pk}" for user in User.objects.filter(is_operator=True)
            ]
            tokens = ApiToken.objects.exclude(last_used_at=None).order_by("-last_used_at")
            return _named(people, tokens.select_related("merchant")[:_MOST_TOKENS])
        entries = Entry.objects.filter(merchant_id=incident.merchant_id).order_by()
        seen = entries.filter(actor__startswith=ActorKind.USER).values_list("actor", flat=True)
        tokens = ApiToken.objects.filter(merchant=incident.merchant_id).order_by("pk")
        return _named(sorted(set(seen.distinct())), tokens)


def _named(people: list[str], tokens: Iterable[ApiToken]) -> Choices:
    names = names_of_actors(set(people))
    accounts = [
        (
            actor,
            names.get(actor, _("an account that is gone (number %s)") % actor.partition(":")[2]),
        )
        for actor in people
    ]
    programs = [
        (f"{ActorKind.TOKEN}:{row.pk}", _("program with the token %s") % row) for row in tokens
    ]
    return accounts + programs


def hosts(incident: Incident) -> Choices:
    """Parties that something was sent to, as the ledger of transfers has them."""
    with scopes_disabled():
        rows = Disclosure.objects.order_by().exclude(subject_key="")
        if incident.merchant_id is not None:
            rows = rows.filter(merchant=incident.merchant_id)
        found = rows.values_list("host", flat=True).distinct()
        return [(host, host) for host in sorted(found)]


def shops(incident: Incident) -> Choices:
    if incident.merchant_id is not None:
        return []
    return [(str(row.pk), row.name) for row in Merchant.objects.order_by("name")]

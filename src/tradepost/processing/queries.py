"""The record of processing, worked out from the declarations and the running settings."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tradepost.datamap.processors import (
    UNSAID,
    WHEREVER,
    NamedRecipient,
    PartyRole,
    Processor,
    active_processors,
)
from tradepost.datamap.registry import personal_fields, personal_models, stores
from tradepost.datamap.vocabulary import Basis, KeepRule, Kind, Purpose, Subject
from tradepost.datamap.words import word
from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.merchants.queries import all_merchants
from tradepost.notice.catalogue import Section
from tradepost.notice.document import PrivacyNotice, build_notice
from tradepost.notice.situations import INTERESTS
from tradepost.notice.transitions.reading import controller_of
from tradepost.parties.queries import sub_processors
from tradepost.parties.types import EEA
from tradepost.processing.types import (
    Customer,
    NamedParty,
    ProcessingActivity,
    ProcessingRecord,
    RecordOf,
    SecurityMeasure,
)
from tradepost.rights.queries import rules_of
from tradepost.rights.words import kept_in_words

_PEOPLE = {
    Subject.CUSTOMER: _("customers, subscribers and visitors of the shop"),
    Subject.MEMBER: _("people who sign in: merchants, their teams, the operator's staff"),
}


@dataclass
class _Gathered:
    kinds: dict[Kind, None] = field(default_factory=dict)
    bases: dict[Basis, None] = field(default_factory=dict)
    keep: dict[str, None] = field(default_factory=dict)


def shops_record(merchant: Merchant) -> ProcessingRecord:
    """What a shop does as controller, with the operator as its processor."""
    notice = build_notice(merchant)
    parties = [party for party in notice.processors if party.what]
    return ProcessingRecord(
        of=RecordOf.CONTROLLER,
        who=controller_of(merchant),
        officer="",
        representative="",
        people=_PEOPLE[Subject.CUSTOMER],
        activities=tuple(_activities(Subject.CUSTOMER, rules_of(merchant.pk), parties)),
        recipients=tuple(map(_party, parties)),
        measures=measures_of(notice),
        made_at=clock.now(),
        processor=controller_of(None),
    )


def operators_record(of: RecordOf) -> ProcessingRecord:
    """Of accounts, for which the operator is responsible itself; or of what it does for its shops."""
    subject = Subject.MEMBER if of is RecordOf.CONTROLLER else Subject.CUSTOMER
    notice, here = build_notice(), settings.TRADEPOST
    parties = _of_accounts(notice) if of is RecordOf.CONTROLLER else _for_shops()
    return ProcessingRecord(
        of=of,
        who=controller_of(None),
        officer=here.protection_officer,
        representative=here.eu_representative,
        people=_PEOPLE[subject],
        activities=tuple(_activities(subject, rules_of(None), parties)),
        recipients=tuple(map(_party, parties)),
        measures=measures_of(notice),
        made_at=clock.now(),
        customers=tuple(_customers()) if of is RecordOf.PROCESSOR else (),
    )


def _of_accounts(notice: PrivacyNotice) -> list[NamedRecipient]:
    """Payments and shops' own systems get nothing about accounts."""
    shops = {PartyRole.PAYMENT, PartyRole.MERCHANT}
    return [
        party
        for party in notice.processors
        if party.what and not (isinstance(party, Processor) and party.role in shops)
    ]


def _for_shops() -> list[NamedRecipient]:
    """What gets customers' data on behalf of shops, and the operator's own sub-processors."""
    shops = [it for it in active_processors() if it.what and it not in sub_processors()]
    return [*sub_processors(), *shops]


def _activities(
    subject: Subject, rules: dict[str, KeepRule], parties: list[NamedRecipient]
) -> Iterator[ProcessingActivity]:
    gathered = _gathered(subject)
    for purpose in Purpose:
        if purpose not in gathered:
            continue
        found = gathered[purpose]
        rests_on_interest = Basis.INTEREST in found.bases
        yield ProcessingActivity(
            purpose=purpose,
            kinds=tuple(found.kinds),
            bases=tuple(found.bases),
            kept=tuple(_kept(rules[id]) for id in found.keep if id in rules),
            recipients=tuple(str(party.name) for party in parties if purpose in party.purposes),
            interest=INTERESTS.get(purpose, "") if rests_on_interest else "",
        )


def _gathered(subject: Subject) -> dict[Purpose, _Gathered]:
    """Purpose → all that any field or store declares under it."""
    found: dict[Purpose, _Gathered] = defaultdict(_Gathered)
    for model in personal_models():
        for said in personal_fields(model).values():
            if said.subject is subject and said.purpose:
                one = found[said.purpose]
                one.kinds[said.kind] = one.keep[said.keep] = None
                if said.basis:
                    one.bases[said.basis] = None
    for store in stores.values():
        if store.subject is subject:
            one = found[store.purpose]
            one.kinds |= dict.fromkeys(store.kinds)
            one.bases[store.basis] = one.keep[store.keep] = None
    return found


def _kept(rule: KeepRule) -> str:
    return f"{word(rule.label)}: {kept_in_words(rule)}"


def named_sub_processors() -> tuple[NamedParty, ...]:
    """For the annex of an agreement."""
    return tuple(map(_party, sub_processors()))


def _party(party: NamedRecipient) -> NamedParty:
    return NamedParty(
        name=str(party.name),
        role=word(party.role),
        why=str(party.why),
        kinds=tuple(party.what),
        country=party.country,
        safeguard=str(party.safeguard),
        is_third_country=party.country.upper() not in EEA | {WHEREVER, UNSAID},
    )


def measures_of(notice: PrivacyNotice) -> tuple[SecurityMeasure, ...]:
    """Only what a check shows to be true now; the rest is left out, as in the notice."""
    shown = {Section.SECURITY, Section.ACCESS}
    return tuple(
        SecurityMeasure(
            promise=sentence.id,
            text=sentence.text,
            evidence_class=sentence.evidence_class,
            checked_at=sentence.checked_at,
        )
        for section in notice.sections
        if section.id in shown
        for sentence in section.sentences
    )


def _customers() -> Iterator[Customer]:
    for merchant in all_merchants():
        who = controller_of(merchant)
        yield Customer(
            name=who.name, handle=merchant.handle, address=who.postal_address, email=who.email
        )

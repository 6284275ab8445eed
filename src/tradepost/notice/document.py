"""The privacy notice, made from what runs: settings, data map, retention rules, processors, cookies, promises.

Nobody writes it. A sentence is published only while the check behind it is green and fresh.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.functional import Promise as LazyText
from django.utils.text import capfirst

from tradepost.datamap.collection import CollectionPoint, collection_points
from tradepost.datamap.processors import NamedRecipient, named_recipients
from tradepost.datamap.promises import Evidence
from tradepost.datamap.registry import personal_fields, personal_models, stores
from tradepost.datamap.rooms import BrowserKey, Cookie
from tradepost.datamap.vocabulary import (
    Basis,
    Erase,
    KeepRule,
    Kind,
    Personal,
    Purpose,
    Store,
    Subject,
)
from tradepost.datamap.words import plural_of, word
from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.modules.registry import browser_keys, cookies
from tradepost.modules.switches import left_out_of_notice
from tradepost.notice.catalogue import PROMISES, SUMMARY, TITLES, Audience, Promise, Section
from tradepost.notice.figures import Figures
from tradepost.notice.models import PromiseResult
from tradepost.notice.situations import INTERESTS, MUST, Situation, situation_of
from tradepost.notice.situations import TITLES as SITUATIONS
from tradepost.notice.transitions.reading import (
    Controller,
    controller_of,
    in_words,
    open_transition,
)
from tradepost.notice.types import NoticeVariant, PromiseState
from tradepost.notice.variants import OwnLine, own_lines
from tradepost.rights.queries import rules_of
from tradepost.rights.words import kept_in_words

# A check older than this proves nothing any more.
FRESH = timedelta(days=7)
ABSOLUTE = re.compile(
    r"\b(never|always|under no circumstances|no circumstances|guarantee\w*|cannot be recovered)\b",
    re.IGNORECASE,
)


class UnqualifiedAbsolute(ValueError):
    """A sentence says never or always, and no enforced check backs it."""


@dataclass(frozen=True, kw_only=True)
class Sentence:
    id: str
    text: str
    evidence_class: str
    evidence: str
    checked_at: datetime


@dataclass(frozen=True, kw_only=True)
class SectionText:
    id: Section
    title: str | LazyText
    sentences: list[Sentence]


@dataclass(frozen=True, kw_only=True)
class Collected:
    """One line of the table of what is held."""

    id: str
    what: str
    of_kinds: tuple[Kind, ...]
    for_purposes: tuple[Purpose, ...]
    on_bases: tuple[Basis, ...]
    keep: list[KeepRule]
    on_erasure: list[str]
    situation: Situation

    @property
    def kinds(self) -> list[str]:
        return _each(self.of_kinds)

    @property
    def purposes(self) -> list[str]:
        return _each(self.for_purposes)

    @property
    def bases(self) -> list[str]:
        return _each(self.on_bases)

    @property
    def text(self) -> str:
        kept = [kept_in_words(rule) for rule in self.keep]
        parts = (self.kinds, self.purposes, self.bases, kept, self.on_erasure)
        return f"{self.what}: " + ". ".join("; ".join(part) for part in parts)


@dataclass(frozen=True, kw_only=True)
class SituationText:
    """What is held because of one thing that the reader does."""

    id: Situation
    title: str | LazyText
    must: str | LazyText
    collected: list[Collected]


@dataclass(frozen=True, kw_only=True)
class PrivacyNotice:
    merchant: Merchant | None
    controller: Controller
    change_of_owner: str
    variant: NoticeVariant
    own: list[OwnLine]
    sections: list[SectionText]
    collected: list[Collected]
    doors: list[CollectionPoint]
    processors: list[NamedRecipient]
    cookies: list[Cookie]
    browser_keys: list[BrowserKey]
    checked_at: datetime | None

    @property
    def sentences(self) -> list[Sentence]:
        return [sentence for section in self.sections for sentence in section.sentences]

    @property
    def summary(self) -> list[Sentence]:
        """One printed page: what most people want to know."""
        return [sentence for sentence in self.sentences if sentence.id in SUMMARY]

    @property
    def situations(self) -> list[SituationText]:
        """Those of this reader: a customer runs no shop, an account holder is met in one."""
        other = Situation.SHOP if self.merchant else Situation.BUY
        return [
            SituationText(
                id=situation,
                title=title,
                must=MUST[situation],
                collected=[line for line in self.collected if line.situation is situation],
            )
            for situation, title in SITUATIONS.items()
            if situation is not other and (self.merchant or situation is not Situation.NEWS)
        ]

    @property
    def interests(self) -> list[tuple[str, str | LazyText]]:
        """Each use that rests on a legitimate interest, and which (Art. 13(1)(d) GDPR)."""
        subject = Subject.CUSTOMER if self.merchant else Subject.MEMBER
        return [(word(purpose), INTERESTS[purpose]) for purpose in resting_on_interest(subject)]

    def for_readers(self, variant: NoticeVariant) -> "PrivacyNotice":
        """The same notice with what readers of that part of the world are told besides."""
        kinds = [kind for line in self.collected for kind in line.of_kinds]
        return replace(self, variant=variant, own=own_lines(variant, kinds, Figures(self.merchant)))

    def lines(self) -> list[tuple[str, str]]:
        """All that it says, line by line, each under a name: what versions are made and compared of."""
        return [
            *((sentence.id, sentence.text) for sentence in self.sentences),
            *((f"held: {line.id}", line.text) for line in self.collected),
            *((f"door: {door.id}", word(door.meaning)) for door in self.doors),
            *((f"recipient: {party.id}", _of_party(party)) for party in self.processors),
            *((f"cookie: {it.name}", f"{it.purpose}; {it.life}") for it in self.cookies),
            *((f"browser: {it.name}", f"{it.purpose}; {it.life}") for it in self.browser_keys),
            *((f"interest: {use}", str(interest)) for use, interest in self.interests),
            ("responsible", self.controller.name),
            *([("change of owner", self.change_of_owner)] if self.change_of_owner else []),
            *((f"operator: {name}", said) for name, said in _of_operator()),
            *((f"variant: {line.id}", line.text) for line in self.own),
        ]


def build_notice(
    merchant: Merchant | None = None, variant: NoticeVariant = NoticeVariant.WORLD
) -> PrivacyNotice:
    """The notice of a merchant for its customers, or the operator's for merchants and their teams."""
    promises, points = left_out_of_notice(merchant)
    sections = _sections(merchant, promises)
    subject = Subject.CUSTOMER if merchant else Subject.MEMBER
    times = [sentence.checked_at for section in sections for sentence in section.sentences]
    coming = open_transition(merchant)
    notice = PrivacyNotice(
        merchant=merchant,
        controller=controller_of(merchant),
        change_of_owner=in_words(coming) if coming else "",
        variant=NoticeVariant.WORLD,
        own=[],
        sections=sections,
        collected=list(_collected(subject, rules_of(merchant.pk if merchant else None))),
        doors=[
            door
            for door in collection_points.values()
            if door.subject is subject and door.id not in points
        ],
        processors=named_recipients(merchant),
        browser_keys=sorted(browser_keys.values(), key=lambda key: key.name),
        cookies=sorted(cookies.values(), key=lambda cookie: cookie.name),
        checked_at=min(times, default=None),
    )
    return notice.for_readers(variant)


def every_promise_was_checked() -> bool:
    """Whether a whole round is behind us; until then a notice would lack most of its sentences."""
    checked = PromiseResult.objects.filter(check_name="", at__gt=clock.now() - FRESH)
    return set(PROMISES) <= set(checked.values_list("promise", flat=True))


def _of_operator() -> Iterator[tuple[str, str]]:
    here = settings.TRADEPOST
    for name in ("operator_address", "protection_officer", "eu_representative"):
        if said := getattr(here, name):
            yield name, said


def _sections(merchant: Merchant | None, left_out: frozenset[str]) -> list[SectionText]:
    results = {
        row.promise: row
        for row in PromiseResult.objects.filter(
            check_name="", state=PromiseState.KEPT, at__gt=clock.now() - FRESH
        )
    }
    readers = {Audience.EVERYBODY, Audience.CUSTOMER if merchant else Audience.MERCHANT}
    figures = Figures(merchant)
    found: list[SectionText] = []
    for section, title in TITLES.items():
        sentences = [
            sentence
            for promise in PROMISES.values()
            if promise.section is section and promise.reader in readers
            if promise.id in results and promise.id not in left_out
            if (sentence := _sentence(promise, results[promise.id], figures))
        ]
        if sentences:
            found.append(SectionText(id=section, title=title, sentences=sentences))
    return found


def _sentence(promise: Promise, result: PromiseResult, figures: Figures) -> Sentence | None:
    """None where a figure is missing: better no sentence than one with a hole."""
    try:
        text = str(promise.sentence) % figures
    except KeyError:
        return None
    refuse_absolutes(text, result.evidence_class)
    return Sentence(
        id=promise.id,
        text=text,
        evidence_class=result.evidence_class,
        evidence=result.evidence,
        checked_at=result.at,
    )


def refuse_absolutes(text: str, evidence_class: str) -> None:
    """Raises: UnqualifiedAbsolute, unless the code cannot do otherwise."""
    if evidence_class != Evidence.ENFORCED and (found := ABSOLUTE.search(text)):
        raise UnqualifiedAbsolute(f"“{found[0]}” in: {text}")


def _collected(subject: Subject, rules: Mapping[str, KeepRule]) -> Iterator[Collected]:
    for model in personal_models():
        fields = [said for said in personal_fields(model).values() if said.subject is subject]
        if not fields:
            continue
        yield Collected(
            id=model._meta.label,
            what=capfirst(word(plural_of(model))),
            of_kinds=tuple(dict.fromkeys(said.kind for said in fields)),
            for_purposes=tuple(dict.fromkeys(said.purpose for said in fields if said.purpose)),
            on_bases=tuple(dict.fromkeys(said.basis for said in fields if said.basis)),
            keep=[rules[id] for id in dict.fromkeys(said.keep for said in fields) if id in rules],
            on_erasure=_each(
                said.because if said.erase is Erase.KEEP else said.erase
                for said in fields
                if said.erase
            ),
            situation=situation_of(subject, [it.purpose for it in fields if it.purpose]),
        )
    for store in stores.values():
        if store.subject is subject:
            yield Collected(
                id=store.id,
                what=capfirst(word(store.meaning)),
                of_kinds=store.kinds,
                for_purposes=(store.purpose,),
                on_bases=(store.basis,),
                keep=[rules[store.keep]] if store.keep in rules else [],
                on_erasure=[word(store.because or Erase.ROW)],
                situation=situation_of(subject, [store.purpose]),
            )


def resting_on_interest(subject: Subject) -> list[Purpose]:
    """Purposes for which something of these people is held on a legitimate interest."""
    fields = [said for model in personal_models() for said in personal_fields(model).values()]
    held: list[Personal | Store] = [*fields, *stores.values()]
    found = {it.purpose for it in held if it.subject is subject and it.basis is Basis.INTEREST}
    return sorted((purpose for purpose in found if purpose), key=lambda purpose: purpose.name)


def _of_party(party: NamedRecipient) -> str:
    what = ", ".join(word(kind) for kind in party.what)
    return f"{party.name}: {party.why}. {what}. {party.country}. {party.safeguard}"


def _each(texts: Iterable[str]) -> list[str]:
    return [word(text) for text in dict.fromkeys(texts)]

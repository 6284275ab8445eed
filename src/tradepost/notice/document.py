"""The privacy notice, made from what runs: settings, data map, retention rules, processors, cookies, promises.

Nobody writes it. A sentence is published only while the check behind it is green and fresh.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise as LazyText
from django.utils.text import capfirst

from tradepost.datamap.collection import CollectionPoint, collection_points
from tradepost.datamap.processors import Processor, active_processors
from tradepost.datamap.promises import Evidence
from tradepost.datamap.registry import personal_fields, personal_models, stores
from tradepost.datamap.rooms import Cookie
from tradepost.datamap.vocabulary import Erase, KeepRule, Subject
from tradepost.datamap.words import plural_of, word
from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.modules.registry import cookies
from tradepost.modules.switches import left_out_of_notice
from tradepost.notice.catalogue import PROMISES, TITLES, Audience, Promise
from tradepost.notice.figures import Figures
from tradepost.notice.models import PromiseResult
from tradepost.notice.types import PromiseState
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
    title: str | LazyText
    sentences: list[Sentence]


@dataclass(frozen=True, kw_only=True)
class Collected:
    """One line of the table of what is held."""

    id: str
    what: str
    kinds: list[str]
    purposes: list[str]
    bases: list[str]
    keep: list[KeepRule]
    on_erasure: list[str]

    @property
    def text(self) -> str:
        kept = [kept_in_words(rule) for rule in self.keep]
        parts = (self.kinds, self.purposes, self.bases, kept, self.on_erasure)
        return f"{self.what}: " + ". ".join("; ".join(part) for part in parts)


@dataclass(frozen=True, kw_only=True)
class PrivacyNotice:
    merchant: Merchant | None
    sections: list[SectionText]
    collected: list[Collected]
    doors: list[CollectionPoint]
    processors: list[Processor]
    cookies: list[Cookie]
    checked_at: datetime | None

    @property
    def sentences(self) -> list[Sentence]:
        return [sentence for section in self.sections for sentence in section.sentences]

    def lines(self) -> list[tuple[str, str]]:
        """All that it says, line by line, each under a name: what versions are made and compared of."""
        return [
            *((sentence.id, sentence.text) for sentence in self.sentences),
            *((f"held: {line.id}", line.text) for line in self.collected),
            *((f"door: {door.id}", word(door.meaning)) for door in self.doors),
            *((f"recipient: {party.id}", _of_party(party)) for party in self.processors),
            *((f"cookie: {it.name}", f"{it.purpose}; {it.life}") for it in self.cookies),
        ]


def build_notice(merchant: Merchant | None = None) -> PrivacyNotice:
    """The notice of a merchant for its customers, or the operator's for merchants and their teams."""
    promises, points = left_out_of_notice(merchant)
    sections = _sections(merchant, promises)
    subject = Subject.CUSTOMER if merchant else Subject.MEMBER
    times = [sentence.checked_at for section in sections for sentence in section.sentences]
    return PrivacyNotice(
        merchant=merchant,
        sections=sections,
        collected=list(_collected(subject, rules_of(merchant.pk if merchant else None))),
        doors=[
            door
            for door in collection_points.values()
            if door.subject is subject and door.id not in points
        ],
        processors=active_processors(),
        cookies=sorted(cookies.values(), key=lambda cookie: cookie.name),
        checked_at=min(times, default=None),
    )


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
            found.append(SectionText(title=title, sentences=sentences))
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
            kinds=_each(said.kind for said in fields),
            purposes=_each(said.purpose for said in fields if said.purpose),
            bases=_each(said.basis for said in fields if said.basis),
            keep=[rules[id] for id in dict.fromkeys(said.keep for said in fields) if id in rules],
            on_erasure=_each(
                said.because if said.erase is Erase.KEEP else said.erase
                for said in fields
                if said.erase
            ),
        )
    for store in stores.values():
        if store.subject is subject:
            yield Collected(
                id=store.id,
                what=capfirst(word(store.meaning)),
                kinds=_each(store.kinds),
                purposes=[word(store.purpose)],
                bases=[word(store.basis)],
                keep=[rules[store.keep]] if store.keep in rules else [],
                on_erasure=[word(store.because or Erase.ROW)],
            )


def _of_party(party: Processor) -> str:
    what = ", ".join(word(kind) for kind in party.what)
    return f"{party.name}: {party.why}. {what}. {party.country}. {party.safeguard}"


def _each(texts: Iterable[str]) -> list[str]:
    return [word(text) for text in dict.fromkeys(texts)]

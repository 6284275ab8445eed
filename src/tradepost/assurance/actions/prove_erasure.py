"""The canary proof: marked people come in through every door, are erased, and must be nowhere; nor after a backup that
still knows them took the place of what is there.

Leaves the shop it made behind, so it runs in a scratch instance or a test, not among real data.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.test import Client
from django_scopes import scopes_disabled

from tradepost.assurance.byte_search import (
    count_columns,
    databases_holding,
    files_holding,
    flush_to_files,
)
from tradepost.assurance.entrances import doors
from tradepost.assurance.entrances.registry import Mark
from tradepost.assurance.scratch import run_in, services_in_use
from tradepost.audit.types import SYSTEM
from tradepost.backups.actions.make import make_backup
from tradepost.backups.actions.restore import load
from tradepost.datamap.registry import keep_rules, stores
from tradepost.datamap.vocabulary import Erase, Subject
from tradepost.delivery.models import Mail
from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.rights.actions.portal import send_link
from tradepost.rights.graph import places
from tradepost.rights.models import PortalPass

type People = Mapping[str, Mark]
"""Who came in, by the name of the door."""


@dataclass(kw_only=True)
class Finding:
    """One marked person: where the marks were before, what was left, what has to stay."""

    door: str
    planted: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    stays: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class ErasureProof:
    findings: list[Finding] = field(default_factory=list)
    # After the restore; planted: where the backup brought the marks back to.
    restored: list[Finding] = field(default_factory=list)
    columns: int = 0
    files: int = 0
    bytes: int = 0

    @property
    def holds(self) -> bool:
        found = [*self.findings, *self.restored]
        return all(finding.planted and not finding.left for finding in found)


def prove_erasure(merchant: Merchant) -> ErasureProof:
    """Let a marked person in through each door of ``merchant``, erase them in the portal, search."""
    people = let_people_in(merchant)
    proof = ErasureProof(findings=_planted(people))
    erase_people(merchant, people)
    _search_for(people, proof.findings)
    proof.columns = count_columns()
    proof.files, proof.bytes = _searched_files()
    return proof


def prove_through_restore(merchant: Merchant) -> ErasureProof:
    """The same, with a backup of before the erasure, which is restored after it; then all is searched once more.

    For a scratch instance of its own that no other process works with: what is there is replaced.
    """
    people = let_people_in(merchant)
    backup = make_backup(by=SYSTEM)
    proof = ErasureProof(findings=_planted(people))
    erase_people(merchant, people)
    _search_for(people, proof.findings)
    load(backup.name)
    proof.restored = _planted(people)
    _finish_restoring()
    _send_what_waits()
    _search_for(people, proof.restored)
    proof.columns = count_columns()
    proof.files, proof.bytes = _searched_files()
    return proof


def let_people_in(merchant: Merchant) -> People:
    people = {name: Mark(f"zq{secrets.token_hex(5)}x") for name in doors}
    for name, mark in people.items():
        doors[name].let_in(merchant, mark)
    return people


def erase_people(merchant: Merchant, people: People) -> None:
    for name, mark in people.items():
        of_shop = doors[name].subject is Subject.CUSTOMER
        _erase_in_the_portal(merchant if of_shop else None, mark)
    _send_what_waits()


def _finish_restoring() -> None:
    """As ``tradepost restore`` does, in a process of its own under the same key. Raises: ScratchFailed."""
    chosen = services_in_use() | {"TRADEPOST_SECRET_KEY": settings.SECRET_KEY}
    run_in(Path(settings.TRADEPOST.data), ["restore", "--finish"], chosen=chosen)


def _planted(people: People) -> list[Finding]:
    return [
        Finding(
            door=name,
            planted=[*databases_holding(mark.root), *map(_relative, files_holding(mark.root))],
        )
        for name, mark in people.items()
    ]


def _search_for(people: People, findings: list[Finding]) -> None:
    flush_to_files()
    for finding, mark in zip(findings, people.values(), strict=True):
        _search(finding, mark)


def _erase_in_the_portal(merchant: Merchant | None, mark: Mark) -> None:
    """As the person does: ask for a link, open it, see everything, download, complain, erase."""
    browser = Client()
    way = f"/privacy/{merchant.handle}/my-data/" if merchant else "/privacy/my-data/"
    browser.post(way, {"email": mark.email})
    with scopes_disabled():
        for number in PortalPass.objects.filter(handled_at=None).values_list("pk", flat=True):
            send_link.call(number)
        mail = Mail.objects.filter(address=mark.email, template="rights/portal_link").last()
    link = re.search(r"(/privacy/link/\S+/)", mail.text) if mail else None
    if link is None:
        return  # the search will find the marks and say so
    browser.post(link[1])
    for path in ("", "download/json/", "download/csv/", "download/xlsx/"):
        browser.get(f"/privacy/visit/{path}")
    browser.post("/privacy/visit/message/", {"note": f"My street is not {mark.word('street')}."})
    browser.post("/privacy/visit/object/", {"purpose": "NEWSLETTERS"})
    browser.post("/privacy/visit/restrict/")
    browser.post("/privacy/visit/erase/", {"sure": "on"})


def _send_what_waits() -> None:
    """The last mails are sent (to nobody: this is a scratch instance), then their rows go."""
    with scopes_disabled():
        Mail.objects.filter(template="rights/erased").update(settled_at=clock.now(), due_at=None)
    rule = keep_rules["rights.farewell"]
    assert rule.purge is not None
    rule.purge(clock.now())


def _search(finding: Finding, mark: Mark) -> None:
    """By value in every column; by byte in every file and store, for words that nothing keeps."""
    kept = _kept_columns()
    somewhere = databases_holding(mark.root)
    for word in mark.words if somewhere else ():
        found = set(databases_holding(word))
        finding.stays.extend(sorted(found & kept - set(finding.stays)))
        finding.left.extend(sorted(found - kept))
        if not found & kept:  # else its bytes are in the database's file because they have to be
            _search_bytes(finding, word)
    if not somewhere:
        _search_bytes(finding, mark.root)
    finding.left = sorted(set(finding.left))


def _search_bytes(finding: Finding, word: str) -> None:
    finding.left.extend(_relative(file) for file in files_holding(word))
    for store in stores.values():
        finding.left.extend(store.scan(word.encode()))


def _kept_columns() -> set[str]:
    return {
        f"{place.model._meta.db_table}.{place.model._meta.get_field(name).column}"  # type: ignore[union-attr]  # concrete fields only
        for place in places()
        for name, said in place.fields.items()
        if said.erase is Erase.KEEP
    }


def _relative(file: Path) -> str:
    return str(file.relative_to(settings.TRADEPOST.data))


def _searched_files() -> tuple[int, int]:
    files = [file for file in Path(settings.TRADEPOST.data).rglob("*") if file.is_file()]
    return len(files), sum(file.stat().st_size for file in files)

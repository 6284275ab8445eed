"""Joins backups to the house."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tradepost.backups import day_keys, places
from tradepost.backups.actions import make
from tradepost.backups.actions.labels import LABELS
from tradepost.backups.ledger import book
from tradepost.backups.ledger.keeping import LONGER_THAN_KEYS
from tradepost.backups.models import Replayed
from tradepost.backups.queries import files_due
from tradepost.backups.types import EVERY, KEYS_LIVE
from tradepost.datamap.processors import PartyRole, Processor
from tradepost.datamap.rooms import MailTemplate, Periodic, Room
from tradepost.datamap.vocabulary import KeepRule, Kind, Purpose
from tradepost.notice.figures import figures
from tradepost.rights.keep_rules import rule_over


def _due(now: datetime) -> int:
    return len(files_due(now))


def _keys_due(now: datetime) -> int:
    return len(day_keys.dead(now))


def _ledger_due(now: datetime) -> int:
    contents = book.read_contents()
    return len(book.old_files(now - LONGER_THAN_KEYS, contents)) if contents else 0


def _forget_ledger(now: datetime) -> int:
    contents = book.read_contents()
    if contents is None:
        return 0
    gone = book.forget(now - LONGER_THAN_KEYS, contents)
    book.write_contents(contents)
    return gone


room = Room(
    extensions=(figures.adding({"backup_key_days": lambda merchant: KEYS_LIVE.days}),),
    name="backups",
    actions=LABELS,
    schedule=(
        Periodic(
            name="make a backup",
            every=EVERY,
            call="tradepost.backups.actions.make.run_scheduled",
            heavy=True,
        ),
        Periodic(
            name="let keys of backups die",
            every=timedelta(minutes=10),
            call="tradepost.backups.actions.make.let_keys_die",
        ),
        Periodic(
            name="write the ledger of erasures",
            every=timedelta(minutes=1),
            call="tradepost.backups.ledger.keeping.bring_up_to_date",
        ),
        Periodic(
            name="write down the head of the access record",
            every=timedelta(hours=1),
            call="tradepost.backups.heads.anchor",
        ),
        Periodic(
            name="mail the head of the access record",
            every=timedelta(days=7),
            call="tradepost.backups.actions.mail_head.mail_head",
        ),
    ),
    mail_templates=(MailTemplate(name="backups/head", purpose=Purpose.SECURITY, service=True),),
    keep_rules=(
        KeepRule(
            id="backups.copy",
            label="Backups",
            since="the backup was made",
            why="a copy from which the shop can be restored after an accident",
            period=timedelta(days=settings.TRADEPOST.backup_days),
            due=_due,
            purge=make.purge,
        ),
        KeepRule(
            id="backups.key",
            label="Keys of backups",
            since="the day on which it sealed backups began",
            why="when the key is gone every copy of that day's backups is unreadable, wherever it lies",
            period=KEYS_LIVE,
            due=_keys_due,
            purge=day_keys.let_die,
        ),
        KeepRule(
            id="backups.ledger",
            label="Ledger of erasures",
            since="the erasure or withdrawal; it holds keyed hashes and names nobody",
            why="a restored backup is gone through with it, as long as one can be read",
            period=LONGER_THAN_KEYS,
            due=_ledger_due,
            purge=_forget_ledger,
        ),
        rule_over(
            lambda now: Replayed.objects.filter(at__lt=now - 2 * LONGER_THAN_KEYS),
            id="backups.replayed",
            label="What a restore did again",
            since="the restore",
            why="nothing is done twice",
            period=2 * LONGER_THAN_KEYS,
        ),
    ),
    processors=(
        Processor(
            id="backup-storage",
            name=settings.TRADEPOST.keeper_of("backups_url"),
            role=PartyRole.HOSTING,
            what=tuple(Kind),
            why=_("keeps backups, which it cannot read"),
            purposes=tuple(Purpose),
            country=settings.TRADEPOST.backups_country or settings.TRADEPOST.storage_country,
            safeguard=_("processing contract (Art. 28 GDPR); encrypted before they leave"),
            hosts=places.hosts,
            active=lambda: bool(places.hosts() and settings.TRADEPOST.keeper_of("backups_url")),
        ),
    ),
)

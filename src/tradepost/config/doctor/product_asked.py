"""What the product knows of itself: its tables, its processes, its queues, its name in the DNS."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

from django.core.checks import run_checks
from django_scopes import scopes_disabled
from django_tasks_db.models import DBTaskResult

from tradepost.backups.queries import last_good
from tradepost.config.doctor.types import Diagnosis, fail, ok, warn
from tradepost.config.environment import Environment, variable
from tradepost.config.web.health import what_hinders
from tradepost.console.actions import ForeignKey, require_own_key
from tradepost.console.conditions import conditions
from tradepost.console.mail_check import check
from tradepost.console.models import Installation
from tradepost.datamap.catalogue import differences
from tradepost.datamap.registry import schedule
from tradepost.delivery.models import Mail, Sender
from tradepost.identity.models import User
from tradepost.identity.sign_in.second_factor import has_second_factor
from tradepost.jobs import storage
from tradepost.jobs.models import Job, Turn
from tradepost.jobs.outages import NeighbourAway
from tradepost.jobs.storage.folder import Folder
from tradepost.jobs.storage.moving import NotTheSame, try_out
from tradepost.lib import clock

_SILENT_AFTER = timedelta(minutes=2)
_AHEAD = timedelta(minutes=1)
_UP = "`tradepost up` runs it"
_SAID_BEFORE = {"tradepost.W001", "tradepost.W002"}  # the folder's rights, the proxies in front
# By the first word of a condition's name (console.conditions).
_MENDS: Mapping[str, str] = {
    "turn": "See the scheduler's log; a turn that hangs ends with its process: restart it.",
    "promise": "`tradepost promises` prints the evidence.",
    "backup": "`tradepost backup` says what hinders it.",
    "disk": "Make room on the disk with the data folder.",
    "damaged": "Look at them and delete them; docs/operating.md says what each file is for.",
    "queue": "Start the process that the line names, or more of it; its log says what hinders it.",
    "events": "`tradepost events` says why, `tradepost events --again` tries all once more.",
}


def tables(_here: Environment) -> Iterator[Diagnosis]:
    if hindrance := what_hinders():
        mend = "Run `tradepost migrate` and `tradepost createcachetable`, or `tradepost up`."
        yield fail("tables", f"Not of this version: {hindrance}.", mend)
    else:
        yield ok("tables", "They are of this version.")


def data_map(_here: Environment) -> Iterator[Diagnosis]:
    """Not where the tables are of another version: then each of its changes would be named."""
    if what_hinders():
        return
    found = differences()
    for one in found:
        yield fail("data map", one.found, one.mend)
    if not found:
        yield ok("data map", "The database holds what the map shows, and nothing else.")


def files(_here: Environment) -> Iterator[Diagnosis]:
    """A small file is written, listed, read and deleted in the bucket; the data folder was tried before."""
    if isinstance(storage.files(), Folder):
        return
    try:
        yield ok("files", f"{try_out()} takes, lists, gives and deletes one.")
    except NotTheSame as name:
        mend = f"Ask who runs it, or name another one in {variable('files_url')}."
        yield fail("files", f"The bucket does not hold {name} as it was written.", mend)
    except NeighbourAway as away:
        mend = f"Mend {variable('files_url')} (host, bucket, key), or ask who runs it; uploads and exports wait."
        yield fail("files", f"They cannot be kept: {away}.", mend)


def key_of_the_database(_here: Environment) -> Iterator[Diagnosis]:
    """Only compared: a database that nobody has used yet is given its key by ``up``."""
    if not Installation.objects.exists():
        return
    try:
        require_own_key()
    except ForeignKey:
        mend = "Put the old key back; `tradepost accept-key` says what is lost without it."
        yield fail("secret key", "The database was made with another one.", mend)


def system_checks(_here: Environment) -> Iterator[Diagnosis]:
    for message in run_checks():
        if message.id in _SAID_BEFORE:
            continue
        said = warn if message.level < 40 else fail
        yield said("checks", message.msg, message.hint or f"See {message.id}.")


def operators(_here: Environment) -> Iterator[Diagnosis]:
    found = list(User.objects.filter(is_operator=True, is_active=True))
    if not found:
        yield warn("operators", "There is none: nobody gets alarms.", "`tradepost create-operator`")
        return
    bare = sum(not has_second_factor(user) for user in found)
    if bare:
        mend = "They sign in and open /operator/, which leads to setting one up."
        yield warn("operators", f"{bare} of {len(found)} have no second factor yet.", mend)
    else:
        yield ok("operators", f"{len(found)}, each with a second factor.")


def clocks(_here: Environment) -> Iterator[Diagnosis]:
    """What another machine wrote in the future says that one of the clocks is wrong."""
    last = Turn.objects.exclude(last_at=None).order_by("-last_at").first()
    if last and last.last_at and last.last_at > clock.now() + _AHEAD:
        says = f"“{last.name}” was begun in the future, at {last.last_at:%Y-%m-%d %H:%M:%S} UTC."
        yield fail("clock", says, "Let chrony or systemd-timesyncd set the clocks of all machines.")


def processes(_here: Environment) -> Iterator[Diagnosis]:
    now = clock.now()
    turn = Turn.objects.exclude(last_at=None).order_by("-last_at").first()
    beat = Sender.objects.order_by("-beat_at").first()
    seen = {
        "scheduler": ("tradepost scheduler", turn.last_at if turn else None),
        "sender": ("tradepost deliver", beat.beat_at if beat else None),
    }
    for name, (command, at) in seen.items():
        if at and now - at < _SILENT_AFTER:
            yield ok(name, f"It was active {max(int((now - at).total_seconds()), 0)} seconds ago.")
        else:
            when = f"since {at:%Y-%m-%d %H:%M} UTC" if at else "so far"
            yield fail(name, f"No sign of life {when}.", f"Start `{command}`; {_UP}.")


def queues(_here: Environment) -> Iterator[Diagnosis]:
    now = clock.now()
    with scopes_disabled():
        lengths = {
            "tasks": DBTaskResult.objects.ready().exclude(run_after__gt=now).count(),
            "jobs": Job.objects.filter(state=Job.State.WAITING).count(),
            "letters": Mail.objects.filter(due_at__lte=now).count(),
        }
    waiting = ", ".join(f"{count} {name}" for name, count in lengths.items())
    yield ok("queues", f"Now wait: {waiting}.")


def standing_conditions(_here: Environment) -> Iterator[Diagnosis]:
    """The same that operators get alarms for."""
    found = conditions(schedule)
    for condition in found:
        kind = condition.name.split()[0]
        yield fail(kind, condition.text, _MENDS.get(kind, "See the console, under Health."))
    if not found:
        yield ok("lateness", "No turn is late, no queue stands, no promise is broken.")


def backups(here: Environment) -> Iterator[Diagnosis]:
    """Lateness is a condition of its own; here: the last one, and whether one accident takes all."""
    last = last_good()
    if last is None:
        return
    says = f"The last one is of {last.began_at:%Y-%m-%d %H:%M} UTC, restored on trial."
    if here.backups_url and here.backup_keys_url and here.backups_url != here.backup_keys_url:
        yield ok("backups", says)
    elif here.backups_url == here.backup_keys_url:
        mend = (
            f"Set {variable('backups_url')} and {variable('backup_keys_url')} to two other places."
        )
        yield warn("backups", f"{says} Copies and keys lie in one place.", mend)
    else:
        mend = f"Set {variable('backups_url')} and {variable('backup_keys_url')} to two places elsewhere."
        yield warn("backups", f"{says} One of copies and keys is lost with the data folder.", mend)


def records_in_the_dns(here: Environment) -> Iterator[Diagnosis]:
    if not here.is_public or not here.smtp_url:
        return
    mend = "/operator/mail/ shows the record to paste."
    for line in check():
        name = f"dns {line.record.use} {line.record.name}"
        if line.tone == "good":
            yield ok(name, line.says)
        else:
            said = fail if line.tone == "bad" else warn
            yield said(name, line.says, mend)


CHECKS: tuple[Callable[[Environment], Iterator[Diagnosis]], ...] = (
    tables, data_map, files, key_of_the_database, system_checks, operators, clocks, processes, queues, standing_conditions,
    backups, records_in_the_dns,
)  # fmt: skip

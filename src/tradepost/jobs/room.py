"""Joins long work to the house."""

from datetime import timedelta

from tradepost.datamap.columns import text_index
from tradepost.datamap.rooms import Periodic, Room
from tradepost.datamap.vocabulary import Basis, KeepRule, Kind, Purpose, Store, Subject
from tradepost.jobs.keeping import retention
from tradepost.jobs.storage import drafts

room = Room(
    name="jobs",
    keep_rules=(
        KeepRule(
            id="jobs.job",
            label="Record of long work",
            since="the work ended",
            why="whoever started it looks at how it went; its title names a file",
            period=retention.JOBS_FOR,
            due=retention.jobs_due,
            purge=retention.purge_jobs,
        ),
        KeepRule(
            id="jobs.task",
            label="Record of tasks",
            since="the task ended",
            why="a fault is found by what was done before it; row numbers only",
            period=retention.TASKS_FOR,
            due=retention.tasks_due,
            purge=retention.purge_tasks,
        ),
        KeepRule(
            id="jobs.drafts",
            label="Files that are being written",
            since="the process that wrote it ended",
            why="a file is shown when it is whole",
            due=drafts.due,
            purge=drafts.purge,
            on_each_machine=True,
        ),
        KeepRule(
            id="jobs.search",
            label="Letters for the search",
            since="the row that they were taken from is gone or says something else",
            why="names and addresses are found by groups of three letters",
            due=text_index.gone_due,
            purge=text_index.purge_gone,
        ),
    ),
    stores=(
        Store(
            id="jobs.drafts",
            meaning="files that a process is just writing or reading, before or after the storage",
            kinds=(Kind.EMAIL, Kind.NAME, Kind.ORDER, Kind.CUSTOM),
            subject=Subject.CUSTOMER,
            purpose=Purpose.SERVICE,
            basis=Basis.CONTRACT,
            keep="jobs.drafts",
            scan=drafts.holding,
            erase=drafts.erase,
            by_merchant=True,
        ),
        Store(
            id="jobs.search",
            meaning="groups of three letters of names, addresses and telephone numbers, by which the office finds rows",
            kinds=(Kind.NAME, Kind.EMAIL, Kind.PHONE),
            subject=Subject.CUSTOMER,
            purpose=Purpose.SERVICE,
            basis=Basis.CONTRACT,
            keep="jobs.search",
            scan=text_index.scan_letters,
            erase=text_index.erase_letters,
            by_merchant=True,
        ),
    ),
    ways_out={"storage/bucket.py": ("obstore",)},
    schedule=(
        Periodic(
            name="sweep jobs", every=timedelta(seconds=30), call="tradepost.jobs.runner.sweep"
        ),
        Periodic(
            name="bring new rows into the search",
            every=timedelta(minutes=1),
            call="tradepost.datamap.columns.text_index.catch_up",
        ),
    ),
)

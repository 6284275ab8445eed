"""Joins the house's own register, its outbox among it."""

from datetime import timedelta

from tradepost.datamap.modules import may_work_answers
from tradepost.datamap.rooms import Periodic, Room
from tradepost.datamap.vocabulary import KeepRule
from tradepost.modules import outbox
from tradepost.modules.actions.labels import LABELS
from tradepost.modules.switches import SWITCHED, work_is_on

room = Room(
    name="modules",
    actions=LABELS,
    events=(SWITCHED,),
    extensions=(may_work_answers.adding(work_is_on),),
    schedule=(
        Periodic(
            name="deliver events that were missed",
            every=timedelta(seconds=15),
            call="tradepost.modules.outbox.sweep",
        ),
    ),
    keep_rules=(
        KeepRule(
            id="modules.events",
            label="Events on their way between the parts of the program",
            since="the event was published",
            why="a part that was away is told once it is back; events hold numbers and name nobody",
            period=outbox.KEEP_FOR,
            due=outbox.due_events,
            purge=outbox.purge_events,
        ),
    ),
)

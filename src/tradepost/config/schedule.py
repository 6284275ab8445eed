"""Every periodic job of the house, on one page. The scheduler process reads nothing else."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, kw_only=True)
class Periodic:
    """``call`` is the dotted path of a function without arguments that may be run twice."""

    name: str
    every: timedelta
    call: str


SCHEDULE: tuple[Periodic, ...] = (
    Periodic(name="sweep jobs", every=timedelta(seconds=30), call="tradepost.jobs.runner.sweep"),
    Periodic(
        name="look for what operators must know",
        every=timedelta(minutes=1),
        call="tradepost.operator.actions.alarm.look_after",
    ),
    Periodic(
        name="load opens and clicks",
        every=timedelta(seconds=10),
        call="tradepost.campaigns.tracking.loader.load",
    ),
    Periodic(
        name="start scheduled campaigns",
        every=timedelta(seconds=15),
        call="tradepost.campaigns.actions.start.start_due",
    ),
    Periodic(
        name="note finished campaigns",
        every=timedelta(seconds=5),
        call="tradepost.campaigns.actions.control.follow_mailings",
    ),
    Periodic(
        name="send links into the portal that were missed",
        every=timedelta(minutes=1),
        call="tradepost.privacy.actions.portal.sweep_links",
    ),
    Periodic(
        name="forget what is due",
        every=timedelta(hours=1),
        call="tradepost.privacy.actions.run_retention.run_scheduled",
    ),
    Periodic(
        name="check every promise",
        every=timedelta(hours=24),
        call="tradepost.privacy.actions.run_promises.run_scheduled",
    ),
    Periodic(
        name="check the promises on live data",
        every=timedelta(hours=1),
        call="tradepost.privacy.actions.run_promises.run_scheduled_live",
    ),
    Periodic(
        name="draft changed notices",
        every=timedelta(hours=24),
        call="tradepost.privacy.actions.post_notice.draft_all",
    ),
    Periodic(
        name="files of product lists",
        every=timedelta(hours=6),
        call="tradepost.catalog.actions.exporting.drop_old_files",
    ),
    Periodic(
        name="remind owners of a closing",
        every=timedelta(hours=1),
        call="tradepost.merchants.actions.close.remind_due",
    ),
    Periodic(
        name="close accounts whose date has come",
        every=timedelta(minutes=10),
        call="tradepost.merchants.actions.close.close_due",
    ),
    Periodic(
        name="ask payment providers about what is open",
        every=timedelta(minutes=5),
        call="tradepost.payments.actions.reconcile.reconcile",
    ),
    Periodic(
        name="tell merchants' servers of orders",
        every=timedelta(seconds=30),
        call="tradepost.orders.actions.remote.send_due_calls",
    ),
    Periodic(
        name="give up orders that were never paid",
        every=timedelta(minutes=10),
        call="tradepost.checkout.actions.give_up.give_up_unpaid",
    ),
)

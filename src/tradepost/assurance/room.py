"""Joins the proofs to the house."""

from datetime import timedelta

from tradepost.assurance.actions.labels import LABELS
from tradepost.datamap.rooms import Periodic, Room

room = Room(
    name="assurance",
    places={"proof": "assurance:proof"},
    actions=LABELS,
    schedule=(
        Periodic(
            name="check every promise",
            every=timedelta(hours=24),
            call="tradepost.assurance.actions.run_promises.run_scheduled",
            heavy=True,
        ),
        Periodic(
            name="prove the whole at night",
            every=timedelta(hours=1),
            call="tradepost.assurance.actions.prove_whole.run_at_night",
            heavy=True,
        ),
        Periodic(
            name="check the promises on live data",
            every=timedelta(hours=1),
            call="tradepost.assurance.actions.run_promises.run_scheduled_live",
            heavy=True,
        ),
    ),
)

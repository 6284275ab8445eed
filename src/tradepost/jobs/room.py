"""Joins long work to the house."""

from datetime import timedelta

from tradepost.datamap.rooms import Periodic, Room

room = Room(
    name="jobs",
    schedule=(
        Periodic(
            name="sweep jobs", every=timedelta(seconds=30), call="tradepost.jobs.runner.sweep"
        ),
    ),
)

"""Joins the proofs to the house."""

from tradepost.assurance.entrances import (  # noqa: F401  they register ways in for the proof of erasure
    accounts,
    audience,
    campaigns,
    checkout,
)

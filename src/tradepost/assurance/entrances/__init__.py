"""Every way in for the marked people of the proof of erasure."""

from tradepost.assurance.entrances import (  # each registers its ways in
    accounts,
    audience,
    campaigns,
    checkout,
    support,
)
from tradepost.assurance.entrances.registry import doors

__all__ = ["accounts", "audience", "campaigns", "checkout", "doors", "support"]

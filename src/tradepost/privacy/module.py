"""Joins the privacy room to the house."""

from tradepost.privacy import (
    keep,
    third_party,  # noqa: F401  declares models that are not ours
)

keep.register()

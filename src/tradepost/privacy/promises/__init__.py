"""The checks behind the promises that the privacy room keeps."""

from tradepost.privacy.promises import (  # noqa: F401  importing registers the checks
    access,
    choice,
    collection,
    keeping,
    notice,
    rights,
    security,
    sharing,
)

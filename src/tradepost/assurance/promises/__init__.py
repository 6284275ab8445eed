"""The checks behind the promises about privacy as a whole."""

from tradepost.assurance.promises import (  # noqa: F401  importing registers the checks
    access,
    backups,
    billing,
    breaches,
    choice,
    collection,
    keeping,
    modules,
    notice,
    parties,
    rights,
    security,
    sharing,
    support,
    transition,
    variants,
)

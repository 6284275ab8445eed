"""The running code against the inventory that somebody signed off: nothing may have widened since."""

from tradepost.assurance.inventory import build_inventory, differences, signed_off
from tradepost.assurance.whole.types import OracleReport

# Hosts of processors are each installation's own; the wire oracle looks at whom it reaches.
_BY_INSTALLATION = "processors"


def inventory_oracle() -> OracleReport:
    signed, found = signed_off(), build_inventory()
    parts = signed.keys() - {_BY_INSTALLATION}
    broken = differences(
        {name: signed[name] for name in parts},
        {name: part for name, part in found.items() if name != _BY_INSTALLATION},
    )
    entries = sum(len(signed[name]) for name in parts)
    return OracleReport(
        oracle="inventory",
        promises=(
            "access.need-to-know",
            "collect.only-when-given",
            "cookie.registry",
            "keep.rule-for-everything",
            "purpose.closed-list",
        ),
        evidence=f"{entries} fields, stores, purposes, roles, routes, cookies and periods are as they were signed off.",
        broken=broken,
        counts={"entries": entries},
    )

"""The rooms of the house, top floor first. Everything else about a room stands in its ``room.py``.

A template or static file of an upper room may replace a lower one's.
"""

ROOMS = (
    "demo",
    "backoffice",
    "storefront",
    "console",
    "assurance",
    "backups",
    "support",
    "campaigns",
    "checkout",
    "orders",
    "catalog",
    "audience",
    "billing",
    "payments",
    "breaches",
    "breakglass",
    "processing",
    "notice",
    "bulletins",
    "certificates",
    "holds",
    "parties",
    "rights",
    "law",
    "merchants",
    "identity",
    "delivery",
    "modules",
    "ui",
    "jobs",
    "audit",
    "datamap",
)

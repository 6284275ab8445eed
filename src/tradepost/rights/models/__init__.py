"""What people asked of their data, and what was done about it."""

from tradepost.rights.models.keeping import ErasureRecord, KeepChoice, RetentionRun
from tradepost.rights.models.rights import PortalPass, RightsRequest, Stop
from tradepost.rights.models.sharing import Disclosure

__all__ = [
    "Disclosure",
    "ErasureRecord",
    "KeepChoice",
    "PortalPass",
    "RetentionRun",
    "RightsRequest",
    "Stop",
]

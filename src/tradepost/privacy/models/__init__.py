"""The rows of the privacy room, by subject."""

from tradepost.privacy.models.keeping import ErasureRecord, KeepChoice, RetentionRun
from tradepost.privacy.models.notice import NoticeSeen, NoticeVersion
from tradepost.privacy.models.proof import Attestation, PromiseResult
from tradepost.privacy.models.rights import PortalPass, RightsRequest, Stop
from tradepost.privacy.models.sharing import Disclosure

__all__ = [
    "Attestation",
    "Disclosure",
    "ErasureRecord",
    "KeepChoice",
    "NoticeSeen",
    "NoticeVersion",
    "PortalPass",
    "PromiseResult",
    "RetentionRun",
    "RightsRequest",
    "Stop",
]

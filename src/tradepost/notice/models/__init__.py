"""What the notice said and when, and the results of the checks that let it say so."""

from tradepost.notice.models.notice import NoticeSeen, NoticeVersion
from tradepost.notice.models.proof import Attestation, PromiseResult
from tradepost.notice.models.transition import Transition

__all__ = ["Attestation", "NoticeSeen", "NoticeVersion", "PromiseResult", "Transition"]

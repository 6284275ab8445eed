"""What an oracle says."""

from dataclasses import dataclass, field


@dataclass(kw_only=True)
class OracleReport:
    """``promises``: whose evidence it is. Nothing in ``broken`` and nothing driven is no proof."""

    oracle: str
    promises: tuple[str, ...]
    evidence: str
    broken: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0

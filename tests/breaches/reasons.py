"""Breaches that nothing turns red, each with the reason (``make breach`` fails on a missed one without, and on a
reason for one that is caught); and promises that have fewer than two written ones."""

NOT_CAUGHT: dict[str, str] = {}

_NOT_OFFERED = "no feature yet: the notice does not say it, and no check claims it"
_VOUCHED = "what people do and sign: no code keeps it, so no code can break it"
FEWER_THAN_TWO: dict[str, str] = {
    "access.confidentiality": _VOUCHED,
    "secure.measures": _VOUCHED,
} | dict.fromkeys(
    (
        "access.relay",
        "collect.support-access",
        "collect.telemetry",
        "collect.telemetry-off",
        "purpose.dropbox",
        "purpose.personalise-aggregate",
    ),
    _NOT_OFFERED,
)

"""Times of the spool are milliseconds since 1970; those of the database are moments."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)


def milliseconds(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(milliseconds=1)


def shown_hour(at: datetime) -> str:
    """The key of an hour's counts, in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H}"

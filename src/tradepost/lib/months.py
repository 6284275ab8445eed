"""Counting months on the calendar."""

from calendar import monthrange
from datetime import date

# So that counting on from any day a person chose stays inside what a date can say.
LAST_YEAR = 9000


def months_after(anchor: date, months: int) -> date:
    """The same day so many months later, or the last day of a month that is too short.

    Counted from the anchor each time, never from the day before: 31 January, 28 February, 31 March; 29
    February, 28 February of the year after, and 29 February again in the next leap year.

    Raises: ValueError, beyond the year 9000 or with a negative number.
    """
    if months < 0:
        raise ValueError(f"{months} months")
    years, month = divmod(anchor.month - 1 + months, 12)
    year = anchor.year + years
    if year > LAST_YEAR:
        raise ValueError(f"the year {year}")
    return date(year, month + 1, min(anchor.day, monthrange(year, month + 1)[1]))

"""An outage in one line of the log, not in a hundred."""

import logging

from tradepost.jobs.outages import outage_of


class OutagesInOneLine(logging.Filter):
    """Leaves out the traceback of an error whose cause is known to be a neighbour's."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if what := outage_of(error):
            record.msg, record.args = f"{record.getMessage()} ({what} is away)", None
            record.exc_info = record.exc_text = None
        return True

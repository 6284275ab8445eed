"""A pooled, pipelining SMTP client (RFC 5321, 2920, 3207, 4954, 6531) on bare asyncio protocols.

One :class:`Pool` keeps a few connections to one relay and pushes envelopes through them. A caller learns
two things about each envelope: ``starting`` just before the first byte of the message leaves, and the
:class:`SmtpOutcome`. Per connection at most one message is between the two, also when pipelining: the next
*envelope* travels with the body, but the next *body* waits for the server's 354, which comes after
the answer to the body before it. So whoever dies leaves at most one message in doubt per connection.
"""

from tradepost.lib.smtp.connection import Connection
from tradepost.lib.smtp.pool import Pool
from tradepost.lib.smtp.words import (
    CannotConnect,
    Envelope,
    Relay,
    SmtpOutcome,
    Verdict,
)

__all__ = ["CannotConnect", "Connection", "Envelope", "Pool", "Relay", "SmtpOutcome", "Verdict"]

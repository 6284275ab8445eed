"""What rooms above may hear of people's own data."""

from django.dispatch import Signal

# Sent inside the transaction that opens a visit to the portal; ``merchant`` (None: the operator), ``email``.
portal_opened = Signal()

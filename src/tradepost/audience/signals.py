"""What upper rooms may listen to. Sent after the write, inside its transaction or after it."""

from django.dispatch import Signal

subscribed = Signal()  # contact, contact_list
unsubscribed = Signal()  # contact, contact_list (None: every list), how

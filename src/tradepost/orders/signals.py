"""What upper rooms may hear from orders. Sent inside the transaction; ``order`` is the row."""

from django.dispatch import Signal

order_placed = Signal()
order_paid = Signal()
order_dispatched = Signal()
order_refunded = Signal()  # also ``amount``

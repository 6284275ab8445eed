from django.dispatch import Signal

# Sent inside the transaction that deletes an account whose address nobody confirmed; ``user``.
never_confirmed = Signal()

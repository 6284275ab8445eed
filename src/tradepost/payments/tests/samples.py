"""For addresses that name one of this room's rows: how to make it, and the arguments besides ``handle``.

Each builder gets a merchant and works inside its scope. The house tests collect ``SAMPLES`` of every room.
"""

SAMPLES = {
    f"payments_office:{name}": lambda merchant: {"name": "bank_transfer"}
    for name in ("gateway", "test")
}

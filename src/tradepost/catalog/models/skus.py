from django.db.models import Value
from django.db.models.functions import Lower
from django.db.models.lookups import Exact


def same_sku(sku: str) -> Exact:
    """A filter of products or variants: ``DE-1`` names the same thing as ``de-1``.

    Both sides are folded by the database, whose unique constraints and indexes fold likewise.
    """
    return Exact(Lower("sku"), Lower(Value(sku)))

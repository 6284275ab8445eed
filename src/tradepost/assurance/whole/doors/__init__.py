"""Every way in, in the order in which people come: the shop's own, buyers, readers, everybody's rights."""

# isort: off
from tradepost.assurance.whole.doors import shop, bills, readers, buyers, letters
from tradepost.assurance.whole.doors import talks, incidents, trouble, rights

# isort: on
from tradepost.assurance.whole.story import doors

__all__ = [
    "bills",
    "buyers",
    "doors",
    "incidents",
    "letters",
    "readers",
    "rights",
    "shop",
    "talks",
    "trouble",
]

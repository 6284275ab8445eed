"""For addresses that name one of this room's rows: how to make it, and the arguments besides ``handle``.

Each builder gets a merchant and works inside its scope. The house tests collect ``SAMPLES`` of every room.
"""

from tradepost.catalog.tests.samples import product

SAMPLES = {"storefront_office:buttons": product}

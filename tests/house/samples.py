"""For addresses that name a row: how to make such a row, and the arguments of the address.

Each builder gets a merchant, works inside its scope, and returns the keyword arguments besides
``handle``.
"""

from collections.abc import Callable
from typing import Any

from tradepost.merchants.models import Merchant

Builder = Callable[[Merchant], dict[str, Any]]

SAMPLES: dict[str, Builder] = {}

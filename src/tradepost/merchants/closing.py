"""What upper rooms do when an account closes: take away files, keep what the law wants kept.

``register(callable)``: called with the merchant, under no scope, before its rows are deleted. It may
be called again after a crash.
"""

from collections.abc import Callable

from tradepost.merchants.models import Merchant

Hook = Callable[[Merchant], object]
_hooks: list[Hook] = []


def register(hook: Hook) -> Hook:
    if hook not in _hooks:
        _hooks.append(hook)
    return hook


def hooks() -> tuple[Hook, ...]:
    return tuple(_hooks)

"""Modules that others wrote: found by their entry point, taken in only where the operator names them."""

from importlib.metadata import entry_points

from django.core.exceptions import ImproperlyConfigured

GROUP = "tradepost.modules"


def packages_of(named: str) -> tuple[str, ...]:
    """The package of each module in ``named``, which is separated by blanks; the others stay outside.

    Raises: ImproperlyConfigured, where one is not installed.
    """
    installed = {point.name: point.module for point in entry_points(group=GROUP)}
    if missing := [name for name in named.split() if name not in installed]:
        raise ImproperlyConfigured(
            f"TRADEPOST_MODULES names {', '.join(missing)}, and no installed package has an entry point"
            f" of that name in the group {GROUP}."
        )
    return tuple(installed[name] for name in dict.fromkeys(named.split()))

"""The checks that back the promises, fetched from the rooms when somebody wants to run them.

Checks and the ways in for marked people drive the product with Django's test tools. Only a process that
proves something loads them: web, worker and sender processes never do.
"""

from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

from tradepost.datamap.promises import Check, checks


@cache
def load_checks() -> dict[str, list[Check]]:
    """Promise id → its checks, of every installed room."""
    for config in apps.get_app_configs():
        if config.name.startswith("tradepost.") and find_spec(f"{config.name}.promises"):
            import_module(f"{config.name}.promises")
    return checks

"""Modules that few processes ever need: loaded when something of them is first asked for.

if TYPE_CHECKING:
    import xlsxwriter
else:
    xlsxwriter = LazyModule("xlsxwriter")
"""

from importlib import import_module


class LazyModule:
    """Stands in for a module; ``parts`` are submodules that are loaded with it."""

    def __init__(self, name: str, *parts: str) -> None:
        self._names = (name, *(f"{name}.{part}" for part in parts))

    def __getattr__(self, attribute: str) -> object:
        module, *_parts = map(import_module, self._names)
        return getattr(module, attribute)

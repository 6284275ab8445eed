"""Stripe's way of writing nested values in a form: ``line_items[0][price_data][currency]=eur``."""

import re
from typing import Any
from urllib.parse import parse_qsl

_KEY = re.compile(r"[^\[\]]+")


def decode(text: str) -> dict[str, object]:
    """Nested dictionaries; keys 0, 1, 2 … become a list."""
    root: dict[str, object] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        path = _KEY.findall(name)
        if name.endswith("[]"):
            path.append(str(len(_walk(root, path))))
        _walk(root, path[:-1])[path[-1]] = value
    return {name: _lists(value) for name, value in root.items()}


def _walk(root: dict[str, Any], path: list[str]) -> dict[str, Any]:
    for part in path:
        root = root.setdefault(part, {})
    return root


def _lists(value: object) -> object:
    if not isinstance(value, dict):
        return value
    inner = {key: _lists(item) for key, item in value.items()}
    if inner and all(key.isdigit() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner

"""What the house holds, lets in and lets out, as one list that somebody has signed off.

``inventory.json`` beside this file is made by ``tradepost inventory --write`` and committed. A house test
compares: whoever widens anything has to commit the wider list, so nothing widens silently.
"""

import json
import re
from collections.abc import Iterator
from inspect import getclosurevars, isfunction
from pathlib import Path
from typing import NoReturn

from django.apps import apps
from django.db import connection
from django.urls import URLPattern

from tradepost.datamap.collection import collection_points
from tradepost.datamap.processors import Processor, processors
from tradepost.datamap.registry import (
    all_models,
    declaration_of,
    keep_rules,
    personal_fields,
    stores,
)
from tradepost.datamap.vocabulary import Basis, Purpose
from tradepost.modules.registry import cookies
from tradepost.modules.team import role_permissions, scopes
from tradepost.modules.wiring import routes

SIGNED_OFF = Path(__file__).with_suffix(".json")
_STORED = re.compile(r"(local|session)Storage\.setItem\(\s*([\w$]+|\"[^\"]{1,80}\")")

Inventory = dict[str, dict[str, object]]


def build_inventory() -> Inventory:
    """Everything that must not grow unseen, each list by name."""
    return {
        "fields": {name: said for model in all_models() for name, said in _fields(model)},
        "stores": {
            store.id: f"{store.subject}: {', '.join(store.kinds)}; for: {store.purpose}; "
            f"{store.basis}; keep {store.keep}"
            for store in stores.values()
        },
        "purposes": {purpose.name: purpose.value for purpose in Purpose},
        "bases": {basis.name: basis.value for basis in Basis},
        "roles": {
            role: sorted(one.name for one in held) for role, held in role_permissions.items()
        },
        "scopes": dict.fromkeys(scopes, "a token may have it"),
        "routes": dict(_routes()),
        "cookies": {
            one.name: f"{one.purpose}; {one.life}; {'essential' if one.essential else 'refusable'}"
            f"{'' if one.http_only else '; read by scripts'}"
            for one in cookies.values()
        },
        "storage_keys": dict(_storage_keys()),
        "processors": {
            party.id: f"{party.role}; gets {', '.join(sorted(party.what)) or 'nothing'}; for "
            f"{', '.join(sorted(party.purposes))}; hosts {_hosts(party)}"
            for party in processors.values()
        },
        "collection_points": {
            point.id: f"{point.subject}: {', '.join(sorted(point.takes))}"
            for point in collection_points.values()
        },
        "periods": {
            rule.id: str(rule.period) if rule.period is not None else f"until {rule.since}"
            for rule in keep_rules.values()
        },
    }


def differences(signed: Inventory, found: Inventory) -> list[str]:
    """One line for each entry that came, went or changed."""
    lines = []
    for part in sorted(signed.keys() | found.keys()):
        before, now = signed.get(part, {}), found.get(part, {})
        for name in sorted(before.keys() | now.keys()):
            if before.get(name) == now.get(name):
                continue
            was, became = before.get(name, "not there"), now.get(name, "not there")
            lines.append(f"{part} {name}: {was} → {became}")
    return lines


def signed_off() -> Inventory:
    if not SIGNED_OFF.exists():
        return {}
    read: Inventory = json.loads(SIGNED_OFF.read_text())
    return read


def as_json(inventory: Inventory) -> str:
    return json.dumps(inventory, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _hosts(party: Processor) -> str:
    """As declared; what is worked out from the rows of an installation differs between them."""
    try:
        with connection.execute_wrapper(_no_rows):
            return ", ".join(sorted(party.hosts())) or "none"
    except _NoRows:
        return "as the shops' rows say"


class _NoRows(RuntimeError):
    """A list of hosts is worked out from the database."""


def _no_rows(*_query: object) -> NoReturn:
    raise _NoRows


def _fields(model: type) -> Iterator[tuple[str, str]]:
    declaration = declaration_of(model)
    label: str = model._meta.label  # type: ignore[attr-defined]  # a model
    for name, said in personal_fields(model).items():
        erase = said.erase.name if said.erase else "?"
        yield (
            f"{label}.{name}",
            (
                f"personal: {said.kind}; {said.subject}; for {said.purpose}; keep {said.keep}; "
                f"erase {erase}{'; correctable' if said.correctable else ''}"
            ),
        )
    for name, why in (declaration.not_personal if declaration else {}).items():
        yield f"{label}.{name}", f"not personal: {why}"


def _routes() -> Iterator[tuple[str, str]]:
    """Address → what it asks for: a permission, a token's scope, or nothing by itself ("open")."""
    for address, _name, pattern in routes():
        if operations := _operations(pattern):
            for method, scope in operations:
                yield f"{method} {address}", f"scope {scope}"
        else:
            permission = getattr(pattern.callback, "permission", None)
            yield address, f"permission {permission.name}" if permission else "open"


def _operations(pattern: URLPattern) -> list[tuple[str, str]]:
    """Method and scope of each operation of the API behind an address."""
    function = isfunction(pattern.callback)
    view = getclosurevars(pattern.callback).nonlocals.get("self") if function else None
    return [
        (method, getattr(auth, "scope", "none"))
        for operation in getattr(view, "operations", ())
        for method in operation.methods
        for auth in operation.auth_callbacks or [None]
    ]


def _storage_keys() -> Iterator[tuple[str, str]]:
    """What scripts leave in a browser beside cookies, read from the scripts that are delivered."""
    for config in apps.get_app_configs():
        if not config.name.startswith("tradepost."):
            continue
        for file in sorted((Path(config.path) / "static").rglob("*.js")):
            text = file.read_text(errors="replace")
            for kind, key in _STORED.findall(text):
                named = re.search(rf"\b{re.escape(key)}\s*=\s*(\"[^\"]{{1,80}}\")", text)
                yield (named[1] if named else key).strip('"'), f"{kind}Storage, {file.name}"

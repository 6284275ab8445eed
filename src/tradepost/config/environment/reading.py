"""Settings read once from the environment, and checked."""

import os
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, get_type_hints
from urllib.parse import urlsplit

from tradepost.config.environment.choices import Environment
from tradepost.lib.bucket_address import SCHEME as BUCKET
from tradepost.lib.bucket_address import BucketAddress, NoBucket
from tradepost.lib.memory import memory_limit
from tradepost.lib.setting import beginnings, is_address

SMALL_MACHINE = 2 * 1024**3  # bytes
PREFIX = "TRADEPOST_"
# Settings that may name a bucket, and the one that names its keeper.
_BUCKETS = {
    "files_url": "files_host",
    "backups_url": "backups_host",
    "backup_keys_url": "backups_host",
}
_YES = {"1", "true", "yes", "on"}
_NO = {"0", "false", "no", "off", ""}


class InvalidSetting(ValueError):
    """An environment variable holds something that cannot be used; the text says how to mend it."""


def _beside(port: int, first: int) -> int:
    """``first`` beside port 8000, and another one beside each other port: two installations meet nowhere."""
    return first + (port - 8000) % 20_000


def _convert(name: str, kind: type, text: str) -> Any:
    if kind is bool:
        if text.lower() in _YES | _NO:
            return text.lower() in _YES
        raise InvalidSetting(f"{name} must be yes or no, not {text!r}.")
    if kind is int:
        try:
            return int(text)
        except ValueError:
            raise InvalidSetting(f"{name} must be a whole number, not {text!r}.") from None
    if kind is Path and not text:
        raise InvalidSetting(f"{name} must name a folder.")
    return kind(text)


def _check(environment: Environment) -> None:
    for item in fields(environment):
        name, value = variable(item.name), getattr(environment, item.name)
        between, schemes = item.metadata["between"], item.metadata["schemes"]
        if between and not between[0] <= value <= between[1]:
            raise InvalidSetting(
                f"{name} must be between {between[0]} and {between[1]}, not {value}."
            )
        if (words := item.metadata["words"]) and value not in words:
            raise InvalidSetting(f"{name} must be {' or '.join(words)}, not {value!r}.")
        if schemes and value and not is_address(value, schemes):
            raise InvalidSetting(
                f"{name} must start with {beginnings(schemes)}, with a name behind it."
            )
    for name in _BUCKETS:
        if urlsplit(getattr(environment, name)).scheme == BUCKET:
            _check_bucket(environment, name)
    if environment.timestamp_url and not environment.timestamp_country:
        raise InvalidSetting(
            f"{variable('timestamp_country')} must say where the authority of {variable('timestamp_url')} is:"
            " the privacy notice prints it."
        )
    if urlsplit(environment.public_url).path not in {"", "/"}:
        raise InvalidSetting(f"{variable('public_url')} must be an address without a path.")


def _check_bucket(environment: Environment, name: str) -> None:
    """It can be read, and a company that keeps it for us is named (promise share.processors)."""
    try:
        address = BucketAddress.read(getattr(environment, name))
    except NoBucket as wrong:
        raise InvalidSetting(f"{variable(name)}: {wrong}.") from None
    if not address.is_near and not environment.keeper_of(name):
        raise InvalidSetting(
            f"{variable(_BUCKETS[name])} must name the company that keeps the bucket at {address.host}: the"
            " privacy notice prints it."
        )


def variable(name: str) -> str:
    return PREFIX + name.upper()


def read_environment(variables: Mapping[str, str] = os.environ) -> Environment:
    """Read and check all settings.

    Raises:
        InvalidSetting: a value has the wrong form, or a ``TRADEPOST_`` variable is unknown.
    """
    kinds = get_type_hints(Environment)
    known = {variable(item.name): item.name for item in fields(Environment)}
    unknown = sorted(key for key in variables if key.startswith(PREFIX) and key not in known)
    if unknown:
        raise InvalidSetting(
            f"{unknown[0]} is not a Tradepost setting; `tradepost settings` lists them all."
        )
    values = {
        name: _convert(key, kinds[name], variables[key])
        for key, name in known.items()
        if key in variables
    }
    environment = Environment(**values)
    _check(environment)
    environment = replace(environment, data=Path(environment.data).absolute())
    if variable("web_processes") not in variables and memory_limit() < SMALL_MACHINE:
        environment = replace(environment, web_processes=1)
    if variable("mail_catcher_port") not in variables:
        environment = replace(environment, mail_catcher_port=_beside(environment.port, 2525))
    if variable("mailin_url") not in variables:
        beside = f"lmtp://127.0.0.1:{_beside(environment.port, 2424)}"
        environment = replace(environment, mailin_url=beside)
    return environment

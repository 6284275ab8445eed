import secrets
from pathlib import Path

from tradepost.config.environment import Environment, InvalidSetting, variable
from tradepost.lib.files import make_once

_SHORTEST = 32


def secret_key(environment: Environment) -> str:
    """The chosen key, or one made on the first start and kept readable by the owner alone.

    Two processes that start together agree: the first to create the file wins.
    Raises: InvalidSetting, for a file that holds no key. A new one would void what the old one signed.
    """
    if environment.secret_key:
        return environment.secret_key
    path = Path(environment.data) / "secret_key"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        make_once(path, secrets.token_urlsafe(48).encode())
    try:
        key = path.read_bytes().decode("ascii").strip()
    except PermissionError:
        raise InvalidSetting(
            f"The file {path} may not be read by this account; it must belong to the one that runs this."
        ) from None
    except (OSError, ValueError):
        key = ""
    if len(key) < _SHORTEST or not key.isprintable():
        raise InvalidSetting(
            f"The file {path} holds no key; put it back from a backup, or set {variable('secret_key')}"
            " to the key that it held."
        )
    return key

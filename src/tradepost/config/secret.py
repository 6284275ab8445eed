import os
import secrets
from contextlib import suppress
from pathlib import Path

from tradepost.config.environment import Environment


def secret_key(environment: Environment) -> str:
    """The chosen key, or one made on the first start and kept readable by the owner alone.

    Two processes that start together agree: the first to create the file wins.
    """
    if environment.secret_key:
        return environment.secret_key
    path = Path(environment.data) / "secret_key"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = path.with_suffix(f".{os.getpid()}")
    if not path.exists():
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(made, path)
        made.unlink()
    return path.read_text().strip()

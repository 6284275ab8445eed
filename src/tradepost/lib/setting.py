"""What a setting is: a meaning, a default, and what it may hold."""

from dataclasses import field
from urllib.parse import urlsplit


def setting[Value](
    meaning: str,
    default: Value,
    *,
    between: tuple[int, int] | None = None,
    schemes: tuple[str, ...] = (),
    words: tuple[str, ...] = (),
) -> Value:
    """``between``: least and most of a number; ``schemes``: how an address may begin; ``words``: a choice."""
    limits = {"between": between, "schemes": schemes, "words": words}
    made: Value = field(default=default, metadata={"meaning": meaning, **limits})
    return made


def is_address(text: str, schemes: tuple[str, ...]) -> bool:
    """Whether it begins with one of the schemes and names something."""
    if text.startswith(("postgres://", "postgresql://")):
        return "postgres" in schemes and bool(text.partition("://")[2].strip("/"))  # read later
    try:
        address = urlsplit(text)
        place = (address.hostname, address.port, address.path.strip("/"))
    except ValueError:  # a port that is no number, brackets that are not closed
        return False
    return address.scheme in schemes and any(place)


def beginnings(schemes: tuple[str, ...]) -> str:
    """The schemes in words."""
    return " or ".join("sqlite:///" if scheme == "sqlite" else f"{scheme}://" for scheme in schemes)

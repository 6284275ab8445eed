"""Addresses as settings hold them: a scheme, and a name behind it."""

from urllib.parse import urlsplit


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

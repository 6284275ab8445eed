"""The address of a PostgreSQL database: one server, several of which one takes writes, or a pooler."""

from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qsl, unquote, urlsplit

_SSL = {"sslmode", "sslrootcert", "sslcert", "sslkey"}
_OWN = {"pooler": {"yes", "no"}, "target_session_attrs": {"any", "read-write", "primary"}}


# The server asks, too: a machine that was cut off within a transaction would hold its locks for two hours,
# and everybody else would wait for them. A pooler asks for itself.
_THE_OTHER_WAY = (
    "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
    " -c tcp_user_timeout=25000"
)


class NotPostgreSQL(ValueError):
    """Not such an address; the text says what is wrong."""


@dataclass(frozen=True, kw_only=True)
class PostgreSQLAddress:
    """``postgres://user:password@one:5432,two:5432/name?sslmode=verify-full&pooler=yes``."""

    hosts: str
    ports: str
    name: str
    user: str
    password: str = field(repr=False)
    pooler: bool
    options: dict[str, str]

    @classmethod
    def read(cls, text: str) -> Self:
        """Raises: NotPostgreSQL."""
        address = urlsplit(text)
        account, _, places = address.netloc.rpartition("@")
        user, _, password = account.partition(":")
        hosts, ports = _places(places)
        try:
            chosen = dict(parse_qsl(address.query, strict_parsing=True)) if address.query else {}
        except ValueError as error:
            raise NotPostgreSQL(str(error)) from None
        if unknown := chosen.keys() - _SSL - _OWN.keys():
            raise NotPostgreSQL(f"{min(unknown)} is not known behind the question mark")
        for key, values in _OWN.items():
            if chosen.get(key, min(values)) not in values:
                raise NotPostgreSQL(f"{key} is one of {', '.join(sorted(values))}")
        if len(hosts) > 1:  # the one that takes writes, wherever it is now
            chosen.setdefault("target_session_attrs", "read-write")
        name = unquote(address.path.lstrip("/"))
        if not name:
            raise NotPostgreSQL("the name of the database is missing")
        return cls(
            hosts=",".join(hosts),
            ports=",".join(ports) if any(ports) else "",
            name=name,
            user=unquote(user),
            password=unquote(password),
            pooler=chosen.pop("pooler", "no") == "yes",
            options=chosen,
        )

    def as_django(self) -> dict[str, object]:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": self.name,
            "USER": self.user,
            "PASSWORD": self.password,
            "HOST": self.hosts,
            "PORT": self.ports,
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            # Behind a pooler each transaction may meet another session: nothing is left in one.
            "DISABLE_SERVER_SIDE_CURSORS": self.pooler,
            # A machine that is gone says nothing: without these a query would wait for hours.
            "OPTIONS": {
                "connect_timeout": 5,
                "keepalives_idle": 30,
                "keepalives_interval": 10,
                "keepalives_count": 3,
                "tcp_user_timeout": 30_000,
                **({} if self.pooler else {"options": _THE_OTHER_WAY}),
                **self.options,
            },
        }


def _places(text: str) -> tuple[list[str], list[str]]:
    """Hosts and ports, as many of these. Raises: NotPostgreSQL."""
    hosts, ports = [], []
    for place in text.split(","):
        host, bracket, rest = place.rpartition("]") if place.startswith("[") else ("", "", place)
        name, _, port = rest.partition(":")
        if port and not (port.isdecimal() and 0 < int(port) < 65_536):
            raise NotPostgreSQL(f"{port} is no port")
        hosts.append(host.removeprefix("[") if bracket else unquote(name))
        ports.append(port or ("5432" if "," in text else ""))
    return hosts, ports

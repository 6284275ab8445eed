"""Who gets it."""

import ast
import html
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
from django.conf import settings

from tradepost.assurance.actions.attest import attestation_check
from tradepost.assurance.promises import fixtures
from tradepost.datamap.processors import (
    NOTICE_DAYS,
    UNSAID,
    WHEREVER,
    NoPlace,
    PartyRole,
    Processor,
    active_processors,
    processors,
    today,
)
from tradepost.datamap.promises import Evidence, keeps, require
from tradepost.datamap.vocabulary import Kind, Purpose
from tradepost.modules.registry import rooms
from tradepost.rights import egress
from tradepost.rights.models import Disclosure
from tradepost.rights.templatetags.privacy_words import country

attestation_check("share.no-sale")

PACKAGE = Path(__file__).parents[2]
# Whoever imports these, or makes these of httpx, could get out; the stand-in server is for tests only.
NETWORK = {"requests", "urllib3", "aiohttp", "http.client", "urllib.request", "ftplib", "smtplib"}
NETWORK |= {"socket", "imaplib", "poplib", "telnetlib", "xmlrpc.client", "websockets"}
NETWORK |= {"obstore", "boto3"}
NETWORK |= {"dns.resolver", "dns.asyncresolver", "dns.query", "dns.asyncquery"}
CONNECTING = {"open_connection", "create_connection", "open_unix_connection"}
OPENERS = {"Client", "AsyncClient", "HTTPTransport", "AsyncHTTPTransport", "request", "stream"}
OPENERS |= {"get", "post", "put", "patch", "delete", "head", "options"}
GATEWAY = "rights/egress.py"
STAND_INS = ("demo/", "payments/standin/")
# Who may use what of it: the way out, the client of the mail relay on the register, this machine. Rooms
# declare their own (``Room.ways_out``).
KNOWN = {
    GATEWAY: {"socket", "httpx", "HTTPTransport", "Client"},
    "lib/smtp/connection.py": {"create_connection"},
    # Looks at the class of each socket that others open; the whole proof drives the processes it starts.
    "lib/wire.py": {"socket"},
    "assurance/private_services.py": {"socket"},  # is a port of this machine free?
    "assurance/whole/browser.py": {"Client"},
    "assurance/whole/house.py": {"socket"},
    "assurance/whole/doors/letters.py": {"smtplib"},
    "assurance/whole/doors/talks.py": {"smtplib"},
    # Is a port of this machine free, and is the installation's own database, broker or cache there?
    "config/processes/supervisor.py": {"socket", "create_connection"},
    "config/processes/surroundings.py": {"socket", "create_connection"},
    # A pair of sockets between the supervisor and the process that forks for it.
    "config/processes/preload.py": {"socket"},
    "config/processes/forking.py": {"socket"},
    # The doctor asks the installation's own services, its relay and its own public address.
    "config/doctor/surroundings_asked.py": {"socket", "create_connection", "smtplib"},
}


@keeps("share.no-sale", Evidence.TESTED)
def no_party_buys() -> str:
    for party in processors.values():
        require(isinstance(party.role, PartyRole), f"{party.id} is registered as: {party.role}.")
        require(set(party.purposes) <= set(Purpose), f"{party.id} has a purpose of its own.")
    return (
        f"{len(processors)} parties, each of which works for the operator or the shop; none buys."
    )


def _probe(**changes: object) -> Processor:
    said: dict[str, object] = {
        "id": "probe",
        "name": "Probe",
        "role": PartyRole.PAYMENT,
        "what": (Kind.PAYMENT,),
        "why": "a check",
        "purposes": (Purpose.ORDERS,),
        "country": "DE",
        "safeguard": "contract",
        "hosts": lambda: ("probe.example",),
    }
    return Processor(**(said | changes))  # type: ignore[arg-type]  # keyword arguments of a mutation


def _tries(party: Processor, url: str) -> str:
    """Why the gateway refused, or "" if the call went out (to nowhere: the name does not resolve)."""
    real = processors.get(party.id)
    processors[party.id] = party
    before = Disclosure._base_manager.count()
    try:
        with egress.session(party.id, kinds=[Kind.PAYMENT], purpose=Purpose.ORDERS) as client:
            client.post(url, content=b"")
    except egress.EgressRefused as refusal:
        text = str(refusal)
        return "" if "no address" in text else text
    except httpx.HTTPError:
        return ""
    finally:
        if real is None:
            del processors[party.id]
        require(Disclosure._base_manager.count() - before <= 1, "One call was recorded twice.")
    return ""


def _is_nowhere(place: str) -> bool:
    try:
        _probe(country=place)
    except NoPlace:
        return True
    return False


@keeps("share.processors", Evidence.TESTED)
def only_registered_hosts_are_reached() -> str:
    refused = _tries(_probe(), "https://elsewhere.example/")
    require("not a registered host" in refused, "The gateway lets a call out to an unknown host.")
    others = list(_ways_out())
    require(not others, f"{', '.join(others[:3])} can open connections past the gateway.")
    plain = _tries(_probe(), "http://probe.example/")
    require("https" in plain, "The gateway lets a call out unencrypted.")
    relay = processors["mail-relay"]
    require(relay.active() is bool(settings.TRADEPOST.smtp_url), "The mail relay hides.")
    mailbox = processors["mailbox"]
    require(mailbox.active() is bool(settings.TRADEPOST.mailbox_url), "The mailbox hides.")
    return (
        "An unknown host and an unencrypted call were refused; besides the gateway only the clients of "
        "the registered mail relay, mailbox and file storage open connections."
    )


def _ways_out() -> Iterator[str]:
    """Modules of the package that could talk to somebody by themselves, and with what."""
    known = KNOWN | {
        f"{room.name}/{file}": set(used)
        for room in rooms.values()
        for file, used in room.ways_out.items()
    }
    for file in PACKAGE.rglob("*.py"):
        name = file.relative_to(PACKAGE).as_posix()
        if "tests/" in name or "/migrations/" in name or name.startswith(STAND_INS):
            continue
        used = {what for node in ast.walk(ast.parse(file.read_text())) for what in _uses(node)}
        if extra := used - known.get(name, set()):
            yield f"{name} ({', '.join(sorted(extra))})"


def _uses(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (item.name for item in node.names if item.name in NETWORK)
    elif isinstance(node, ast.ImportFrom) and node.module:
        names = {node.module, *(f"{node.module}.{item.name}" for item in node.names)}
        yield from names & NETWORK
        if node.module == "httpx":
            yield "httpx"
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        whose = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
        name = node.func.attr
        if name in CONNECTING or (whose == "httpx" and name in OPENERS):
            yield name


@keeps("share.notice-before", Evidence.TESTED)
def a_new_party_waits_for_its_date() -> str:
    day = today()
    tomorrow = _probe(announced=day - timedelta(days=NOTICE_DAYS), starts=day + timedelta(days=1))
    hasty = _probe(announced=day - timedelta(days=3), starts=day)
    for party in (tomorrow, hasty):
        refused = _tries(party, "https://probe.example/")
        require("announced" in refused, "A party received data before its notice was over.")
    for party in processors.values():
        if party.starts:
            assert party.announced is not None
            require((party.starts - party.announced).days >= NOTICE_DAYS, f"{party.id} is hasty.")
    return f"A party announced {NOTICE_DAYS} days ago that starts tomorrow, and a hasty one, were refused."


@keeps("share.foreign", Evidence.TESTED)
def country_and_safeguard_are_named() -> str:
    for place in ("", "ZZ", WHEREVER):
        require(_is_nowhere(place), f"A party in “{place}” can be registered.")
    for party in processors.values():
        require(str(party.safeguard).strip(), f"{party.id} names no safeguard.")
        require(not party.active() or party.country != UNSAID, f"{party.id} is nobody knows where.")
    text = html.unescape(fixtures.page("/privacy/"))
    for party in active_processors():
        for said in (party.name, country(party.country), str(party.safeguard)[1:]):
            require(str(said) in text, f"The notice keeps quiet about {party.id}: {said}.")
    return (
        f"All {len(processors)} parties name country and safeguard; the notice shows those in use."
    )

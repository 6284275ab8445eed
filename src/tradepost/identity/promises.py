"""What signing in promises, and how each promise is seen to be kept."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import get_hashers, identify_hasher
from django.db.models import Q
from django.test import Client
from django.urls import reverse

from tradepost.datamap.promises import Evidence, keeps, require
from tradepost.datamap.registry import keep_rules, personal_fields
from tradepost.datamap.vocabulary import Purpose
from tradepost.identity.actions import lockout
from tradepost.identity.actions.accounts import create_account
from tradepost.identity.models import Activity, ActivityKind, KnownNetwork, User
from tradepost.identity.probe import browser
from tradepost.lib import clock
from tradepost.modules.places import place

_PASSWORD = "check-of-a-promise-71"  # noqa: S105  of an account that is rolled back
_EMAIL = "promise@promise-check.example"
_GOOD = ("argon2$argon2id$", "!")  # "!" opens nothing: an account without a password
_HOME, _ELSEWHERE, _STRANGER = "203.0.113.9", "198.51.100.9", "192.0.2.66"
_PACKAGE = Path(__file__).parents[1]


def _account() -> User:
    return create_account(email=_EMAIL, name="", password=_PASSWORD)


def _sign_in(client: Client, password: str = _PASSWORD, email: str = _EMAIL) -> Any:
    return client.post(reverse("account_login"), {"login": email, "password": password})


def _is_in(client: Client) -> bool:
    return client.get(reverse("account:details")).status_code == 200


@keeps("secure.passwords", Evidence.TESTED)
def passwords_are_hashed() -> str:
    """A new password is kept as Argon2id, and nothing weaker may verify."""
    kept = _account().password
    require(kept.startswith("argon2$argon2id$"), f"a new password is kept as {kept[:16]}…")
    require(_PASSWORD not in kept, "the password can be read in the database")
    names = {str(hasher.algorithm) for hasher in get_hashers()}
    require(names == {"argon2"}, f"passwords may be hashed with {sorted(names)}")
    require(identify_hasher(kept).algorithm == "argon2", "another hasher reads the password")
    return "a new password is kept as an Argon2id hash, and nothing weaker opens an account"


@keeps("secure.passwords", Evidence.MONITORED)
def no_account_has_a_weaker_hash() -> str:
    """The live accounts: the tested half runs in a scratch instance, where there are none."""
    good = Q(password__startswith=_GOOD[0]) | Q(password__startswith=_GOOD[1])
    weak = User.objects.exclude(good).count()
    require(not weak, f"{weak} accounts' passwords are hashed otherwise")
    return f"{User.objects.count()} accounts hold Argon2id hashes or no password at all"


@keeps("secure.lockout", Evidence.TESTED)
def drill() -> str:
    """A stranger hammers from many networks; the owner comes in from home, and by link from afar."""
    user = _account()
    KnownNetwork.objects.create(user=user, network="203.0.113.0", last_at=clock.now())
    for number in range(6):
        for _try in range(5):
            _sign_in(browser(f"192.0.{number}.66"), "wrong")
    intruder = browser("192.0.0.66")
    _sign_in(intruder)
    require(not _is_in(intruder), "after many wrong passwords a stranger's try is still looked at")
    home = browser(_HOME)
    _sign_in(home)
    require(_is_in(home), "the owner is locked out of a network used before")
    afar = browser(_ELSEWHERE)
    _sign_in(afar)
    require(not _is_in(afar), "an unknown network is let try during an attack")
    secret = lockout.make_access_link(user=user, unasked=False) or ""
    afar.post(reverse("account:let_me_in", args=[secret]))
    _sign_in(afar)
    require(_is_in(afar), "the mailed link does not let the owner in")
    return "30 wrong passwords from 6 networks: stranger held back, owner in from home and by link"


@keeps("secure.sign-in-needed", Evidence.TESTED)
def sign_in_is_needed() -> str:
    """Signed out there is no way in; with address and password there is; second factors are offered."""
    _account()
    client = browser()
    for page in (reverse("account:details"), place("shops"), place("operator")):
        answer = client.get(page)
        require(answer.status_code == 302, f"{page} answers a stranger with {answer.status_code}")
    _sign_in(client, "")
    require(not _is_in(client), "an empty password opens the account")
    _sign_in(client)
    require(_is_in(client), "address and password do not open the account")
    offered = client.get(reverse("mfa_index")).content.decode()
    for name in ("mfa_activate_totp", "mfa_add_webauthn"):
        require(reverse(name) in offered, f"the second factor {name} is not offered")
    return "no page without signing in; authenticator app and passkeys are offered"


@keeps("cookie.admin-session", Evidence.TESTED)
def session_cookies_only() -> str:
    """Every cookie of a signed-in browser dies with it; a form without a cookie is turned away."""
    _account()
    client = browser()
    client.get(reverse("account_login"))
    _sign_in(client)
    client.get(reverse("account:details"))
    names = [name for name, cookie in client.cookies.items() if cookie.value]
    require(len(names) >= 2, f"only the cookies {names} were set")
    for name, cookie in client.cookies.items():
        lasting = cookie["max-age"] or cookie["expires"]
        require(not (cookie.value and lasting), f"the cookie {name} outlives the browser")
    answer = _sign_in(browser(checks_forms=True))
    require(answer.status_code == 403, "a form is taken without a cookie")
    require("cookie" in answer.content.decode().lower(), "the page does not say why")
    return f"{', '.join(sorted(names))}: no Max-Age, no Expires; refused without"


_LOGGED = {"user", "at", "kind", "page", "network", "browser"}


@keeps("collect.usage-log", Evidence.TESTED)
def log_holds_what_it_says() -> str:
    """Sign-ons, page, time, truncated address, browser, action, and nothing else; for 90 days."""
    require(set(personal_fields(Activity)) == _LOGGED, "the log has other fields than promised")
    user, client = _account(), browser("203.0.113.77")
    _sign_in(client)
    client.get(reverse("account:details"))
    client.post(reverse("account:details"), {"name": "", "language": "en", "time_zone": "UTC"})
    rows = list(Activity.objects.filter(user=user))
    kinds = {row.kind for row in rows}
    wanted = {ActivityKind.SIGNED_IN, ActivityKind.PAGE, ActivityKind.ACTION}
    require(kinds >= {kind.value for kind in wanted}, f"logged are only {sorted(kinds)}")
    for row in rows:
        require(row.network == "203.0.113.0", f"the log keeps the address {row.network}")
        require(row.browser in {"", "Firefox · Linux"}, f"the log keeps {row.browser}")
        require("/" not in row.page and "?" not in row.page, "the log keeps whole addresses")
    period = keep_rules["identity.activity"].period
    require(period is not None and period.days <= 90, "the log is kept for longer than 90 days")
    return f"{len(rows)} rows of one visit: truncated network, browser family, names of pages"


@keeps("purpose.security-log", Evidence.ENFORCED)
def log_serves_security_only() -> str:
    """No other room reads the log, and each of its fields is declared for security."""
    for name, said in personal_fields(Activity).items():
        require(said.purpose is Purpose.SECURITY, f"{name} is kept for {said.purpose}")
    looked_at = 0
    for room, path in _sources():
        looked_at += 1
        if room in {"identity", "migrations"}:
            continue
        for name in _names_in(path):
            require(
                name not in _LOG_NAMES, f"{path.relative_to(_PACKAGE)} reaches the log by {name}"
            )
    return f"{looked_at} source files: none outside identity touches the activity log"


_LOG_NAMES = {"Activity", "ActivityKind", "activity_of", "tradepost.identity.actions.activity"}


def _sources() -> Iterator[tuple[str, Path]]:
    for path in sorted(_PACKAGE.rglob("*.py")):
        parts = path.relative_to(_PACKAGE).parts
        if "tests" not in parts and "migrations" not in parts:
            yield parts[0], path


def _names_in(path: Path) -> Iterator[str]:
    """What a file imports, module by module and name by name."""
    text = path.read_text()
    if "identity" not in text and "activities" not in text:
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
            "tradepost.identity"
        ):
            yield node.module or ""
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)

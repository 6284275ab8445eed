"""Repeated wrong passwords block further tries, and no stranger can lock the owner out for good.

Three limits, each a row that all processes share; a try is counted before the password is checked, so
a burst of parallel tries cannot slip through:

* this account from this network: few tries, then a delay that doubles up to an hour;
* this account from all networks its owner never signed in from: against a spread attack;
* this network for all accounts: against one password tried on many accounts.

A stranger wears out the first limit for his own network alone. The second does not hold the networks
from which the owner has signed in. A browser in which the owner has signed in keeps a count of its own,
whoever shares its network (``known_browser``). The owner elsewhere is mailed a one-use link that gives
*that browser* ten tries past all limits. Refused tries change nothing, so nobody can prolong a block by
knocking at it. Limits treat addresses without an account alike, so they tell nothing.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from tradepost.identity.models import AccessLink, KnownNetwork, SignInCounter, User
from tradepost.lib import clock

FORGET_AFTER = timedelta(days=1)
KNOWN_FOR = timedelta(days=90)
LINK_LIVES = timedelta(hours=2)
PASS_LIVES = timedelta(minutes=30)
MAIL_AT_MOST_EVERY = timedelta(hours=6)


@dataclass(frozen=True)
class Limit:
    """``free`` tries, then ``delay``, doubled with every further one up to ``longest``."""

    free: int
    delay: timedelta = timedelta(minutes=1)
    longest: timedelta = timedelta(hours=1)

    def pause(self, tries: int) -> timedelta | None:
        over = tries - self.free
        return None if over < 0 else min(self.delay * 2 ** min(over, 12), self.longest)


LIMITS: Mapping[str, Limit] = {
    "pair": Limit(free=5),
    "account": Limit(free=20),
    "network": Limit(free=60),
    "pass": Limit(free=10),
    "code pair": Limit(free=5),
    "code": Limit(free=15),
    "code pass": Limit(free=10),
    "browser": Limit(free=10),
    "code browser": Limit(free=10),
    "link": Limit(free=1, delay=timedelta(minutes=15)),
    "link-network": Limit(free=10),
}


_STARTS_ANEW = {"pair", "pass", "browser", "code pair", "code pass", "code browser"}


class Blocked(Exception):
    """Too many tries; ``until`` is when the next one is looked at."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


@dataclass(frozen=True)
class Try:
    """A counted try. ``keys`` are its counters; ``blocks`` the pauses that this very try began."""

    keys: Mapping[str, str]
    blocks: Mapping[str, datetime]


def begin_try(*, email: str, network: str, pass_id: int | None = None, browser: str = "") -> Try:
    """Count a try before its password is looked at. ``email`` is as normalised as it can be.

    ``browser``: the name of one in which the owner has signed in before. Raises: Blocked.
    """
    if browser:
        return count({"browser": _key("browser", browser)})
    if pass_id and _holds_pass(pass_id, email):
        return count({"pass": _key("pass", str(pass_id))})
    keys = {"pair": _key("pair", email, network)}
    if not _is_known(email, network):
        keys |= {"account": _key("account", email), "network": _key("network", network)}
    return count(keys)


def begin_code(*, user: User, network: str, pass_id: int | None = None, browser: str = "") -> Try:
    """Count a guess at the second factor before it is looked at, as :func:`begin_try` does.

    Whoever gets here knows the password. The mailed link lets the owner past a guesser's blocks.
    Raises: Blocked.
    """
    if browser:
        return count({"code browser": _key("code browser", browser)})
    if pass_id and _holds_pass(pass_id, user.email):
        return count({"code pass": _key("code pass", str(pass_id))})
    keys = {"code pair": _key("code pair", str(user.pk), network)}
    if not _is_known(user.email, network):
        keys["code"] = _key("code", str(user.pk))
    return count(keys)


def count(keys: Mapping[str, str]) -> Try:
    """Add one to each counter, all or none. Raises: Blocked, having counted nothing."""
    first = clock.now()
    blocks: dict[str, datetime] = {}
    with transaction.atomic():
        SignInCounter.objects.bulk_create(
            [SignInCounter(key=key, last_at=first) for key in keys.values()], ignore_conflicts=True
        )
        locked = SignInCounter.objects.select_for_update().order_by("key")
        rows = {row.key: row for row in locked.filter(key__in=keys.values())}
        now = (
            clock.now()
        )  # whoever waited for the rows must not take them for written in the future
        # A block that is longer than the longest was written before the clock was set back.
        held = [
            until
            for name, key in keys.items()
            if (until := rows[key].blocked_until)
            and now < until <= now + LIMITS[name].longest + clock.CLOCKS_DIFFER
        ]
        if held:
            raise Blocked(max(held))
        for name, key in keys.items():
            row = rows[key]
            row.tries = 1 if row.last_at < now - FORGET_AFTER else row.tries + 1
            row.last_at = now
            pause = LIMITS[name].pause(row.tries)
            row.blocked_until = now + pause if pause else None
            if row.blocked_until:
                blocks[name] = row.blocked_until
            row.save()
    return Try(keys, blocks)


def forgive(attempt: Try) -> None:
    """The password was right: the pair starts anew, the wider counters give this one try back.

    They are not emptied: an attacker who signs in to an own account now and then gains nothing.
    """
    for name, key in attempt.keys.items():
        rows = SignInCounter.objects.filter(key=key)
        if name in _STARTS_ANEW:
            rows.update(tries=0, blocked_until=None)
            continue
        rows.update(tries=Greatest(F("tries") - 1, 0))
        if name in attempt.blocks:
            rows.filter(blocked_until=attempt.blocks[name]).update(blocked_until=None)


def remember_network(*, user: User, network: str) -> None:
    """The owner has signed in from here, second factor included."""
    if network:
        KnownNetwork.objects.update_or_create(
            user=user, network=network, defaults={"last_at": clock.now()}
        )


def make_access_link(*, user: User, unasked: bool) -> str | None:
    """The secret of a fresh link; None if one that nobody asked for went out hours ago."""
    now = clock.now()
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        recent = AccessLink.objects.filter(user=user, made_at__gt=now - MAIL_AT_MOST_EVERY)
        if unasked and recent.exists():
            return None
        text = secrets.token_urlsafe(32)
        AccessLink.objects.create(user=user, digest=_digest(text), made_at=now)
    return text


def use_access_link(text: str) -> AccessLink | None:
    """Spend the link. None: forged, expired or used before; two clicks at once spend it once."""
    now = clock.now()
    fresh = AccessLink.objects.filter(
        digest=_digest(text), used_at=None, made_at__gt=now - LINK_LIVES
    )
    if not fresh.update(used_at=now):
        return None
    return AccessLink.objects.select_related("user").get(digest=_digest(text))


def count_link_request(*, email: str, network: str) -> None:
    """Raises: Blocked."""
    count({"link": _key("link", email), "link-network": _key("link-network", network)})


def counters_due(now: datetime) -> int:
    return SignInCounter.objects.filter(last_at__lt=now - FORGET_AFTER * 2).count()


def purge_counters(now: datetime) -> int:
    return SignInCounter.objects.filter(last_at__lt=now - FORGET_AFTER * 2).delete()[0]


def _is_known(email: str, network: str) -> bool:
    return KnownNetwork.objects.filter(
        user__email=email, network=network, last_at__gt=clock.now() - KNOWN_FOR
    ).exists()


def _holds_pass(link_id: int, email: str) -> bool:
    since = clock.now() - PASS_LIVES
    return AccessLink.objects.filter(pk=link_id, user__email=email, used_at__gt=since).exists()


def _key(*parts: str) -> str:
    text = "\0".join(parts).encode("utf-8", "replace")
    return hmac.new(settings.SECRET_KEY.encode(), b"lockout\0" + text, hashlib.sha256).hexdigest()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()

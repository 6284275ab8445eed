"""How much a stranger's word may set going: one table, one counter, for every room.

Whatever mails because somebody unknown asked for it, or lets somebody try a secret, spends from here
first: per network, per address written to, per shop, and for the whole installation. Each allowance
fills again steadily (the *generic cell rate algorithm*): ``most`` at once, then one more every
``per / most``, so a refusal can say when to come back, and nobody is shut out until midnight.

The rows are in the database: all machines share them, and an emptied cache forgives nothing. Keys are
keyed hashes; they name nobody. A network is a whole /24 or /48, where many shoppers may sit behind one
address: those numbers are wide, and ``TRADEPOST_LIMITS_TIMES`` widens them (not those of an address,
which protect the person written to).
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from tradepost.identity.models import RateLimit
from tradepost.lib import clock
from tradepost.lib.addresses import InvalidEmail, normalise_email

KEEP_FOR = timedelta(days=2)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class AttemptRate:
    """``most`` at once, and again as many within ``per``."""

    most: int
    per: timedelta


LIMITS: Mapping[str, Mapping[str, AttemptRate]] = {
    # One person orders a few times in an hour; behind a company's or a phone network sit thousands.
    "order": {
        "address": AttemptRate(6, _HOUR),
        "network": AttemptRate(100, _HOUR),
        "shop": AttemptRate(1000, _HOUR),
        "installation": AttemptRate(10_000, _HOUR),
    },
    # A stranger writes to a shop by its page; each matter brings one mail to the address that was typed.
    "message": {
        "address": AttemptRate(20, _DAY),
        "network": AttemptRate(30, _HOUR),
        "shop": AttemptRate(600, _HOUR),
        "installation": AttemptRate(6000, _HOUR),
    },
    # The same by mail. What comes beyond is kept, and no message of a conversation.
    "letter in": {
        "address": AttemptRate(30, _HOUR),
        "shop": AttemptRate(2000, _HOUR),
        "installation": AttemptRate(20_000, _HOUR),
    },
    "opt-in": {
        "address": AttemptRate(10, _DAY),
        "network": AttemptRate(30, _HOUR),
        "shop": AttemptRate(600, _HOUR),
        "installation": AttemptRate(6000, _HOUR),
    },
    # Invitations carry words that the inviter chose; opening a shop is free.
    "invitation": {
        "address in shop": AttemptRate(2, _DAY),  # once more with the right role
        "address": AttemptRate(3, _DAY),
        "shop": AttemptRate(20, _DAY),
        "installation": AttemptRate(500, _DAY),
    },
    # Besides: three links an hour for one address and shop, passed over silently (privacy.actions.portal).
    "portal link": {
        "address": AttemptRate(20, _DAY),
        "network": AttemptRate(30, _HOUR),
        "shop": AttemptRate(300, _HOUR),
        "installation": AttemptRate(3000, _HOUR),
    },
    "sign-up": {
        "address": AttemptRate(5, _DAY),
        "network": AttemptRate(20, _HOUR),
        "installation": AttemptRate(500, _HOUR),
    },
    # Mails to an address that is not confirmed, or because somebody typed it at the sign-up.
    "account letter": {
        "address": AttemptRate(5, _DAY),
        "network": AttemptRate(40, _HOUR),
        "installation": AttemptRate(2000, _HOUR),
    },
    "password reset": {
        "address": AttemptRate(5, _HOUR),
        "network": AttemptRate(30, _HOUR),
        "installation": AttemptRate(1000, _HOUR),
    },
    "test letter": {
        "address": AttemptRate(20, _DAY),
        "shop": AttemptRate(60, _DAY),
        "installation": AttemptRate(2000, _DAY),
    },
    # The warning to an owner whose second factor is being guessed.
    "warning": {"address": AttemptRate(1, timedelta(hours=6))},
    # Secrets without an owner to warn: discount codes are short words; a passkey says itself whose it is.
    "code word": {"network": AttemptRate(60, _HOUR), "shop": AttemptRate(1000, _HOUR)},
    "passkey": {"network": AttemptRate(60, timedelta(minutes=10))},
}
_POINTS_DO_NOT_COUNT = {"gmail.com", "googlemail.com"}
_OF_A_PERSON = {"address", "address in shop"}


class TooMany(Exception):
    """The allowance is used up; ``until`` is when the next one is let through."""

    def __init__(self, scope: str, until: datetime) -> None:
        super().__init__(scope, until)
        self.scope, self.until = scope, until

    @property
    def in_words(self) -> str:
        """What to tell whoever asked."""
        when = timezone.localtime(self.until + timedelta(minutes=1))
        words = {"time": formats.time_format(when), "day": formats.date_format(when)}
        if when.date() != timezone.localdate(clock.now()):
            return _("Too many in a short time. Please try again on %(day)s at %(time)s.") % words
        return _("Too many in a short time. Please try again at %(time)s.") % words

    @property
    def seconds(self) -> int:
        """For the header ``Retry-After``."""
        return max(1, int((self.until - clock.now()).total_seconds()) + 1)


def spend(
    what: str,
    *,
    network: str = "",
    address: str = "",
    shop: models.Model | None = None,
) -> None:
    """Count one ``what`` against each of its limits, all or none. Raises: TooMany."""
    keys, rates = _keys(what, network, address, shop), LIMITS[what]
    full = clock.now()
    with transaction.atomic():
        RateLimit.objects.bulk_create(
            [RateLimit(key=key, spent_until=full) for key in sorted(keys)], ignore_conflicts=True
        )
        rows = list(
            RateLimit.objects.select_for_update().filter(key__in=list(keys)).order_by("key")
        )
        now = (
            clock.now()
        )  # whoever waited for the rows must not take them for written in the future
        for row in rows:
            name = keys[row.key]
            row.spent_until = _next(row.spent_until, now, rates[name], name)
        RateLimit.objects.bulk_update(rows, ["spent_until"])


def give_back(what: str, *, network: str = "", shop: models.Model | None = None) -> None:
    """It was no guess: the secret was right. Whoever knows it must not use up the allowance of others."""
    keys, now = _keys(what, network, "", shop), clock.now()
    with transaction.atomic():
        rows = list(
            RateLimit.objects.select_for_update().filter(key__in=list(keys)).order_by("key")
        )
        for row in rows:
            row.spent_until = max(
                row.spent_until - _step(LIMITS[what][keys[row.key]], keys[row.key]), now
            )
        RateLimit.objects.bulk_update(rows, ["spent_until"])


def _keys(what: str, network: str, address: str, shop: models.Model | None) -> dict[str, str]:
    """The key of each counter, with the name of its limit; limits without a subject are left out."""
    place = str(shop.pk) if shop else ""
    person = _mailbox(address)
    subjects = {
        "network": network,
        "address": person,
        "address in shop": f"{place}\0{person}" if person else "",
        "shop": place,
        "installation": "all",
    }
    return {_key(what, name, subjects[name]): name for name in LIMITS[what] if subjects[name]}


def _next(spent_until: datetime, now: datetime, rate: AttemptRate, name: str) -> datetime:
    """The moment at which the allowance is full again, with one more taken. Raises: TooMany.

    No allowance is empty for longer than ``per``; what says so was written before the clock was set back,
    and counts for nothing. Machines whose clocks differ by less than ``clock.CLOCKS_DIFFER`` share it all the same.
    """
    if spent_until > now + rate.per + clock.CLOCKS_DIFFER:
        spent_until = now
    after = max(spent_until, now) + _step(rate, name)
    if after - now > rate.per:
        raise TooMany(name, after - rate.per)
    return after


def of_a_person(name: str) -> bool:
    """Whether the limit protects one person, so that no setting widens it."""
    return name in _OF_A_PERSON


def _step(rate: AttemptRate, name: str) -> timedelta:
    times = 1 if of_a_person(name) else settings.TRADEPOST.limits_times
    return rate.per / (rate.most * times)


def _mailbox(address: str) -> str:
    """``ann+1@…`` and ``ann+2@…`` fill one mailbox; so do all ways to set points at Google's."""
    try:
        address = normalise_email(address)
    except InvalidEmail:
        address = address.strip().lower()
    local, at, domain = address.rpartition("@")
    local = local.partition("+")[0]
    if domain in _POINTS_DO_NOT_COUNT:
        local, domain = local.replace(".", ""), "gmail.com"
    return local + at + domain


def _key(*parts: str) -> str:
    text = "\0".join(parts).encode("utf-8", "replace")
    return hmac.new(settings.SECRET_KEY.encode(), b"limit\0" + text, hashlib.sha256).hexdigest()


def due(now: datetime) -> int:
    return RateLimit.objects.filter(spent_until__lt=now - KEEP_FOR).count()


def purge(now: datetime) -> int:
    return RateLimit.objects.filter(spent_until__lt=now - KEEP_FOR).delete()[0]

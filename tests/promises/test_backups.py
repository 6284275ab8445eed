"""Backups die, and bring nobody back: kept, then the product broken on purpose, then caught."""

import pytest

from tests.promises.mutations import assert_kept_then_broken, cases
from tradepost.backups import day_keys, types
from tradepost.backups.actions import make, restore
from tradepost.backups.archive import tape
from tradepost.backups.ledger import deletions, erasures, keeping, stops, suppressions, withdrawals
from tradepost.rights.actions import erase

pytestmark = pytest.mark.django_db


def go_through_no_ledger(breach):
    breach.setattr(restore, "go_through", lambda *said: {})


def leave_out(kind):
    def mutate(breach):
        breach.setattr(keeping, "KINDS", tuple(one for one in keeping.KINDS if one is not kind))

    mutate.__name__ = f"leave_out_{kind.KIND}"
    return mutate


def forget_the_last_minute(breach):
    breach.setattr(restore, "bring_up_to_date", lambda: 0)


def erase_by_halves(breach):
    real = erase._erase_rows

    def forgetful(found, holds, done):
        if found.place.label != "orders.OrderAddress":
            real(found, holds, done)

    def erase_people(**said):
        breach.setattr(erase, "_erase_rows", forgetful)
        return erase.erase_people(**said)

    breach.setattr(erasures, "erase_people", erase_people)


def keep_keys(breach):
    breach.setattr(make, "let_keys_die", lambda: 0)
    breach.setattr(day_keys, "dead", lambda now: [])


def keys_for_a_year(breach):
    real = types.dies_at
    breach.setattr(day_keys, "dies_at", lambda day: real(day) + 11 * types.KEYS_LIVE)


def back_keys_up(breach):
    breach.setattr(tape, "FOLDERS", (*tape.FOLDERS, "backup-keys"))


def seal_nothing(breach):
    breach.setattr(
        tape.SealingWriter, "_seal", lambda self, piece, *, last: self._target.write(piece)
    )


def leave_orders_alone(breach):
    breach.setitem(deletions._again, "orders.delete", lambda number, tenant: False)


MUTATIONS = {
    "keep.backups-month": [keep_keys, keys_for_a_year, back_keys_up, seal_nothing],
    "keep.deleted-gone-in-a-month": [leave_orders_alone, leave_out(deletions)],
    "keep.no-resurrection": [
        go_through_no_ledger,
        forget_the_last_minute,
        erase_by_halves,
        *map(leave_out, (erasures, stops, withdrawals, suppressions)),
    ],
}


@pytest.mark.parametrize(("promise", "mutate"), cases(MUTATIONS))
def test_kept_until_broken(promise, mutate, monkeypatch):
    assert_kept_then_broken(promise, mutate, monkeypatch)

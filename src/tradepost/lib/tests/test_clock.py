import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import UTC, datetime, timedelta, timezone

import pytest
import time_machine

from tradepost.lib import clock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def is_present(moment: datetime) -> bool:
    return abs(moment - datetime.now(UTC)) < timedelta(minutes=1)


def test_it_is_now_in_utc_unless_it_is_turned():
    assert is_present(clock.now())
    assert clock.now().utcoffset() == timedelta(0)


def test_a_turned_clock_stands_until_it_is_moved_and_goes_on_afterwards():
    with clock.at(NOON) as turned:
        assert clock.now() == clock.now() == NOON
        turned.forward(HOUR)
        assert clock.now() == NOON + HOUR
        turned.move_to(NOON - HOUR)
        assert clock.now() == NOON - HOUR
    assert is_present(clock.now())


def test_turns_lie_in_one_another_and_end_with_an_error_too():
    with clock.at(NOON):
        with pytest.raises(ZeroDivisionError), clock.at(NOON + HOUR):
            raise ZeroDivisionError
        assert clock.now() == NOON
    assert is_present(clock.now())


def test_a_moment_of_another_zone_is_told_in_utc():
    with clock.at(datetime(2026, 3, 1, 14, tzinfo=timezone(2 * HOUR))):
        assert clock.now() == NOON
        assert clock.now().tzinfo is UTC


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(clock.NoZone), clock.at(datetime(2026, 3, 1)):  # noqa: DTZ001
        pass
    with clock.at(NOON) as turned, pytest.raises(clock.NoZone):
        turned.move_to(datetime(2026, 3, 1))  # noqa: DTZ001


def test_other_threads_go_on_in_the_present_unless_the_turn_is_handed_to_them():
    with clock.at(NOON), ThreadPoolExecutor() as pool:
        assert is_present(pool.submit(clock.now).result())
        assert pool.submit(copy_context().run, clock.now).result() == NOON


def test_two_tasks_each_have_their_own_time():
    async def told(moment: datetime) -> datetime:
        with clock.at(moment):
            await asyncio.sleep(0)
            return clock.now()

    async def both() -> list[datetime]:
        return await asyncio.gather(told(NOON), told(NOON + HOUR))

    assert asyncio.run(both()) == [NOON, NOON + HOUR]


def test_a_task_sees_the_turn_in_which_it_began():
    async def told() -> datetime:
        return await asyncio.create_task(asyncio.to_thread(clock.now))

    with clock.at(NOON):
        assert asyncio.run(told()) == NOON


def test_what_turns_the_whole_process_is_followed():
    with time_machine.travel(NOON, tick=False):
        assert clock.now() == NOON
        with clock.at(NOON + HOUR):
            assert clock.now() == NOON + HOUR

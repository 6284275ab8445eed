"""No regular expression of the product takes longer than in proportion to the text it reads."""

import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from tests.house.patterns import Found, attacks, found_patterns, text_of

LENGTH = 8_000
# A square of this length is 32 million steps, and no machine takes them faster than this; the clock of CPU
# time ticks every 4 ms, so that a quicker run says nothing more exact.
QUICK_SECONDS = 0.02
GIVE_UP_AFTER_SECONDS = 2.0
# Twice the text may take this many times as long; in proportion would be 2, with the square 4.
MOST_GROWTH = 3.0
# What is measured is repeated for so long that a tick more or less is a tenth.
LONG_ENOUGH_SECONDS = 0.04
ROUNDS = 3

# Expressions that grow faster, and the longest text that their callers let them see, with the reason.
BOUNDED: dict[str, tuple[int, str]] = {}


class TooSlow(Exception):
    """The expression was still at it when the time was over."""


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    def stop(*_args: object) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _seconds(found: Found, text: str) -> float:
    started = time.process_time()
    found.run(text)
    return time.process_time() - started


def _is_quick(found: Found, quarter: str) -> bool:
    """Whether the whole text takes less than ``QUICK_SECONDS``, were it by the square: sixteen times as
    long as its quarter. By the clock on the wall, which is finer, and never shows less than CPU time."""
    started = time.perf_counter()
    found.run(quarter)
    return time.perf_counter() - started < QUICK_SECONDS / 16


def _cost(found: Found, text: str) -> float:
    """CPU time of one run, over as many as the clock needs."""
    runs, spent = 0, 0.0
    while spent < LONG_ENOUGH_SECONDS:
        spent += _seconds(found, text)
        runs += 1
        if runs == 2_000:
            break
    return spent / runs


def _grows(found: Found, texts: tuple[str, str, str]) -> bool:
    """From n to 2n and from 2n to 4n, as more than half of the rounds see it: a neighbour on the same
    processor spoils one round, and a square is one in each."""
    seen = 0
    for round_ in range(1, ROUNDS + 1):
        quarter, half, whole = texts
        cost = _cost(found, half)
        seen += cost > MOST_GROWTH * _cost(found, quarter) and (
            _cost(found, whole) > MOST_GROWTH * cost
        )
        if max(seen, round_ - seen) > ROUNDS // 2:
            break  # the rounds to come change nothing
    return seen > ROUNDS // 2


def grows_too_fast(found: Found, length: int = LENGTH) -> str:
    """The start of a text under which the time grows faster than the text; empty if there is none."""
    for attack in attacks(found.pattern):
        quarter, whole = text_of(attack, length // 4), ""
        try:
            with _time_limit(GIVE_UP_AFTER_SECONDS):
                if _is_quick(found, quarter):
                    continue
                whole = text_of(attack, length)
                if _seconds(found, whole) < QUICK_SECONDS:
                    continue
        except TooSlow:
            text = whole or quarter
            return f"{text[:40]!r}… ({len(text)} characters: more than two seconds)"
        if _grows(found, (quarter, text_of(attack, length // 2), whole)):
            return f"{whole[:40]!r}… ({_cost(found, whole) * 1000:.1f} ms)"
    return ""


def _id(found: Found) -> str:
    return re.sub(r"[^\w./:-]", "", found.where)


@pytest.mark.parametrize("found", found_patterns(), ids=_id)
def test_time_grows_with_the_text_and_no_faster(found: Found) -> None:
    text = str(found.pattern.pattern)
    if text in BOUNDED:
        longest, _reason = BOUNDED[text]
        for attack in attacks(found.pattern):
            whole = text_of(attack, longest)
            assert _seconds(found, whole) < 0.05, f"{found.name} on {whole[:40]!r}"
        return
    assert not (slow := grows_too_fast(found)), f"{found.name} on {slow}"


@pytest.mark.parametrize(
    "pattern",
    [r"[0-9.,\s]*\s*!", r"<[^>]*>", r"(a+)+b", r"(\w|\d)*!", r"\s+$", r'<a\b[^>]*?\bhref="', r"a.*b.*c", r"(?:\d\D{0,2}){13}x|.*.*y"],
)  # fmt: skip
def test_slow_expressions_are_found_out(pattern: str) -> None:
    """On texts of twice the length: a fast machine takes less than ``QUICK_SECONDS`` for the others."""
    assert grows_too_fast(Found("here", re.compile(pattern, re.DOTALL)), 2 * LENGTH)


@pytest.mark.parametrize(
    "pattern",
    [r"[0-9]{1,12}([.,][0-9]{1,6})?", r"#[0-9a-f]{6}", r"<[^<>]{0,200}>", r"\{\{.{0,500}?\}\}"],
)
def test_quick_expressions_pass(pattern: str) -> None:
    assert not grows_too_fast(Found("here", re.compile(pattern)))


def test_every_kind_of_place_is_searched() -> None:
    places = {
        found.where.split("/")[1].split(":")[0] for found in found_patterns() if "/" in found.where
    }
    assert {"lib", "checkout", "campaigns", "audience", "catalog", "delivery"} <= places
    assert any(found.where.startswith("address") for found in found_patterns())
    assert len(found_patterns()) > 100
    known = {str(found.pattern.pattern) for found in found_patterns()}
    with suppress(StopIteration):
        stale = next(pattern for pattern in BOUNDED if pattern not in known)
        pytest.fail(f"{stale} is gone; take its bound out")

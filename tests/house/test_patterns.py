"""No regular expression of the product takes longer than in proportion to the text it reads."""

import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from tests.house.patterns import Found, attacks, found_patterns

LENGTH = 8_000
QUICK_SECONDS = 0.004
GIVE_UP_AFTER_SECONDS = 1.0
# Twice the text may take this many times as long; in proportion would be 2, with the square 4.
MOST_GROWTH = 3.0

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


def _average(found: Found, text: str) -> float:
    """The average of several runs: some clocks of CPU time tick only every four milliseconds."""
    return sum(_seconds(found, text) for _try in range(12)) / 12


def grows_too_fast(found: Found, length: int = LENGTH) -> str:
    """The start of a text under which the time grows faster than the text; empty if there is none."""
    for text, half in zip(
        attacks(found.pattern, length), attacks(found.pattern, length // 2), strict=True
    ):
        try:
            with _time_limit(GIVE_UP_AFTER_SECONDS):
                if _seconds(found, text) < QUICK_SECONDS:
                    continue
                short, long = _average(found, half), _average(found, text)
                if long > MOST_GROWTH * short:  # once more: other programs may have been busy
                    short, long = _average(found, half), _average(found, text)
        except TooSlow:
            return f"{text[:40]!r}… ({len(text)} characters: more than a second)"
        if long > QUICK_SECONDS and long > MOST_GROWTH * short:
            return f"{text[:40]!r}… ({short * 1000:.1f} ms, twice of it {long * 1000:.1f} ms)"
    return ""


def _id(found: Found) -> str:
    return re.sub(r"[^\w./:-]", "", found.where)


@pytest.mark.parametrize("found", found_patterns(), ids=_id)
def test_time_grows_with_the_text_and_no_faster(found: Found) -> None:
    text = str(found.pattern.pattern)
    if text in BOUNDED:
        longest, _reason = BOUNDED[text]
        for attack in attacks(found.pattern, longest):
            assert _seconds(found, attack) < 0.05, f"{found.name} on {attack[:40]!r}"
        return
    assert not (slow := grows_too_fast(found)), f"{found.name} on {slow}"


@pytest.mark.parametrize(
    "pattern",
    [r"[0-9.,\s]*\s*!", r"<[^>]*>", r"(a+)+b", r"(\w|\d)*!", r"\s+$", r'<a\b[^>]*?\bhref="', r"a.*b.*c", r"(?:\d\D{0,2}){13}x|.*.*y"],
)  # fmt: skip
def test_slow_expressions_are_found_out(pattern: str) -> None:
    assert grows_too_fast(Found("here", re.compile(pattern, re.DOTALL)))


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

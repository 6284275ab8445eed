"""Scanners that call themselves browsers: nobody follows every link of a letter within seconds.

A mail gateway fetches what a letter holds before it lets it through, from one address or several, under
any browser's name. What gives it away is how much it asks for at once. Pure functions over one person's
requests; the loader brings them the requests of before, and corrects what was counted already.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from tradepost.campaigns.types import TrackingKind

LEAVE = "leave"  # the unsubscribe page was fetched; evidence, never counted
# Milliseconds. Ten seconds, because the fetches of one gateway come from several machines of it.
TOGETHER = 10_000
_AROUND = 5_000  # what belongs to it besides, such as the pixel before the first link
_LEAVE_AND_LINK = 3_000
_LEAVE_AND_PIXEL = 2_000
_FEWEST_LINKS = 3  # somebody may well open two pages side by side


class Request(NamedTuple):
    """``at`` in milliseconds since 1970; ``kind`` of an event, or :data:`LEAVE`."""

    at: int
    kind: str
    link: int


class Span(NamedTuple):
    start: int
    end: int

    def holds(self, at: int) -> bool:
        return self.start <= at <= self.end


def bursts(requests: Iterable[Request], links: int) -> list[Span]:
    """When one person's requests for one letter were a machine's; ``links`` is how many the letter has."""
    ordered = sorted(requests)
    clicks = [one for one in ordered if one.kind == TrackingKind.CLICK and one.link]
    found = [*_many_links(clicks, links), *_with_the_way_out(ordered)]
    return [Span(start - _AROUND, end + _AROUND) for start, end in found]


def _many_links(clicks: Sequence[Request], links: int) -> Iterator[tuple[int, int]]:
    """Most of the links, and three at least, within ten seconds."""
    first = 0
    for last, click in enumerate(clicks):
        while click.at - clicks[first].at > TOGETHER:
            first += 1
        distinct = {one.link for one in clicks[first : last + 1]}
        if len(distinct) >= _FEWEST_LINKS and 2 * len(distinct) >= links:
            yield clicks[first].at, click.at


def _with_the_way_out(ordered: Sequence[Request]) -> Iterator[tuple[int, int]]:
    """The unsubscribe page and a link, or the pixel, in the same moment."""
    for leave in ordered:
        if leave.kind != LEAVE:
            continue
        for other in ordered:
            apart = _LEAVE_AND_PIXEL if other.kind == TrackingKind.OPEN else _LEAVE_AND_LINK
            if other.kind != LEAVE and abs(other.at - leave.at) <= apart:
                yield min(leave.at, other.at), max(leave.at, other.at)

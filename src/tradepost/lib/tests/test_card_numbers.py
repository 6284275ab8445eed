import re
import sys
import time
from collections.abc import Iterator
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradepost.lib import card_numbers
from tradepost.lib.card_numbers import has_card_number, mask_card_numbers, passes_luhn

# Published test numbers of the card networks; none belongs to anybody.
CARDS = [
    "4111111111111111",
    "4222222222222",
    "5555555555554444",
    "2223003122003222",
    "378282246310005",
    "6011111111111117",
    "3056930009020004",
    "36227206271667",
    "3566002020360505",
    "6200000000000005",
]


@pytest.mark.parametrize("card", CARDS)
def test_a_card_number_is_masked_but_for_its_last_four_digits(card: str) -> None:
    assert mask_card_numbers(f"my card: {card}, thanks") == (
        f"my card: [card number …{card[-4:]} removed], thanks"
    )


@pytest.mark.parametrize(
    "written",
    [
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111.1111.1111.1111",
        "4111\u00a01111\u00a01111\u00a01111",
        "4111  1111  1111  1111",
        "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
        "4111–1111–1111–1111",
        "٤١١١١١١١١١١١١١١١",
        "４１１１１１１１１１１１１１１１",
        "Visa4111111111111111exp12/29",
        "4111\n1111\n1111\n1111",
    ],
)
def test_separators_and_scripts_do_not_hide_it(written: str) -> None:
    assert has_card_number(written)
    assert not has_card_number(mask_card_numbers(written))


def test_digits_beside_it_do_not_hide_it() -> None:
    assert mask_card_numbers("12 4111 1111 1111 1111 999") == "12 [card number …1111 removed] 999"


def test_two_in_one_text_are_both_masked() -> None:
    masked = mask_card_numbers("4111111111111111 or 5555 5555 5555 4444")
    assert masked == "[card number …1111 removed] or [card number …4444 removed]"


@pytest.mark.parametrize(
    "text",
    [
        "Order 1000000000000008",  # Luhn-valid, but nobody issues cards that start with 1
        "4111111111111112",  # wrong check digit
        "+49 151 2345 6789 012",
        "Tel. 030 901820, Mobil 0151 23456789",
        "DE89 3704 0044 0532 0130 00",
        "GB29NWBK60161331926819",
        "EAN 4006381333931",
        "2026-11-21 09:40:00",
        "10969 Berlin, Lindenstraße 4",
        "",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    if text.startswith("EAN"):  # a 13-digit EAN from 4… may pass by bad luck; this one does not
        assert not passes_luhn("4006381333931")
    assert mask_card_numbers(text) == text


def test_a_scan_over_keys_skips_digits_inside_a_hash() -> None:
    assert not has_card_number("a4111111111111111f", whole_words=True)
    assert has_card_number("say 4111111111111111.", whole_words=True)


@given(st.text())
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = mask_card_numbers(text)
    assert mask_card_numbers(once) == once
    assert not has_card_number(once)


def _every_joint(text: str, run: re.Match[str]) -> Iterator[card_numbers.CardNumber]:
    """The search as a sentence: every joint of up to 19 groups, longest first."""
    groups = list(re.finditer(r"\d+", text[: run.end()]))
    groups = [group for group in groups if group.start() >= run.start()]
    first = 0
    while first < len(groups):
        for last in range(min(len(groups), first + 19) - 1, first - 1, -1):
            digits = "".join(group.group() for group in groups[first : last + 1])
            issued = any(
                13 <= len(digits) <= 19
                and low <= int(digits[: len(str(low))]) <= high
                and len(digits) in lengths
                for low, high, lengths in card_numbers._ISSUERS
            )
            if issued and passes_luhn(digits):
                yield card_numbers.CardNumber(
                    groups[first].start(), groups[last].end(), digits[-4:]
                )
                first = last
                break
        first += 1


_PIECES = st.sampled_from(
    [*CARDS, "4", "41", "5555", "0", "1111", "12345678901234567890", " ", "-", "x"]
)


@given(st.lists(_PIECES, max_size=30).map("".join))
def test_the_quick_search_finds_what_trying_every_joint_finds(text: str) -> None:
    slow = [n for run in card_numbers._RUN.finditer(text) for n in _every_joint(text, run)]
    quick = [
        n for run in card_numbers._RUN.finditer(text) for n in card_numbers._numbers_in(text, run)
    ]
    assert quick == slow


def _calls(text: str) -> int:
    """How many functions masking the text calls; a clock would measure what else the machine does."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        mask_card_numbers(text)
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.parametrize(
    "piece", ["1 ", "4 ", "4", "41111111 ", "1-", "4111111111111112 ", "4111 1111 1111 1112 "]
)
def test_twice_the_digits_take_about_twice_the_work(piece: str) -> None:
    short, long = (piece * (length // len(piece)) for length in (50_000, 100_000))
    assert _calls(long) < 2.1 * _calls(short) + 50
    # The patterns themselves call nothing. One that tries again from each place would take minutes.
    began = time.process_time()
    mask_card_numbers(long)
    assert time.process_time() - began < 20

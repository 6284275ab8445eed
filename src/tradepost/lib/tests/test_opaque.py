import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradepost.lib.opaque import Opaque, UnknownId

OPAQUE = Opaque(b"key")


@given(st.integers(0, 2**63 - 1))
def test_every_number_comes_back(number):
    assert OPAQUE.decode("order", OPAQUE.encode("order", number)) == number


def test_many_are_called_what_each_was_always_called():
    """Links and addresses that were given out years ago hold these letters."""
    names = ["ydobpmfc3tl2arlkiz3kq6zxti", "fe2fr2uel6p5ydvh3qvw47btcm"]
    assert Opaque(b"secret").encode_all("a.b", [17, 2**40]) == names
    assert Opaque(b"secret").encode_all("a.b", []) == []


@given(st.text(max_size=30))
def test_a_guess_is_refused(text):
    with pytest.raises(UnknownId):
        OPAQUE.decode("order", text)


def test_an_id_of_another_kind_or_key_is_refused():
    with pytest.raises(UnknownId):
        OPAQUE.decode("invoice", OPAQUE.encode("order", 7))
    with pytest.raises(UnknownId):
        Opaque(b"other").decode("order", OPAQUE.encode("order", 7))

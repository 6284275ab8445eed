"""Many addresses are looked for at once, and found where each alone would be."""

from time import process_time

from hypothesis import example, given
from hypothesis import strategies as st

from tradepost.lib.naming import Names

pieces = st.text(alphabet="aAb.@é ", max_size=12)


@given(addresses=st.lists(pieces.filter(bool), max_size=4), content=pieces)
@example(addresses=["a@b"], content="ba@bb")
@example(addresses=["a@b", "a@b.a"], content="x a@b.")
@example(addresses=["b@a@b"], content="b@a@b")
@example(addresses=["é@b"], content="É@b")
def test_as_each_alone(addresses, content):
    text = content.encode().lower()
    expected = any(address.encode().lower() in text for address in addresses)
    assert Names(addresses).stand_in(content.encode()) is expected


def test_five_hundred_take_hardly_longer_than_one():
    content = b" ".join(b"q%d@people.example" % number for number in range(20_000))

    def taken(count):
        names = Names(f"p{number}@people.example" for number in range(count))
        began = process_time()
        assert not names.stand_in(content)
        return process_time() - began

    assert min(taken(500) for _ in range(3)) < 30 * min(taken(1) for _ in range(3)) + 0.05

"""Many addresses are looked for at once, and found where each alone would be."""

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

"""What a new shop is guessed to be like."""

import pytest

from tradepost.merchants.actions.join import time_zone_of


@pytest.mark.parametrize(
    ("country", "zone"),
    [("DE", "Europe/Berlin"), ("ES", "Europe/Madrid"), ("US", "America/New_York"), ("ZZ", "UTC")],
)
def test_a_zone_is_guessed_from_the_country(country, zone):
    assert time_zone_of(country) == zone

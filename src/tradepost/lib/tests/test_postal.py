"""Snapshots of printed addresses, as posts and the Universal Postal Union show them."""

import pytest

from tradepost.lib.postal import PostalAddress, address_lines, written_postcode

ABROAD = {
    "GB": (("10 Downing Street", "", "sw1a2aa", "London", ""), "10 Downing Street|LONDON|SW1A 2AA|UNITED KINGDOM"),
    "US": (("5 Main St", "Apt 4", "10001", "New York", "NY"), "5 Main St|Apt 4|New York, NY 10001|UNITED STATES"),
    "CA": (("1 Elgin St", "", "k1a0b1", "Ottawa", "Ontario"), "1 Elgin St|Ottawa ON K1A 0B1|CANADA"),
    "AU": (("1 George St", "", "2060", "Sydney", "NSW"), "1 George St|SYDNEY NSW 2060|AUSTRALIA"),
    "JP": (("銀座1-1", "", "1540023", "", "東京都"), "〒154-0023|東京都|銀座1-1|Kim|JAPAN"),
    "HU": (("Fő utca 1", "", "1037", "Budapest", ""), "BUDAPEST|Fő utca 1|1037|HUNGARY"),
    "BR": (("Rua A 1", "", "40301110", "Salvador", "BA"), "Rua A 1|Salvador-BA|40301-110|BRAZIL"),
    "IE": (("1 Quay", "", "d02af30", "Dublin", "Co. Dublin"), "1 Quay|Dublin|Co. Dublin|D02 AF30|IRELAND"),
    "FR": (("1 rue A", "", "75001", "Paris", ""), "1 rue A|75001 PARIS|FRANCE"),
    "NL": (("Damrak 1", "", "1012ab", "Amsterdam", ""), "Damrak 1|1012 AB AMSTERDAM|NETHERLANDS"),
    "CH": (("Weg 1", "", "8001", "Zürich", ""), "Weg 1|CH-8001 Zürich|SWITZERLAND"),
    "LU": (("Rue A", "", "L-1009", "Luxembourg", ""), "Rue A|L-1009 Luxembourg|LUXEMBOURG"),
    "IT": (("Via A 1", "", "00144", "Roma", "RM"), "Via A 1|00144 Roma RM|ITALY"),
    "ES": (("Calle A 1", "", "28039", "Getafe", "M"), "Calle A 1|28039 Getafe Madrid|SPAIN"),
    "PL": (("ul. A 1", "", "00950", "Warszawa", ""), "ul. A 1|00-950 Warszawa|POLAND"),
    "PT": (("Rua A 1", "", "1250096", "Lisboa", ""), "Rua A 1|1250-096 Lisboa|PORTUGAL"),
    "SE": (("Gatan 1", "", "11455", "Stockholm", ""), "Gatan 1|SE-11455 STOCKHOLM|SWEDEN"),
    "DK": (("Vej 1", "", "1566", "København V", ""), "Vej 1|1566 København V|DENMARK"),
    "IN": (("1 MG Road", "", "560001", "Bengaluru", "Karnataka"), "1 MG Road|Bengaluru 560001|Karnataka|INDIA"),
}  # fmt: skip


def address(country: str, name: str = "") -> PostalAddress:
    line1, line2, postcode, city, region = ABROAD[country][0]
    return PostalAddress(
        name=name,
        line1=line1,
        line2=line2,
        postcode=postcode,
        city=city,
        region=region,
        country=country,
    )


@pytest.mark.parametrize("country", ABROAD)
def test_each_country_has_its_own_form_and_its_name_below(country) -> None:
    lines = address_lines(address(country, "Kim"), sender="DE", language="en")
    expected = ABROAD[country][1].split("|")
    assert lines == (expected if "Kim" in expected else ["Kim", *expected])


@pytest.mark.parametrize("country", ABROAD)
def test_post_within_the_country_does_not_name_it(country) -> None:
    within = address_lines(address(country), sender=country, language="en")
    assert within == address_lines(address(country), sender="DE", language="en")[:-1]


@pytest.mark.parametrize(
    ("sender", "language", "name"),
    [
        ("DE", "de", "UNGARN"),
        ("DE", "en", "HUNGARY"),
        ("DE", "fr", "HONGRIE"),
        ("DE", "es", "UNGARN"),
        ("ES", "es", "HUNGRÍA"),
        ("CH", "it", "UNGHERIA"),
        ("JP", "ja", "HUNGARY"),
        ("GR", "el", "HUNGARY"),
        ("", "de", "HUNGARY"),
    ],
)
def test_the_country_is_named_so_that_the_senders_post_reads_it(sender, language, name) -> None:
    assert address_lines(address("HU"), sender=sender, language=language)[-1] == name


def test_an_address_in_latin_letters_is_printed_so_in_japan() -> None:
    given = PostalAddress(
        name="Aki Yamada",
        line1="1-1 Ginza",
        city="Chuo-ku",
        region="東京都",
        postcode="1540023",
        country="JP",
    )
    expected = ["Aki Yamada", "1-1 Ginza", "Chuo-ku, Tokyo", "154-0023"]
    assert address_lines(given, sender="JP", language="ja") == expected


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        ("region", "New York 10001"),
        ("postcode", "New York, NY"),
        ("city", "NY 10001"),
    ],
)
def test_what_is_missing_leaves_no_comma_behind(missing, expected) -> None:
    values = {"city": "New York", "region": "NY", "postcode": "10001"} | {missing: ""}
    given = PostalAddress(line1="5 Main St", country="US", **values)
    assert address_lines(given, sender="US", language="en") == ["5 Main St", expected]


def test_nothing_that_was_typed_is_left_out() -> None:
    for country in (*ABROAD, "DE", "AT", "KR", "CN", "RU", "AE", "XX", ""):
        given = PostalAddress(
            name="NAME",
            company="COMPANY",
            line1="LINE ONE",
            line2="LINE TWO",
            postcode="77",
            city="CITY",
            region="REGION",
            country=country,
        )
        text = " ".join(address_lines(given, sender="DE", language="en"))
        words = ("NAME", "COMPANY", "LINE ONE", "LINE TWO", "77", "CITY", "REGION")
        assert [word for word in words if word not in text] == [], country


@pytest.mark.parametrize(
    ("typed", "country", "written"),
    [
        ("SW1A1AA", "GB", "SW1A 1AA"),
        ("m25bq", "GB", "M2 5BQ"),
        ("SW1A 1AA", "GB", "SW1A 1AA"),
        ("1234", "GB", "1234"),
        ("100011234", "US", "10001-1234"),
        ("10001", "US", "10001"),
        ("10115", "DE", "10115"),
        ("", "GB", ""),
    ],
)
def test_postcodes_are_parted_as_the_country_parts_them(typed, country, written) -> None:
    assert written_postcode(typed, country) == written

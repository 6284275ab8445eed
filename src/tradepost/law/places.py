"""Countries by the law that holds in them."""

# Member states of the European Union; Norway, Iceland and Liechtenstein take over most of its law for shops.
EU = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)
EEA = EU | {"IS", "LI", "NO"}
GERMANY, BELGIUM, FRANCE = frozenset({"DE"}), frozenset({"BE"}), frozenset({"FR"})
UNITED_STATES = frozenset({"US"})

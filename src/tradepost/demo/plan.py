"""The demo's story: Ember & Oak, leather goods from a workshop in Offenbach, and its customers."""

from typing import NamedTuple

PASSWORD = "bottle-green-ledger-7"  # noqa: S105  printed at every start; the demo protects nothing
OWNER = "ines@ember-and-oak.example"
PACKER = "jonas@ember-and-oak.example"
WRITER = "mira@ember-and-oak.example"
OPERATOR = "operator@tradepost.example"
HANDLE = "ember-and-oak"
SHOP = "Ember & Oak"

SIGN_INS = (
    ("the owner of the demo shop", OWNER, PASSWORD),
    ("a team member who sees orders only", PACKER, PASSWORD),
    ("a team member who writes campaigns only", WRITER, PASSWORD),
    ("the operator of this installation", OPERATOR, PASSWORD),
)

CATEGORIES = {
    "Bags": "For work, market and the weekend. Cut by hand, sewn with waxed linen.",
    "Small leather": "Wallets, card holders and pouches that grow darker with every year.",
    "Belts & straps": "From a single hide, edges painted and polished three times.",
    "Desk & travel": "For letters, glasses and long journeys.",
    "Care": "What leather needs twice a year.",
}


FIRST_NAMES = (
    "Anna", "Ben", "Clara", "David", "Elif", "Finn", "Greta", "Hannes", "Ida", "Jakob", "Katharina",
    "Leon", "Marie", "Noah", "Olga", "Paul", "Quirin", "Rosa", "Stefan", "Theresa", "Uwe", "Vera",
    "Wim", "Yasmin", "Zoe", "Agnès", "Björn", "Chiara", "Dario", "Eszter", "Françoise", "Göran",
    "Håkan", "Inês", "João", "Łukasz", "Małgorzata", "Niamh", "Oisín", "Zoë",
)  # fmt: skip
LAST_NAMES = (
    "Albrecht", "Bauer", "Costa", "Dubois", "Eriksson", "Fischer", "Garcia", "Hoffmann", "Ivanova",
    "Jansen", "Kowalski", "Lindqvist", "Müller", "Nowak", "O’Brien", "Peeters", "Quinn", "Rossi",
    "Schneider", "Tóth", "Ünal", "Vogel", "Weber", "Xhaka", "Yılmaz", "Zimmermann",
)  # fmt: skip


class Town(NamedTuple):
    country: str
    city: str
    postal_code: str
    street: str
    region: str = ""


PLACES = (
    Town("DE", "Offenbach am Main", "63065", "Ludwigstraße"),
    Town("DE", "Hamburg", "20099", "Lange Reihe"),
    Town("DE", "München", "80331", "Sendlinger Straße"),
    Town("DE", "Leipzig", "04109", "Nikolaistraße"),
    Town("AT", "Wien", "1010", "Wollzeile"),
    Town("CH", "Zürich", "8001", "Rennweg"),
    Town("FR", "Lyon", "69002", "Rue Mercière"),
    Town("NL", "Utrecht", "3511 AD", "Oudegracht"),
    Town("BE", "Gent", "9000", "Veldstraat"),
    Town("IT", "Firenze", "50123", "Via della Vigna Nuova", "FI"),
    Town("ES", "Bilbao", "48005", "Calle Ronda", "Vizcaya"),
    Town("DK", "Aarhus", "8000", "Vestergade"),
)

CAMPAIGNS = (
    (
        "Spring hides have arrived",
        "The first {season} hides are on the table",
        """Hello {{{{ contact.name|fallback:"friend of the workshop" }}}},

three hides from Santa Croce arrived on Tuesday: **cognac**, **bottle green** and a navy that
is almost black. The first twelve bags are cut.

[See the new bags]({shop}category/bags/)

Ines and the workshop""",
    ),
    (
        "How to feed a bag",
        "Twice a year, ten minutes: how leather stays soft",
        """Dear {{{{ contact.name|fallback:"reader" }}}},

dry leather cracks. A hazelnut of balm, a cloth, ten minutes: that is all.

1. Brush off the dust.
2. Rub in the balm with your hand; its warmth helps.
3. Wait an hour, then polish.

[Leather balm, 100 ml]({shop}search/?q=balm)

Yours, Ines""",
    ),
    (
        "Open workshop in October",
        "Come and see how a belt is made",
        """Hello {{{{ contact.name|fallback:"there" }}}},

on the second Saturday of October our doors are open from ten to five. Cut your own key fob, keep it.

[All about the day]({shop})

We look forward to you.""",
    ),
)

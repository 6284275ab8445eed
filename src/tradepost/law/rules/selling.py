"""What a shop shows and does for buyers: prices, withdrawal, safety of products, its own facts."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from tradepost.law.places import EEA, EU, GERMANY, UNITED_STATES
from tradepost.law.types import Law

SELLING = (
    Law(
        id="former-price",
        title=_("Crossed-out prices"),
        source="Art. 6a Directive 98/6/EC (price indication)",
        since=date(2022, 5, 28),
        places=EEA,
        asks=_(
            "Beside a reduced price stands the lowest price of the 30 days before the reduction began."
        ),
        only_for=("consumers", "products"),
        checks=("former prices",),
    ),
    Law(
        id="unit-price",
        title=_("Price by weight, volume or length"),
        source="Art. 3 Directive 98/6/EC (price indication)",
        since=date(2000, 3, 18),
        places=EEA,
        asks=_(
            "Beside the price of what is sold by measure stands the price of a kilogram, litre or metre."
        ),
        only_for=("consumers", "goods"),
        by_hand=_(
            "Tradepost does not work this price out. Write it into the description of each product that is sold by measure."
        ),
    ),
    Law(
        id="withdrawal-information",
        title=_("Information on the right of withdrawal"),
        source="Art. 6(1)(h) Directive 2011/83/EU (consumer rights)",
        since=date(2014, 6, 13),
        places=EEA,
        asks=_(
            "Before ordering, people read for how long and how they can withdraw, with the model form, and who pays for the way back."
        ),
        only_for=("consumers", "products"),
        checks=("text on returns",),
    ),
    Law(
        id="withdrawal-function",
        title=_("Withdrawing by a button"),
        source="Art. 11a Directive 2011/83/EU, by Directive 2023/2673",
        since=date(2026, 6, 19),
        places=EEA,
        asks=_(
            "A link “Withdraw from contract here” on the shop’s pages, for the whole period and without signing in; a second step with “Confirm withdrawal”, and a receipt at once."
        ),
        only_for=("consumers", "products"),
        by_hand=_(
            "Tradepost does not have this function yet. Offer it on a page of your own or with another service, link to it from your text on returns, and answer each withdrawal at once with its content, date and time."
        ),
    ),
    Law(
        id="order-button",
        title=_("Words on the order button"),
        source="Art. 8(2) Directive 2011/83/EU (consumer rights)",
        since=date(2014, 6, 13),
        places=EEA,
        asks=_("The button that orders says that ordering means paying."),
        only_for=("consumers", "products"),
        checks=("order button",),
    ),
    Law(
        id="guest-order",
        title=_("Ordering without an account"),
        source="Art. 5(1)(c) GDPR; EDPB Recommendations 2/2025",
        since=date(2018, 5, 25),
        places=EEA,
        asks=_("Nobody has to open an account in order to buy."),
        only_for=("products",),
        checks=("guest order",),
    ),
    Law(
        id="product-safety",
        title=_("Facts about the safety of products"),
        source="Art. 19 Regulation 2023/988 (general product safety)",
        since=date(2024, 12, 13),
        places=EEA,
        asks=_(
            "Each product shows, before it is bought, the maker’s name, postal and electronic address, somebody responsible in the Union if the maker is elsewhere, what it is told apart by, and its warnings."
        ),
        only_for=("consumers", "goods"),
        checks=("makers named",),
        by_hand=_(
            "Tradepost has a field for the maker’s name and the item number, and none yet for the rest. Write addresses, the person responsible and warnings into each description."
        ),
    ),
    Law(
        id="recall",
        title=_("Recalls"),
        source="Art. 35 Regulation 2023/988 (general product safety)",
        since=date(2024, 12, 13),
        places=EEA,
        asks=_("Whoever bought a product that is recalled is told at once, in the standard form."),
        only_for=("consumers", "goods"),
        by_hand=_(
            "Tradepost does not write to the buyers of one product yet. Take their addresses from the export of orders, and write to each with the standard notice of Regulation 2024/1435."
        ),
    ),
    Law(
        id="guarantee-notice",
        title=_("Notice of the legal guarantee"),
        source="Directive 2024/825; Implementing Regulation 2025/1960",
        since=date(2026, 9, 27),
        places=EEA,
        asks=_(
            "The harmonised notice of the legal guarantee stands in the shop, the label where a maker gives a guarantee of durability above two years, and no claim about the environment without proof."
        ),
        only_for=("consumers", "goods"),
        by_hand=_(
            "Tradepost does not show notice and label yet, and does not read your texts for claims. Put the notice into your terms of sale and the label among a product’s photos, and go through your descriptions."
        ),
    ),
    Law(
        id="accessibility",
        title=_("A shop that everybody can use"),
        source="Directive 2019/882 (accessibility)",
        since=date(2025, 6, 28),
        places=EEA,
        asks=_(
            "The shop can be used with a screen reader and without a mouse (EN 301 549), and says so in a statement."
        ),
        only_for=("consumers", "products", "more than micro"),
        checks=("photos described",),
        by_hand=_(
            "Tradepost’s own pages are built for it, but there is no statement of accessibility yet. Write one and put it into your imprint."
        ),
    ),
    Law(
        id="imprint",
        title=_("Who sells here"),
        source="Art. 5 Directive 2000/31/EC (electronic commerce)",
        since=date(2002, 1, 17),
        places=EEA,
        asks=_(
            "Name, postal address, e-mail address, register and VAT numbers are easy to find, always."
        ),
        checks=("seller known", "imprint written"),
    ),
    Law(
        id="terms",
        title=_("Terms before the order"),
        source="Art. 10(3) Directive 2000/31/EC; Art. 6 Directive 2011/83/EU",
        since=date(2002, 1, 17),
        places=EEA,
        asks=_("Terms of sale can be read and kept before ordering."),
        only_for=("products",),
        checks=("terms written",),
    ),
    Law(
        id="packaging-de",
        title=_("Packaging register (Germany)"),
        source="§ 9 VerpackG",
        since=date(2019, 1, 1),
        places=GERMANY,
        asks=_(
            "Whoever sends packaging to people in Germany is registered with LUCID and has joined a system."
        ),
        only_for=("goods",),
        by_hand=_(
            "Tradepost cannot look that up. Register, and write your number into the imprint."
        ),
    ),
    Law(
        id="marketplace",
        title=_("Traders of a marketplace"),
        source="Art. 16, 17, 30–32 Regulation 2022/2065 (Digital Services Act)",
        since=date(2024, 2, 17),
        places=EU,
        asks=_(
            "A marketplace knows its traders and names them, and takes notices of what is illegal."
        ),
        only_for=("marketplace",),
        by_hand=_("Tradepost has no rooms for other traders yet."),
    ),
    Law(
        id="renewals-us",
        title=_("What renews itself (United States)"),
        source="15 U.S.C. § 8403 (ROSCA); Cal. Bus. & Prof. Code § 17602",
        since=date(2010, 12, 29),
        places=UNITED_STATES,
        asks=_(
            "Leaving takes no more clicks than joining, and a reminder comes before each renewal."
        ),
        only_for=("renewals",),
        by_hand=_("Tradepost sells nothing that renews itself yet."),
    ),
)

"""What the demo shop sells. A table: one line a product, wider than code on purpose."""

from typing import NamedTuple


class DemoProduct(NamedTuple):
    """One product of the story; prices in cents, weight in grams; stock None is never sold out."""

    name: str
    category: str
    shape: str
    leathers: tuple[str, ...]
    price: int
    weight: int
    stock: int | None
    text: str
    sizes: tuple[str, ...] = ()


# fmt: off
GOODS: tuple[DemoProduct, ...] = (
    DemoProduct("Market tote", "Bags", "tote", ("Cognac", "Black"), 18900, 1100, 14, "Carries a week of vegetables. Vegetable-tanned cowhide from Tuscany, solid brass, linen lining."),
    DemoProduct("Harbour tote", "Bags", "tote", ("Navy",), 20900, 1180, 9, "Deeper, with a zip. Vegetable-tanned cowhide from Tuscany, solid brass, linen lining."),
    DemoProduct("Small tote", "Bags", "tote", ("Oxblood", "Natural"), 14900, 780, 12, "For a book, a purse and a scarf. Vegetable-tanned cowhide from Tuscany, solid brass, linen lining."),
    DemoProduct("Courier satchel", "Bags", "satchel", ("Chestnut", "Black"), 24900, 1450, 8, "Fits a 14-inch laptop. Vegetable-tanned cowhide from Tuscany, solid brass, linen lining."),
    DemoProduct("School satchel", "Bags", "satchel", ("Bottle green",), 21900, 1300, 6, "The one you wanted at ten. Vegetable-tanned cowhide from Tuscany, solid brass, linen lining."),
    DemoProduct("Postman bag", "Bags", "satchel", ("Natural",), 27900, 1600, 4, "Wide strap, two gussets. Vegetable-tanned cowhide from Tuscany, solid brass, linen lining."),
    DemoProduct("Notary briefcase", "Bags", "briefcase", ("Black", "Chestnut"), 39900, 2100, 5, "Three compartments and a lock. Vegetable-tanned cowhide from Tuscany, solid brass, linen lining."),
    DemoProduct("Slim briefcase", "Bags", "briefcase", ("Navy",), 32900, 1500, 7, "For papers and a tablet. Vegetable-tanned cowhide from Tuscany, solid brass, linen lining."),
    DemoProduct("Workshop backpack", "Bags", "backpack", ("Bottle green", "Cognac"), 29900, 1700, 10, "Twenty litres. Vegetable-tanned cowhide from Tuscany, solid brass, linen lining."),
    DemoProduct("Day backpack", "Bags", "backpack", ("Black",), 25900, 1250, 11, "Fourteen litres. Vegetable-tanned cowhide from Tuscany, solid brass, linen lining."),
    DemoProduct("Billfold", "Small leather", "wallet", ("Oxblood", "Black", "Cognac"), 7900, 120, 40, "Eight cards, notes, no coins. One piece of calf, folded and saddle-stitched."),
    DemoProduct("Coin wallet", "Small leather", "wallet", ("Chestnut",), 8900, 150, 25, "With a gusset for coins. One piece of calf, folded and saddle-stitched."),
    DemoProduct("Travel wallet", "Small leather", "wallet", ("Navy", "Bottle green"), 11900, 210, 16, "Passport, tickets, a pen. One piece of calf, folded and saddle-stitched."),
    DemoProduct("Ladies' purse", "Small leather", "wallet", ("Natural",), 9900, 190, 18, "Closes with one snap. One piece of calf, folded and saddle-stitched."),
    DemoProduct("Card holder", "Small leather", "cards", ("Navy", "Cognac", "Black"), 4200, 45, 60, "Six cards. One piece of calf, folded and saddle-stitched."),
    DemoProduct("Folded card holder", "Small leather", "cards", ("Oxblood",), 4900, 60, 34, "Six cards and folded notes. One piece of calf, folded and saddle-stitched."),
    DemoProduct("Key fob", "Small leather", "keys", ("Cognac", "Bottle green", "Oxblood"), 1900, 30, 120, "Offcuts, too good to throw away."),
    DemoProduct("Key case", "Small leather", "keys", ("Black",), 3400, 55, 30, "Six hooks, no scratched pockets. One piece of calf, folded and saddle-stitched."),
    DemoProduct("Zip pouch", "Small leather", "pouch", ("Oxblood", "Natural"), 5900, 110, 28, "For cables, make-up or pencils. One piece of calf, folded and saddle-stitched."),
    DemoProduct("Large pouch", "Small leather", "pouch", ("Navy",), 8400, 190, 15, "A5 and a little more. One piece of calf, folded and saddle-stitched."),
    DemoProduct("Tobacco pouch", "Small leather", "pouch", ("Chestnut",), 6400, 120, 13, "Rolls up, ties with a lace. One piece of calf, folded and saddle-stitched."),
    DemoProduct("Everyday belt", "Belts & straps", "belt", ("Natural", "Black", "Chestnut"), 6900, 260, 48, "Full-grain bridle leather, 3.6 mm thick, brass buckle on two screws.", ("85 cm", "95 cm", "105 cm")),
    DemoProduct("Narrow belt", "Belts & straps", "belt", ("Oxblood",), 5900, 190, 26, "Full-grain bridle leather, 3.6 mm thick, brass buckle on two screws.", ("75 cm", "85 cm", "95 cm")),
    DemoProduct("Work belt", "Belts & straps", "belt", ("Black",), 8900, 380, 20, "Double thickness. Full-grain bridle leather, 3.6 mm thick, brass buckle on two screws.", ("95 cm", "105 cm", "115 cm")),
    DemoProduct("Braided belt", "Belts & straps", "belt", ("Chestnut",), 9400, 300, 12, "Five strands, no holes needed."),
    DemoProduct("Watch strap 18 mm", "Belts & straps", "watch", ("Cognac", "Black"), 4400, 20, 36, "Quick-release pins, lined with calf."),
    DemoProduct("Watch strap 20 mm", "Belts & straps", "watch", ("Bottle green", "Chestnut"), 4400, 22, 33, "Quick-release pins, lined with calf."),
    DemoProduct("Camera strap", "Belts & straps", "belt", ("Navy",), 7400, 170, 14, "Holds six kilograms; we tried."),
    DemoProduct("Dog collar", "Belts & straps", "collar", ("Bottle green", "Cognac"), 4900, 140, 22, "Riveted and sewn, brass ring.", ("S", "M", "L")),
    DemoProduct("Dog lead", "Belts & straps", "collar", ("Chestnut",), 6900, 240, 17, "Two metres, two rings."),
    DemoProduct("Notebook cover A5", "Desk & travel", "notebook", ("Chestnut", "Navy"), 6400, 210, 24, "With a notebook from the paper mill in Gmund."),
    DemoProduct("Notebook cover A6", "Desk & travel", "notebook", ("Cognac",), 4900, 130, 27, "Fits a back pocket."),
    DemoProduct("Guest book", "Desk & travel", "notebook", ("Oxblood",), 12900, 900, 6, "Two hundred pages, thread-sewn."),
    DemoProduct("Glasses case", "Desk & travel", "glasses", ("Navy", "Black"), 5400, 90, 31, "Wet-formed over a last, stays stiff."),
    DemoProduct("Pencil case", "Desk & travel", "pouch", ("Bottle green",), 4400, 80, 29, "Twelve pencils and a rubber."),
    DemoProduct("Desk mat", "Desk & travel", "coasters", ("Natural",), 8900, 700, 10, "60 × 40 cm, edges burnished."),
    DemoProduct("Coasters, set of four", "Desk & travel", "coasters", ("Natural", "Chestnut"), 2900, 120, 44, "From the same hide, so the grain runs on."),
    DemoProduct("Luggage tag", "Desk & travel", "keys", ("Oxblood",), 2400, 40, 52, "Your address stays under the flap."),
    DemoProduct("Leather balm", "Care", "tin", ("Cognac",), 1500, 180, None, "Beeswax and neatsfoot oil. 100 ml."),
    DemoProduct("Care kit", "Care", "tin", ("Bottle green",), 3200, 520, 38, "Balm, horsehair brush and a cloth."),
)
# fmt: on

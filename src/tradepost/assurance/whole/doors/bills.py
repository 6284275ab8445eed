"""How a shop says who pays for its plan."""

from tradepost.assurance.whole.story import OWNER, SHOP, Story, door
from tradepost.audit.types import SYSTEM
from tradepost.billing.actions.plans import make_plan, set_price
from tradepost.billing.types import PlanFacts, PlanInterval
from tradepost.lib.money import Money


@door("billing account")
def billing_account(story: Story) -> None:
    """The operator has a plan; the owner joins it from the shop's own page of plans."""
    facts = PlanFacts(name="Workshop", text="", position=0, trial_days=0)
    plan = make_plan(facts=facts, by=SYSTEM)
    amount = Money(1900, "EUR")
    price = set_price(
        plan=plan, every=PlanInterval.MONTH, amount=amount, valid_from=None, by=SYSTEM
    )
    said = {
        "name": story.say("payer", SHOP),
        "address": f"{story.say('payer street', SHOP)} 1",
        "country": "US",
        "email": f"{story.say('bills to', SHOP)}@shop.example",
        "vat_id": story.say("payer number", SHOP),
    }
    page = story.office(f"settings/plan/join/{price.public_id}/")
    story.browsers[OWNER].submit(page, "vat_id", said)

"""What a new shop needs before it can sell; each room declares its own step."""

from tradepost.datamap.rooms import FirstStep
from tradepost.modules.switches import Switching, address_is_on

steps: list[FirstStep] = []


def first_steps(merchant: Switching) -> list[tuple[FirstStep, bool]]:
    """All steps, each with whether it is done, while one of them is open; none afterwards."""
    here = [step for step in steps if address_is_on(step.url_name, merchant)]
    told = [(step, step.done(merchant)) for step in here]
    return [] if all(done for _step, done in told) else told

"""What a new shop needs before it can sell; each room declares its own step."""

from tradepost.datamap.rooms import FirstStep

steps: list[FirstStep] = []


def first_steps(merchant: object) -> list[tuple[FirstStep, bool]]:
    """All steps, each with whether it is done, while one of them is open; none afterwards."""
    told = [(step, step.done(merchant)) for step in steps]
    return [] if all(done for _step, done in told) else told

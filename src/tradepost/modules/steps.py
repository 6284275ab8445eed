"""What a new shop needs before it can sell; each room registers its own step."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tradepost.modules.registry import Text


@dataclass(frozen=True, kw_only=True)
class Step:
    """``url_name`` is reversed with the shop's handle; ``done(merchant)`` is one quick query.

    ``missing`` says what goes wrong while it is not done; the start page warns with it.
    """

    title: Text
    why: Text
    url_name: str
    done: Callable[[Any], bool]
    order: int
    missing: Text = ""


_steps: list[Step] = []


def register_step(step: Step) -> None:
    _steps.append(step)
    _steps.sort(key=lambda one: one.order)


def first_steps(merchant: Any) -> list[tuple[Step, bool]]:
    """All steps, each with whether it is done, while one of them is open; none afterwards."""
    steps = [(step, step.done(merchant)) for step in _steps]
    return [] if all(done for _step, done in steps) else steps

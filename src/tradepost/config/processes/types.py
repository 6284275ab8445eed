"""What the child that prepares an installation tells the supervisor, which loads no Django."""

from typing import TypedDict


class Prepared(TypedDict):
    """What the supervisor must know: whether the stand-in for Stripe runs, and the sign-ins to print."""

    with_standin: bool
    sign_ins: list[str]

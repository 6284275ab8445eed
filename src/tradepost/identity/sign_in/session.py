"""What a browser's session remembers before anybody is signed in."""

from django.http import HttpRequest

_PASS = "let_in"  # noqa: S105  the name of a key, no secret


def give_pass(request: HttpRequest, link_id: int) -> None:
    """This browser came by the mailed link; ``lockout`` decides what that is worth and how long."""
    request.session[_PASS] = link_id


def pass_id_of(request: HttpRequest) -> int | None:
    value = request.session.get(_PASS)
    return value if isinstance(value, int) else None

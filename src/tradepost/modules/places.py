"""Pages of upper rooms that lower ones lead to, known by what they are for."""

from django.urls import reverse

places: dict[str, str] = {}


def place(name: str, *args: str) -> str:
    """The address of the page; empty where no room declares one (``Room.places``)."""
    return reverse(places[name], args=args) if name in places else ""

"""Draws the lanes of the data map."""

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from tradepost.rights.picture.drawing import drawings
from tradepost.rights.picture.lanes import MapLane

register = template.Library()


@register.simple_tag
def map_drawings(lanes: list[MapLane], title: str, id: str) -> SafeString:
    """Two drawings of one picture; the style sheet shows the one that fits."""
    looks = ("map-wide", "map-narrow")
    drawn = [
        render_to_string(
            "rights/picture/svg.html", {"drawing": drawing, "title": title, "look": look}
        )
        for drawing, look in zip(drawings(lanes, id), looks, strict=True)
    ]
    return mark_safe("\n".join(drawn))  # noqa: S308  each was escaped by its template

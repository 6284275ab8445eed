"""``{% place "proof" %}``: the address of a page that an upper room may show; and what it announces."""

from django import template
from django.db.models import Model

from tradepost.modules.announcements import announcements
from tradepost.modules.places import place

register = template.Library()
register.simple_tag(place)


@register.inclusion_tag("modules/announcements.html", name="announcements")
def _announcements(merchant: Model | None = None) -> dict[str, object]:
    return {"announced": announcements(merchant)}

"""Deleting asks for the name of what goes."""

from django.contrib import messages
from django.utils.translation import gettext as _

from tradepost.merchants.access import MerchantRequest


def is_confirmed(request: MerchantRequest, name: str) -> bool:
    """Whether the posted name is right; says so to the reader when it is not."""
    if request.POST.get("confirm", "").strip() == name.strip():
        return True
    messages.error(request, _("Nothing was deleted: the name did not match."))
    return False

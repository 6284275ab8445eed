"""What the merchants room does when somebody signs in, or never confirms an address."""

from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext as _

from tradepost.datamap.events import Occurred
from tradepost.identity.events import NeverConfirmed
from tradepost.identity.models import User
from tradepost.merchants.actions.close import cancel_closings_of, close_abandoned


@receiver(user_logged_in)
def keep_open(request: HttpRequest | None, user: User, **kwargs: object) -> None:
    """The closing of the owner's shops is taken back, and the owner is told."""
    for merchant in cancel_closings_of(user=user):
        if request is not None and hasattr(request, "_messages"):
            text = _("%(shop)s stays open: you have signed in before its closing date.")
            messages.info(request, text % {"shop": merchant.name})


def close_shops_of(occurred: Occurred[NeverConfirmed]) -> None:
    close_abandoned(user=User.objects.get(pk=occurred.payload.user_id))

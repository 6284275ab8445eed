"""What lower rooms and the libraries announce."""

from typing import Any

from allauth.account.signals import user_signed_up
from django.dispatch import receiver

from tradepost.identity.models import User
from tradepost.merchants.models import Merchant
from tradepost.notice.actions.note_notice import note_notice
from tradepost.rights.signals import portal_opened


@receiver(user_signed_up)
def signed_up(user: User, **kwargs: Any) -> None:
    note_notice(merchant=None, email=user.email)


@receiver(portal_opened)
def visited(merchant: Merchant | None, email: str, **kwargs: Any) -> None:
    note_notice(merchant=merchant, email=email)

"""What lower rooms and the libraries announce."""

from allauth.account.signals import user_signed_up
from django.dispatch import receiver

from tradepost.datamap.events import Occurred
from tradepost.identity.models import User
from tradepost.notice.actions.note_notice import note_notice
from tradepost.rights.events import PortalOpened
from tradepost.rights.models import PortalPass


@receiver(user_signed_up)
def signed_up(user: User, **kwargs: object) -> None:
    note_notice(merchant=None, email=user.email)


def visited(occurred: Occurred[PortalOpened]) -> None:
    visit = PortalPass.objects.select_related("merchant").get(pk=occurred.payload.pass_id)
    note_notice(merchant=visit.merchant, email=visit.email)

"""Which change of owner is announced, who is responsible, and what people are told of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Model
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from tradepost.merchants.models import Merchant
from tradepost.merchants.newcomers import NotYet
from tradepost.merchants.types import Role
from tradepost.modules.announcements import Announcement
from tradepost.notice.models import Transition


@dataclass(frozen=True, kw_only=True)
class Controller:
    """Who is responsible for the data of a shop's customers, or of account holders."""

    name: str
    email: str
    postal_address: str


def open_transition(merchant: Merchant | None) -> Transition | None:
    """Announced and neither taken back nor carried out."""
    with scopes_disabled():
        return Transition.objects.filter(
            merchant=merchant, withdrawn_at=None, carried_out_at=None
        ).first()


def controller_of(merchant: Merchant | None) -> Controller:
    """The new owner from the date on, whoever it was before until then."""
    with scopes_disabled():
        done = Transition.objects.filter(merchant=merchant).exclude(carried_out_at=None)
        last = done.order_by("-effective_day", "-pk").first()
    if last is not None:
        return Controller(name=last.new_name, email=last.new_email, postal_address=last.new_address)
    if merchant is not None:
        return Controller(
            name=merchant.name,
            email=merchant.contact_email,
            postal_address=merchant.postal_address,
        )
    here = settings.TRADEPOST
    return Controller(
        name=here.operator_name, email=here.operator_email, postal_address=here.operator_address
    )


def transition_context(merchant: Merchant | None) -> dict[str, object]:
    row = open_transition(merchant)
    return {"transition": row, "words": in_words(row) if row else ""}


def in_words(transition: Transition) -> str:
    """Who, to whom, when, why."""
    return _("On %(date)s the data goes from %(old)s to %(new)s. The reason: %(reason)s") % {
        "date": date_format(transition.effective_date),
        "old": controller_of(transition.merchant).name,
        "new": transition.new_name,
        "reason": transition.reason,
    }


def letter_context(transition: Transition) -> dict[str, object]:
    """What a mail about it says, in the language that is active."""
    controller = controller_of(transition.merchant)
    return {
        "words": in_words(transition),
        "url": settings.TRADEPOST.base_url + portal_of(transition.merchant),
        "sender": controller.name,
        "contact": controller.email,
    }


def announce_transitions(merchant: Model | None) -> Iterator[Announcement]:
    """On the notice, the portal and account pages, until the date."""
    assert merchant is None or isinstance(merchant, Merchant)
    transition = open_transition(merchant)
    if transition is None:
        return
    yield Announcement(
        id="transition",
        words=in_words(transition),
        can_do=_(
            "Until then you can see, correct and delete your data, object, and take back consents; what you choose holds for the new owner, too."
        ),
        url=portal_of(merchant),
    )


def portal_of(merchant: Merchant | None) -> str:
    if merchant is None:
        return reverse("rights:ask")
    return reverse("rights:ask-merchant", args=[merchant.handle])


def keep_new_owner_out(merchant: Merchant, email: str, role: str) -> None:
    """Nobody gets at the data for the new owner before the date. Raises: NotYet."""
    transition = open_transition(merchant)
    if transition is None:
        return
    if role == Role.OWNER or email == transition.new_email:
        why = _(
            "A change of owner is announced for %(date)s. Until then nobody becomes an owner, and the new owner does not join."
        )
        raise NotYet(
            transition.effective_date, why % {"date": date_format(transition.effective_date)}
        )

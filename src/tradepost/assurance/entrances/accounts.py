"""Ways in through the office: a letter that is written down, and a place in a team."""

import re
import secrets

from django.test import Client
from django_scopes import scopes_disabled

from tradepost.assurance.entrances.registry import Mark, register_door, staff_of
from tradepost.audit.types import PERSON, Actor
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Subject
from tradepost.delivery.models import Mail
from tradepost.identity.models import User
from tradepost.merchants.actions.team import invite
from tradepost.merchants.actions.tokens import create_token
from tradepost.merchants.models import Merchant
from tradepost.merchants.types import Role
from tradepost.rights.actions.rights import log_request
from tradepost.rights.types import Channel, Right


def by_letter(merchant: Merchant, mark: Mark) -> None:
    """Writes to the shop, whose staff enter the letter at the desk."""
    ref = SubjectRef(Subject.CUSTOMER, mark.email, merchant.pk)
    note = f"{mark.word('name')}, {mark.word('street')}: {mark.word('note')}"
    log_request(ref=ref, right=Right.ACCESS, channel=Channel.LETTER, note=note, by=PERSON)


def into_the_team(merchant: Merchant, mark: Mark) -> None:
    """Is invited, joins, looks around, makes a token, mistypes the password."""
    with scopes_disabled():
        invite(
            merchant=merchant, by=Actor.user(staff_of(merchant)), email=mark.email, role=Role.OWNER
        )
        mail = Mail.objects.filter(address=mark.email).last()
    link = re.search(r"https?://[^/]+(/\S+)", mail.text) if mail else None
    if link is None:
        return
    guest = Client()
    said = {"name": mark.word("name"), "password": secrets.token_urlsafe(16)}
    guest.post(link[1], said)
    user = User.objects.get(email=mark.email)
    with scopes_disabled():
        create_token(
            merchant=merchant, by=Actor.user(user), name=mark.word("note"), scopes=["orders:read"]
        )
    browser = Client()
    browser.force_login(user)
    browser.get(f"/office/{merchant.handle}/")
    browser.get("/account/")
    Client().post("/accounts/login/", {"login": mark.email, "password": "wrong"})


register_door("letter", by_letter)
register_door("team", into_the_team, Subject.MEMBER)

"""The shop of the drill with three hosts: its readers, its campaign, its one bag."""

import io
from collections import Counter

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import close_old_connections, connection
from django_scopes import scope, scopes_disabled

from tradepost.audience.actions import imports
from tradepost.audience.actions.setup import save_list
from tradepost.audience.models import Import
from tradepost.audit.types import SYSTEM, Actor
from tradepost.campaigns.actions.start import start
from tradepost.campaigns.actions.write import create_campaign
from tradepost.campaigns.models import Campaign
from tradepost.catalog.models import Product
from tradepost.checkout.models import DeliveryMethod
from tradepost.delivery.models import Handover, Mailing, Sender
from tradepost.delivery.types import OPEN_STATES, HandoverState, MailingState
from tradepost.identity.models import User
from tradepost.merchants.actions.tokens import create_token
from tradepost.merchants.models import Merchant
from tradepost.payments.models import GatewayAccount


def make_shop(recipients: int) -> tuple[Merchant, Campaign]:
    with scopes_disabled():
        merchant = Merchant.objects.create(
            name="Ember Leather", handle="ember-leather", contact_email="a@ember.example", country="DE",
            postal_address="Gerbergasse 1\n1010 Wien",
        )  # fmt: skip
    by = Actor.user(User.objects.create_user("owner@ember.example"))
    rows = io.StringIO("email,name\n")
    rows.seek(0, io.SEEK_END)
    rows.writelines(f"person{number}@people.example,Zoë {number}\n" for number in range(recipients))
    with scope(merchant=merchant):
        Product.objects.create(
            merchant=merchant, sku="BAG", name="Bag", slug="bag", price_minor=900, stock=None
        )
        DeliveryMethod.objects.create(merchant=merchant, name="Post", price_minor=490)
        GatewayAccount.objects.create(merchant=merchant, gateway="on_delivery")
        news = save_list(merchant=merchant, by=SYSTEM, name="News")
        upload = SimpleUploadedFile("people.csv", rows.getvalue().encode())
        run = imports.read(run=imports.upload(merchant=merchant, upload=upload, by=by))
        imports.settle(
            run=run, mapping=run.mapping, rule=Import.Rule.FILL, contact_list=news,
            consent_text="Ticked the box.", by=by,
        )  # fmt: skip
        for _done in imports.take_all(run):
            pass
        campaign = create_campaign(
            merchant=merchant, by=SYSTEM, name="Autumn", subject="The satchels are back", contact_list=news,
            body="Hello {{ contact.name }}, [look](https://ember.example/bench).",
        )  # fmt: skip
    return merchant, campaign


def release(merchant: Merchant, campaign: Campaign) -> None:
    with scope(merchant=merchant):
        token, _text = create_token(
            merchant=merchant, by=SYSTEM, name="drill", scopes=["campaigns:write"]
        )
        start(campaign=campaign, by=Actor.token(token))


def senders() -> int:
    return Sender.objects.count()


def is_over(campaign: Campaign) -> bool:
    close_old_connections()
    with scopes_disabled():
        campaign.refresh_from_db()
        mailing = Mailing.objects.get(pk=campaign.mailing_id)
        open_rows = Handover.objects.filter(mailing=mailing, state__in=OPEN_STATES)
        return mailing.state == MailingState.DONE or not open_rows.exists()


def waiting() -> list[tuple[object, ...]]:
    """What the database's sessions are at."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT client_addr, state, wait_event, now() - xact_start, left(query, 120)"
            " FROM pg_stat_activity WHERE xact_start IS NOT NULL"
        )
        return cursor.fetchall()


def figures(campaign: Campaign, copies: Counter[str]) -> dict[str, int]:
    """``lost``: neither received nor listed as uncertain. There must be none."""
    with scopes_disabled():
        rows = dict(
            Handover.objects.filter(mailing_id=campaign.mailing_id).values_list("address", "state")
        )
    uncertain = {address for address, state in rows.items() if state == HandoverState.UNCERTAIN}
    return {
        "listed_uncertain": len(uncertain),
        "uncertain_and_received": len(uncertain & copies.keys()),
        "lost": len([one for one in rows if one not in copies and one not in uncertain]),
        "strangers": len(copies.keys() - rows.keys()),
    }

"""What the audience room promises, and the checks that show it. They make the people they need."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django_scopes import scope, scopes_disabled

from tradepost.audience import intake_check, queries
from tradepost.audience.actions import setup
from tradepost.audience.actions.confirm import confirm
from tradepost.audience.actions.contacts import put_on_list, upsert_contact
from tradepost.audience.actions.subscribe import ask_to_subscribe, subscribe
from tradepost.audience.actions.unsubscribe import unsubscribe
from tradepost.audience.consent import records
from tradepost.audience.forms.contacts import ContactForm
from tradepost.audience.forms.public import SubscribeForm
from tradepost.audience.models import (
    ConsentRecord,
    Contact,
    ContactList,
    CustomField,
    ListMembership,
    OptInForm,
    PendingSubscription,
)
from tradepost.audience.types import (
    Confirmation,
    ConsentKind,
    ConsentMissing,
    ContactSource,
    FieldKind,
    MembershipState,
)
from tradepost.audit.types import PERSON, SYSTEM
from tradepost.datamap.promises import Evidence, keeps, require
from tradepost.datamap.registry import keep_rules
from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.rights.models import KeepChoice

_DEMOGRAPHIC = {
    "gender": FieldKind.CHOICE,
    "occupation": FieldKind.TEXT,
    "birth_year": FieldKind.NUMBER,
}


@contextmanager
def _shop() -> Iterator[tuple[Merchant, ContactList]]:
    with scopes_disabled():
        merchant = Merchant.objects.create(
            name="Check", handle="promise-check", contact_email="check@check.example", country="DE"
        )
    with scope(merchant=merchant):
        yield merchant, setup.save_list(merchant=merchant, by=SYSTEM, name="News")


def _mailable(merchant: Merchant, kind: ConsentKind = ConsentKind.NEWSLETTER) -> set[str]:
    rows = queries.mailable_contacts(merchant=merchant, kind=kind)
    return set(rows.values_list("email", flat=True))


@keeps("purpose.opt-in-news", Evidence.TESTED)
def news_only_to_people_who_opted_in() -> str:
    """A buyer, a half-subscribed person, a subscriber, one who left: only the subscriber is written to."""
    with _shop() as (merchant, news):
        buyer = "buyer@check.example"
        upsert_contact(merchant=merchant, email=buyer, source=ContactSource.CHECKOUT, by=SYSTEM)
        require(not _mailable(merchant), "somebody who only bought would get news")
        words = records.wording(merchant=merchant, kind=ConsentKind.NEWSLETTER, text="Yes.")
        ask_to_subscribe(
            merchant=merchant,
            email="reader@check.example",
            contact_list=news,
            wording=words,
            source=ContactSource.FORM,
        )
        require(not _mailable(merchant), "somebody who has not confirmed would get news")
        reader = confirm(pending=PendingSubscription.objects.get(merchant=merchant))
        require(_mailable(merchant) == {reader.email}, "the one who confirmed gets no news")
        unsubscribe(contact=reader, how="check", by=PERSON)
        require(not _mailable(merchant), "somebody who left would still get news")
        _no_membership_without_consent(news)
    return (
        "Of a buyer, somebody unconfirmed, a confirmed subscriber and the same after leaving, only the "
        "confirmed subscriber was written to; the database refused a subscription without consent."
    )


def _no_membership_without_consent(news: ContactList) -> None:
    buyer = Contact.objects.get(email="buyer@check.example")
    try:
        with transaction.atomic():
            ListMembership.objects.create(
                merchant_id=news.merchant_id,
                contact_list=news,
                contact=buyer,
                state=MembershipState.SUBSCRIBED,
            )
    except IntegrityError:
        pass
    else:
        require(False, "the database took a subscription without a consent record")
    try:
        subscribe(
            merchant=news.merchant,
            email=buyer.email,
            contact_list=news,
            consent_text="",
            source=ContactSource.API,
            by=SYSTEM,
        )
    except ConsentMissing:
        return
    require(False, "somebody was subscribed without a stated consent")


@keeps("purpose.promotions-as-agreed", Evidence.TESTED)
def promotions_need_their_own_consent() -> str:
    """News is no consent to promotions; a consent of its own is, until it is withdrawn."""
    with _shop() as (merchant, news):
        reader = subscribe(
            merchant=merchant,
            email="reader@check.example",
            contact_list=news,
            consent_text="Yes.",
            source=ContactSource.BY_HAND,
            by=SYSTEM,
        )
        promotions = ConsentKind.PROMOTIONS
        require(reader.email in _mailable(merchant), "the subscriber gets no news")
        require(not _mailable(merchant, promotions), "a reader of news would get promotions")
        records.record_consent(
            merchant=merchant,
            email=reader.email,
            kind=promotions,
            wording=records.wording(merchant=merchant, kind=promotions, text="And contests."),
            source=ContactSource.PREFERENCES,
            confirmed_by=Confirmation.SIGNED_PAGE,
        )
        require(
            reader.email in _mailable(merchant, promotions), "the own consent counts for nothing"
        )
        records.withdraw_consent(
            merchant=merchant, email=reader.email, kind=promotions, how="check"
        )
        require(not _mailable(merchant, promotions), "a withdrawn consent still counts")
    return "A subscriber to news got promotions only between agreeing to them and taking it back."


@keeps("collect.demographics-optional", Evidence.TESTED)
def nothing_about_a_person_is_demanded() -> str:
    """Gender, occupation and year of birth asked in every form: none of them is required."""
    columns = {field.name for field in CustomField._meta.get_fields()}
    require("required" not in columns, "a custom field can be made required")
    with _shop() as (merchant, news):
        for key, kind in _DEMOGRAPHIC.items():
            choices = ["f", "m", "x"] if kind == FieldKind.CHOICE else []
            setup.save_custom_field(
                merchant=merchant, by=SYSTEM, key=key, label=key, kind=kind, choices=choices
            )
        asked = list(queries.custom_fields(merchant))
        optin = _form(merchant, news)
        shown = SubscribeForm(optin, asked, {"email": "a@check.example", "consent": "on"})
        require(len(shown.fields) > len(_DEMOGRAPHIC), "the form does not ask at all")
        require(shown.is_valid(), f"the opt-in form demands an answer: {list(shown.errors)}")
        office = ContactForm(asked, data={"email": "a@check.example"})
        require(office.is_valid(), f"the back office demands an answer: {list(office.errors)}")
        upsert_contact(
            merchant=merchant, email="a@check.example", source=ContactSource.API, by=SYSTEM
        )
    return (
        "Gender, occupation and year of birth were asked in the opt-in form, the back office and the "
        "API, and left out in each without an error."
    )


def _form(merchant: Merchant, news: ContactList) -> OptInForm:
    return setup.save_form(
        merchant=merchant,
        by=SYSTEM,
        consent_text="Yes.",
        tracking_text="",
        field_keys=list(_DEMOGRAPHIC),
        settings={"name": "Check", "contact_list": news, "heading": "Check"},
    )


@keeps("keep.relationship", Evidence.TESTED)
def inactivity_ends_the_relationship() -> str:
    """Time travel: three years of silence delete a contact, a shop's shorter period sooner."""
    rule, now = keep_rules["audience.relationship"], clock.now()
    assert rule.purge is not None
    with _shop() as (merchant, news):
        for days in (0, 400, 1100):
            _seen(merchant, news, now - timedelta(days=days), f"silent-{days}@check.example")
        rule.purge(now)
        require(_left(merchant) == {0, 400}, f"after three years there remain {_left(merchant)}")
        KeepChoice.objects.create(merchant=merchant, rule=rule.id, days=365)
        rule.purge(now)
        require(_left(merchant) == {0}, f"after the chosen year there remain {_left(merchant)}")
        in_force = ConsentRecord.objects.filter(merchant=merchant, withdrawn_at__isnull=True)
        require(in_force.count() == 1, "a consent outlived its contact")
    return (
        "Of three contacts, silent for 0, 400 and 1,100 days, the last went by the rule of three years "
        "and the second by the shop's own of one year, with their list places and consents."
    )


def _seen(merchant: Merchant, news: ContactList, at: datetime, email: str) -> None:
    contact = upsert_contact(merchant=merchant, email=email, source=ContactSource.FORM, by=SYSTEM)
    given = records.record_consent(
        merchant=merchant,
        email=email,
        kind=ConsentKind.NEWSLETTER,
        wording=records.wording(merchant=merchant, kind=ConsentKind.NEWSLETTER, text="Yes."),
        source=ContactSource.FORM,
        confirmed_by=Confirmation.DOUBLE_OPT_IN,
        contact_list=news,
    )
    put_on_list(contact=contact, contact_list=news, consent=given)
    Contact.objects.filter(pk=contact.pk).update(last_active_at=at)


def _left(merchant: Merchant) -> set[int]:
    emails = Contact.objects.filter(merchant=merchant).values_list("email", flat=True)
    return {int(email.split("@")[0].split("-")[1]) for email in emails}


@keeps("collect.only-when-given", Evidence.TESTED)
def personal_data_enters_by_named_doors_only() -> str:
    """Every form and API schema that takes people's data is a named collection point."""
    unnamed, named = intake_check.unnamed(), intake_check.named()
    require(not unnamed, f"not on the list of collection points: {', '.join(unnamed)}")
    require(named, "no collection point is named at all")
    return (
        f"{named} collection points; every form and schema that takes personal data belongs to one."
    )

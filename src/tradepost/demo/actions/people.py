"""The demo's team, its operator, and 2,000 contacts."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from tradepost.audience.actions.segments import save_segment
from tradepost.audience.actions.setup import save_form
from tradepost.audience.consent.records import wording
from tradepost.audience.models import (
    ConsentRecord,
    Contact,
    ContactList,
    CustomField,
    ListMembership,
)
from tradepost.audience.segments.definition import Node
from tradepost.audience.types import (
    Confirmation,
    ConsentKind,
    ContactSource,
    FieldKind,
    MembershipState,
)
from tradepost.audit.types import SYSTEM, Actor
from tradepost.datamap.subjects import email_key
from tradepost.demo import plan
from tradepost.identity.actions.accounts import create_account
from tradepost.identity.actions.operator import create_operator
from tradepost.identity.models import User
from tradepost.merchants.actions.join import open_shop
from tradepost.merchants.actions.settings import change_shop
from tradepost.merchants.models import Membership, Merchant

CONTACTS = 2000
NEWS = "Yes, send me the workshop's letter about once a month. I can unsubscribe at any time."
MEASURING = "You may measure whether I open these letters and which links I follow."


class Person(NamedTuple):
    """Somebody of the story; the same number is always the same person."""

    name: str
    email: str
    place: plan.Town
    house_number: int
    language: str


def person(number: int) -> Person:
    first = plan.FIRST_NAMES[number % len(plan.FIRST_NAMES)]
    last = plan.LAST_NAMES[(number * 7 + number // 40) % len(plan.LAST_NAMES)]
    place = plan.PLACES[(number * 5 + number // 13) % len(plan.PLACES)]
    return Person(
        name=f"{first} {last}",
        email=f"{_ascii(first)}.{_ascii(last)}{number}@example.org",
        place=place,
        house_number=number % 180 + 1,
        language="de" if place.country in {"DE", "AT", "CH"} else "en",
    )


def _ascii(name: str) -> str:
    table = str.maketrans(
        "äöüáàâãåçéèêëíìîïıłñóòôõøřśšşúùûžźçğ", "aouaaaaaceeeeiiiiilnooooorsssuuuzzcg"
    )
    return "".join(
        letter for letter in name.lower().translate(table) if letter.isascii() and letter.isalpha()
    )


def create_team() -> tuple[Merchant, User]:
    """The operator, the owner with the shop, and two members; returns shop and owner."""
    create_operator(email=plan.OPERATOR, name="Olga Operator", password=plan.PASSWORD)
    zone = "Europe/Berlin"
    owner = create_account(
        email=plan.OWNER, name="Ines Ahrendt", password=plan.PASSWORD, time_zone=zone
    )
    shop = open_shop(
        owner=owner,
        name=plan.SHOP,
        country="DE",
        website="https://ember-and-oak.example/",
        telephone="+49 69 5550 1234",
        business_type="Leather goods",
    )
    change_shop(
        merchant=shop,
        by=Actor.user(owner),
        handle=plan.HANDLE,
        time_zone=zone,
        postal_address="Ember & Oak, Ines Ahrendt\nLudwigstraße 12\n63065 Offenbach am Main\nGermany",
    )
    for email, name, role in (
        (plan.PACKER, "Jonas Vogel", "orders"),
        (plan.WRITER, "Mira Costa", "campaigns"),
    ):
        member = create_account(email=email, name=name, password=plan.PASSWORD, time_zone=zone)
        Membership.objects.create(merchant=shop, user=member, role=role)
    shop.refresh_from_db()
    return shop, owner


def create_contacts(merchant: Merchant, now: datetime) -> ContactList:
    """2,000 subscribers of one list, six in ten with consent to measuring, some gone again."""
    chance = random.Random(2_000)  # noqa: S311  the same story every time
    CustomField.objects.create(
        merchant=merchant, key="favourite", label="Favourite leather", kind=FieldKind.CHOICE,
        choices=["Cognac", "Black", "Bottle green", "Navy"],
    )  # fmt: skip
    letter = ContactList.objects.create(
        merchant=merchant,
        name="Workshop letter",
        description="News from the workshop, about once a month.",
    )
    joined = [now - timedelta(days=chance.randrange(20, 900)) for _ in range(CONTACTS)]
    Contact.objects.bulk_create(_contacts(merchant, joined, chance), batch_size=500)
    contacts = list(Contact.objects.filter(merchant=merchant).order_by("pk"))
    consents = _consents(merchant, letter, contacts)
    _memberships(merchant, letter, contacts, consents, now, chance)
    _form_and_segments(merchant, letter, now)
    return letter


def _form_and_segments(merchant: Merchant, news: ContactList, now: datetime) -> None:
    """An opt-in form, and two segments that know the orders."""
    save_form(
        merchant=merchant,
        by=SYSTEM,
        consent_text=NEWS,
        tracking_text=MEASURING,
        field_keys=["favourite"],
        settings={
            "name": "Foot of the shop",
            "contact_list": news,
            "heading": "A letter from the workshop",
            "introduction": "What is on the bench, about once a month.",
            "asks_name": True,
            "success_text": "Welcome to the bench. The next letter is yours.",
        },
    )
    on_list = {"kind": "audience.list", "values": {"how": "subscribed", "list": news.public_id}}
    half_a_year_ago = (now - timedelta(days=182)).date().isoformat()
    for name, kind, values in (
        ("Good customers", "orders.spent", {"amount": "300"}),
        ("Readers who have not bought lately", "orders.none-since", {"since": half_a_year_ago}),
    ):
        definition: Node = {"op": "all", "of": [on_list, {"kind": kind, "values": values}]}
        save_segment(merchant=merchant, by=SYSTEM, name=name, definition=definition)


def _contacts(
    merchant: Merchant, joined: list[datetime], chance: random.Random
) -> Iterator[Contact]:
    for number, since in enumerate(joined):
        who = person(number)
        answers: dict[str, object] = {
            "favourite": chance.choice(["Cognac", "Black", "Bottle green", "Navy"])
        }
        yield Contact(
            merchant=merchant,
            email=who.email,
            email_key=email_key(who.email),
            name=who.name if number % 9 else "",
            language=who.language,
            fields=answers if number % 3 else {},
            source=ContactSource.FORM if number % 4 else ContactSource.CHECKOUT,
            created_at=since,
            last_active_at=since + timedelta(days=chance.randrange(0, 20)),
        )


def _consents(
    merchant: Merchant, letter: ContactList, contacts: list[Contact]
) -> dict[str, ConsentRecord]:
    """By keyed address: the consent to the letter. The consents to measuring are written along."""
    texts = {
        kind: wording(merchant=merchant, kind=kind, text=text)
        for kind, text in ((ConsentKind.NEWSLETTER, NEWS), (ConsentKind.TRACKING, MEASURING))
    }
    records = [
        ConsentRecord(
            merchant=merchant,
            email_key=contact.email_key,
            kind=kind,
            wording=texts[kind],
            contact_list=letter if kind is ConsentKind.NEWSLETTER else None,
            source=contact.source,
            where="the form in the foot of the shop",
            confirmed_by=Confirmation.DOUBLE_OPT_IN,
            given_at=contact.created_at,
        )
        for number, contact in enumerate(contacts)
        for kind in (ConsentKind.NEWSLETTER, ConsentKind.TRACKING)
        if kind is ConsentKind.NEWSLETTER or number % 10 < 6
    ]
    ConsentRecord.objects.bulk_create(records, batch_size=500)
    return {record.email_key: record for record in records if record.kind == ConsentKind.NEWSLETTER}


def _memberships(
    merchant: Merchant,
    letter: ContactList,
    contacts: list[Contact],
    consents: dict[str, ConsentRecord],
    now: datetime,
    chance: random.Random,
) -> None:
    gone = {contact.pk for contact in contacts if chance.random() < 0.04}
    ListMembership.objects.bulk_create(
        (
            ListMembership(
                merchant=merchant,
                contact_list=letter,
                contact=contact,
                state=MembershipState.UNSUBSCRIBED
                if contact.pk in gone
                else MembershipState.SUBSCRIBED,
                consent=consents[contact.email_key],
                since=contact.created_at,
                ended_at=now - timedelta(days=chance.randrange(1, 19))
                if contact.pk in gone
                else None,
                reason="too many mails" if contact.pk in gone else "",
            )
            for contact in contacts
        ),
        batch_size=500,
    )
    left = [contact.email_key for contact in contacts if contact.pk in gone]
    ConsentRecord.objects.filter(merchant=merchant, email_key__in=left).update(
        withdrawn_at=now, withdrawn_how="unsubscribe link"
    )

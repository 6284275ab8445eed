"""Every read of the audience that a screen, an export, the API or an upper room needs."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import Http404
from django_scopes import scopes_disabled

from tradepost.audience.fields.table import CONTACT_FIELDS, said_of
from tradepost.audience.models import (
    ConsentRecord,
    Contact,
    ContactList,
    CustomField,
    Import,
    ListMembership,
    OptInForm,
    PendingSubscription,
    Segment,
    SubscriberCount,
)
from tradepost.audience.models.contacts import CONTACT_WORDS
from tradepost.audience.segments import PossibleContacts, by_number, segment_queryset
from tradepost.audience.types import ConsentKind, MembershipState
from tradepost.datamap.columns.text_index import FEW
from tradepost.datamap.vocabulary import Purpose
from tradepost.merchants.models import Merchant
from tradepost.notice.transitions.people import ToldPerson
from tradepost.rights.restrictions.stops import stopped_keys, without_stopped
from tradepost.ui.form_options import Text

PURPOSE_OF = {
    ConsentKind.NEWSLETTER: Purpose.NEWSLETTERS,
    ConsentKind.TRACKING: Purpose.NEWSLETTERS,
    ConsentKind.PROMOTIONS: Purpose.PROMOTIONS,
}


def mailable_contacts(
    *,
    merchant: Merchant,
    contact_list: ContactList | None = None,
    segment: Segment | None = None,
    kind: ConsentKind = ConsentKind.NEWSLETTER,
    among: Iterable[int] | None = None,
) -> QuerySet[Contact]:
    """Who may be written to now (``among`` these contacts): consent in force, no restriction, no objection.

    News needs a subscription to ``contact_list`` (or to any list) whose consent was not withdrawn;
    promotions need their own consent. An order alone is neither. Suppression is asked by the mail
    engine at the moment of sending.
    """
    contacts = Contact.objects.filter(merchant=merchant)
    if segment is not None:
        contacts = segment_queryset(segment)
    elif among is not None:
        contacts = _numbered(merchant, among)
    if contact_list is not None or kind is ConsentKind.NEWSLETTER:
        contacts = contacts.filter(Exists(_subscription(contact_list)))
    if kind is not ConsentKind.NEWSLETTER:
        contacts = contacts.filter(Exists(_own_consent(merchant, kind)))
    return without_stopped(contacts, merchant=merchant, purpose=PURPOSE_OF[kind])


def may_be_mailed(
    *,
    merchant: Merchant,
    contact_ids: Iterable[int],
    contact_list: ContactList | None = None,
    kind: ConsentKind = ConsentKind.NEWSLETTER,
) -> set[int]:
    """Of these contacts, those that consent at this moment. One query; ask in slices of hundreds."""
    contacts = mailable_contacts(
        merchant=merchant, contact_list=contact_list, kind=kind, among=contact_ids
    )
    return set(contacts.values_list("pk", flat=True))


def tracked_contacts(*, merchant: Merchant, contact_ids: Iterable[int]) -> set[int]:
    """Of these contacts, those who agreed to have opens and clicks measured per person.

    A restriction, or an objection to news or to statistics, stops the measuring too.
    """
    contacts = _numbered(merchant, contact_ids)
    return set(contacts.filter(agreed_to_tracking(merchant)).values_list("pk", flat=True))


def agreed_to_tracking(merchant: Merchant) -> Q:
    """The same as a condition, for who reads contacts anyway."""
    agreed = Q(Exists(_own_consent(merchant, ConsentKind.TRACKING)))
    for purpose in (PURPOSE_OF[ConsentKind.TRACKING], Purpose.STATISTICS):
        agreed &= ~Q(email_key__in=stopped_keys(merchant, purpose))
    return agreed


def _numbered(merchant: Merchant, contact_ids: Iterable[int]) -> QuerySet[Contact]:
    return by_number(merchant).filter(pk__among=set(contact_ids))


def _subscription(contact_list: ContactList | None) -> QuerySet[ListMembership]:
    rows = ListMembership.objects.filter(
        contact=OuterRef("pk"),
        state=MembershipState.SUBSCRIBED,
        consent__withdrawn_at__isnull=True,
        consent__kind=ConsentKind.NEWSLETTER,
    )
    return rows if contact_list is None else rows.filter(contact_list=contact_list)


def _own_consent(merchant: Merchant, kind: ConsentKind) -> QuerySet[ConsentRecord]:
    return ConsentRecord.objects.filter(
        merchant=merchant,
        email_key=OuterRef("email_key"),
        kind=kind,
        withdrawn_at__isnull=True,
    )


def lists_with_counts(merchant: Merchant) -> QuerySet[ContactList]:
    """Each with ``subscribers``, the number subscribed now."""
    rows = ContactList.objects.filter(merchant=merchant)
    return rows.annotate(subscribers=Coalesce(Sum("counts__number"), 0)).order_by("name")


def subscriptions_of(merchant: Merchant) -> int:
    """To all lists together, as kept."""
    kept = SubscriberCount.objects.filter(contact_list__merchant=merchant)
    return int(kept.aggregate(all=Coalesce(Sum("number"), 0))["all"])


def custom_fields(merchant: Merchant) -> QuerySet[CustomField]:
    return CustomField.objects.filter(merchant=merchant)


def contact_by_email(*, merchant: Merchant, email: str) -> Contact | None:
    """``email`` is normalised."""
    return Contact.objects.filter(merchant=merchant, email=email).first()


# Public pages


def open_form_or_404(form_id: str) -> OptInForm:
    """Of any merchant; open its scope before going on. Closed forms look like absent ones."""
    with scopes_disabled():
        rows = OptInForm.objects.select_related(
            "merchant", "contact_list", "wording", "tracking_wording"
        )
        try:
            return rows.get(pk=OptInForm.pk_of(form_id), is_open=True)
        except (ValueError, OptInForm.DoesNotExist):
            raise Http404 from None


def questions_of(optin: OptInForm) -> list[CustomField]:
    return list(CustomField.objects.filter(merchant=optin.merchant, key__in=optin.field_keys))


def success_text(contact_list: ContactList) -> str:
    form = OptInForm.objects.filter(contact_list=contact_list).exclude(success_text="").first()
    return form.success_text if form else ""


def lists_for(contact: Contact) -> list[ContactList]:
    """What the preference page offers: public lists, and whatever the person is on."""
    on = Q(memberships__contact=contact, memberships__state=MembershipState.SUBSCRIBED)
    lists = ContactList.objects.filter(merchant=contact.merchant)
    return list(lists.filter(Q(is_public=True) | on).distinct())


def preferences_of(contact: Contact) -> dict[str, object]:
    """As the preference form starts."""
    on = contact.memberships.filter(state=MembershipState.SUBSCRIBED)
    agreed = tracked_contacts(merchant=contact.merchant, contact_ids=[contact.pk])
    return {
        "lists": [one.contact_list.public_id for one in on.select_related("contact_list")],
        **said_of(contact),
        "tracking": bool(agreed),
    }


# Back office

SORTS = {
    "email": "email",
    "-email": "-email",
    "name": "name",
    "-name": "-name",
    "since": "pk",
    "-since": "-pk",
    "active": "last_active_at",
    "-active": "-last_active_at",
}


def find_contacts(
    *,
    merchant: Merchant,
    search: str = "",
    contact_list: ContactList | None = None,
    state: str = "",
    segment: Segment | None = None,
    sort: str = "",
    among: PossibleContacts | None = None,
) -> QuerySet[Contact]:
    """The contacts of a screen or an export, in a stable order; ``among`` whom the segment's are, where a screen asked.

    ``contact_list`` and ``state`` together: who is in this state on this list; one of them alone: on
    this list in any state, in this state on any list.
    """
    contacts = Contact.objects.filter(merchant=merchant)
    order = SORTS.get(sort, "-pk")
    if segment is not None:
        walked = among is not None and among.few is None and order in {"pk", "-pk"}
        contacts = segment_queryset(segment, numbered=walked)
    if among is not None and among.few is not None:
        contacts = contacts.filter(pk__in=among.few)
    if contact_list is not None or state:
        contacts = contacts.filter(_found_on(on_lists(merchant, contact_list, state)))
    if search:
        contacts = CONTACT_WORDS.matching(contacts, search)
    return contacts.order_by(order, "-pk" if order.startswith("-") else "pk")


def on_lists(
    merchant: Merchant, contact_list: ContactList | None, state: str
) -> QuerySet[ListMembership]:
    """On this list (or any) in this state (or any)."""
    rows = ListMembership.objects.filter(merchant=merchant)
    if contact_list is not None:
        rows = rows.filter(contact_list=contact_list)
    return rows.filter(state=state) if state else rows


def counted_on_lists(
    merchant: Merchant, contact_list: ContactList | None, state: str
) -> QuerySet[ListMembership, object]:
    """As many rows as there are contacts; counted from an index alone."""
    return on_lists(merchant, contact_list, state).values("contact").distinct()


def _found_on(memberships: QuerySet[ListMembership]) -> Q:
    """The contacts of a few memberships by their numbers; of many, the next page is soon found by asking each."""
    few = list(memberships.values_list("contact", flat=True)[: FEW + 1])
    if len(few) <= FEW:
        return Q(pk__in=few)
    return Q(Exists(memberships.filter(contact=OuterRef("pk"))))


def contacts_after(merchant: Merchant, number: int, count: int) -> list[ToldPerson]:
    """The next so many in order of their row numbers, for a mail that the law wants everybody to get."""
    with scopes_disabled():
        rows = Contact.objects.filter(merchant=merchant, pk__gt=number).order_by("pk")
        return [ToldPerson(*row) for row in rows.values_list("pk", "email", "language")[:count]]


def usable_contacts(merchant: Merchant, found: QuerySet[Contact]) -> QuerySet[Contact]:
    """Of these, those whose data may leave this screen: in an export or through the API."""
    return without_stopped(found, merchant=merchant, purpose=Purpose.NEWSLETTERS)


def with_lists(contacts: QuerySet[Contact]) -> QuerySet[Contact]:
    """Memberships and their lists in two queries, however many contacts.

    By the contacts alone, which are the shop's: asked for the shop, too, SQLite would walk all its memberships.
    """
    every = ListMembership._base_manager.select_related("contact_list")
    rows = every.order_by("contact_list__name")
    return contacts.prefetch_related(Prefetch("memberships", queryset=rows))


def consents_by_key(merchant: Merchant, keys: list[str]) -> dict[str, ConsentRecord]:
    """``email_key`` → the consent to news in force, or the last that was withdrawn. One query."""
    rows = ConsentRecord.objects.filter(
        merchant=merchant, email_key__in=keys, kind=ConsentKind.NEWSLETTER
    ).select_related("wording")
    ordered = sorted(rows, key=lambda row: (row.withdrawn_at is None, row.given_at))
    return {row.email_key: row for row in ordered}


def consents_of(contact: Contact) -> QuerySet[ConsentRecord]:
    """Every consent the address ever gave this merchant, newest first."""
    return (
        ConsentRecord.objects.filter(merchant=contact.merchant, email_key=contact.email_key)
        .select_related("wording", "contact_list")
        .order_by("-given_at", "-pk")
    )


def lists_by_choice(merchant: Merchant) -> dict[str, ContactList]:
    return {one.public_id: one for one in ContactList.objects.filter(merchant=merchant)}


def segments_by_choice(merchant: Merchant) -> dict[str, Segment]:
    rows = Segment.objects.filter(merchant=merchant).select_related("merchant")
    return {one.public_id: one for one in rows}


def said_shown(contact: Contact) -> list[tuple[Text, str]]:
    """Each field with its label, those left empty, too."""
    said = said_of(contact)
    return [(field.label, said[field.name]) for field in CONTACT_FIELDS]


def answers_shown(person: Contact | PendingSubscription) -> list[tuple[str, object]]:
    """Question and answer, in the merchant's order; unanswered ones left out."""
    questions = CustomField.objects.filter(merchant=person.merchant)
    return [
        (question.label, person.fields[question.key])
        for question in questions
        if question.key in person.fields
    ]


# Imports


def import_or_404(import_id: str) -> Import:
    try:
        number = Import.pk_of(import_id)
    except ValueError:
        raise Http404 from None
    rows = Import.objects.select_related("job", "contact_list", "wording", "merchant")
    run = rows.filter(pk=number).first()
    if run is None:
        raise Http404
    return run


def import_start(run: Import) -> dict[str, object]:
    """What the mapping form shows besides the columns: this import's choices, or the last one's."""
    last = run
    if run.wording is None:
        earlier = Import.objects.filter(merchant=run.merchant, wording__isnull=False)
        last = earlier.select_related("contact_list").first() or run
    return {
        "contact_list": last.contact_list.public_id if last.contact_list else "",
        "consent_text": run.wording.text if run.wording else "",
        "rule": last.rule,
    }

"""Writing lists, custom fields and opt-in forms."""

from collections.abc import Mapping
from typing import TypedDict, Unpack

from django.db import models, transaction
from django.db.models import Max

from tradepost.audience.actions.forget_field import forget_answers
from tradepost.audience.consent import records
from tradepost.audience.models import ContactList, CustomField, OptInForm
from tradepost.audience.types import AudienceError, ConsentKind
from tradepost.audit.actions import record
from tradepost.audit.types import Actor
from tradepost.identity.names import no_link
from tradepost.jobs.models import Job
from tradepost.merchants.models import Merchant


class NameTaken(AudienceError):
    """Another of this merchant has the name."""


class ListWords(TypedDict, total=False):
    """What may be said of a list."""

    name: str
    description: str
    is_public: bool


class QuestionWords(TypedDict, total=False):
    """What may be said of a question of the merchant's own."""

    key: str
    label: str
    kind: str
    choices: list[str]


def save_list(
    *,
    merchant: Merchant,
    by: Actor,
    contact_list: ContactList | None = None,
    **values: Unpack[ListWords],
) -> ContactList:
    """Create a list, or change the one given: ``name``, ``description``, ``is_public``.

    Raises:
        NameTaken
        ValidationError: the name looks like a link.
    """
    no_link(values.get("name", ""))
    row = contact_list or ContactList(merchant=merchant)
    others = ContactList.objects.filter(merchant=merchant, name=values.get("name", row.name))
    if others.exclude(pk=row.pk).exists():
        raise NameTaken
    return _write(row, merchant, by, "audience.save_list", values)


def delete_list(*, contact_list: ContactList, by: Actor) -> None:
    """Memberships and forms of the list go with it; consent records stay as evidence."""
    with transaction.atomic():
        record(
            actor=by,
            action="audience.delete_list",
            target=contact_list,
            merchant_id=contact_list.merchant_id,
        )
        contact_list.delete()


def save_custom_field(
    *,
    merchant: Merchant,
    by: Actor,
    question: CustomField | None = None,
    **values: Unpack[QuestionWords],
) -> CustomField:
    """Create a question, or change the label and choices of the one given.

    Raises:
        NameTaken: another question has the key.
    """
    questions = CustomField.objects.filter(merchant=merchant)
    if question is None:
        if questions.filter(key=values["key"]).exists():
            raise NameTaken
        last = questions.aggregate(last=Max("position"))["last"]
        question = CustomField(merchant=merchant, position=(last or 0) + 1)
    return _write(question, merchant, by, "audience.save_field", values)


def delete_custom_field(*, question: CustomField, by: Actor) -> Job:
    """The question goes at once; the returned job removes the answers already given."""
    with transaction.atomic():
        record(
            actor=by,
            action="audience.delete_field",
            target=question,
            merchant_id=question.merchant_id,
        )
        question.delete()
        return forget_answers(merchant=question.merchant, key=question.key, by=by)


def save_form(
    *,
    merchant: Merchant,
    by: Actor,
    consent_text: str,
    tracking_text: str,
    field_keys: list[str],
    settings: dict[str, object],
    optin: OptInForm | None = None,
) -> OptInForm:
    """Create a form, or change the one given. Changed wordings become new versions."""
    row = optin or OptInForm(merchant=merchant)
    with transaction.atomic():
        values = settings | {
            "field_keys": field_keys,
            "wording": records.wording(
                merchant=merchant, kind=ConsentKind.NEWSLETTER, text=consent_text
            ),
            "tracking_wording": None,
        }
        if tracking_text.strip():
            values["tracking_wording"] = records.wording(
                merchant=merchant, kind=ConsentKind.TRACKING, text=tracking_text
            )
        return _write(row, merchant, by, "audience.save_form", values)


def delete_form(*, optin: OptInForm, by: Actor) -> None:
    with transaction.atomic():
        record(actor=by, action="audience.delete_form", target=optin, merchant_id=optin.merchant_id)
        optin.delete()


def _write[Row: models.Model](
    row: Row, merchant: Merchant, by: Actor, verb: str, values: Mapping[str, object]
) -> Row:
    for name, value in values.items():
        setattr(row, name, value)
    with transaction.atomic():
        row.save()
        record(actor=by, action=verb, target=row, merchant_id=merchant.pk)
    return row

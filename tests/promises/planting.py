"""Plants a person into every table of the data map: one row a model, a mark in every text field.

Whatever is not personal gets the dullest value that the column takes.
"""

from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django_scopes import scopes_disabled

from tradepost.datamap.registry import personal_fields
from tradepost.datamap.subjects import SubjectRef, email_key
from tradepost.datamap.vocabulary import LocatedBy, Subject
from tradepost.merchants.models import Merchant
from tradepost.rights.graph import PersonalModel, places

# What a constraint of the database wants to see; label of the model -> fields.
WANTED: dict[str, dict[str, Any]] = {
    "support.Conversation": {"shop": None},
    "notice.Transition": {"announced_day": 20_000, "effective_day": 20_030},
    "orders.OrderHold": {"until": timezone.now() + timedelta(days=1), "lifted_at": timezone.now()},
    "holds.RecordHold": {"until": timezone.now() + timedelta(days=1), "lifted_at": timezone.now()},
    "audience.ListMembership": {"state": "unsubscribed"},
    "notice.Attestation": {"expires_at": timezone.now() + timedelta(days=1)},
}
# The database writes them itself, of other rows that are planted.
KEPT_BY_TRIGGERS = {"orders.CustomerTotal"}


class Planter:
    """Makes rows parents first; each model once."""

    def __init__(self, merchant: Merchant, ref: SubjectRef, mark: str) -> None:
        self.merchant, self.ref, self.mark = merchant, ref, mark
        self.made: dict[type[models.Model], models.Model] = {Merchant: merchant}
        self.places = {place.model: place for place in places()}

    def plant(self) -> list[PersonalModel]:
        """Rows of every place of this kind of person; returns the places."""
        chosen = [place for place in reversed(places()) if self._belongs(place)]
        if self.ref.subject is Subject.MEMBER:
            Merchant.objects.filter(pk=self.merchant.pk).update(contact_email=self.ref.email)
        with scopes_disabled():
            for place in chosen:
                self.row_of(place.model)
        return chosen

    def _belongs(self, place: PersonalModel) -> bool:
        if place.declaration.subject is not self.ref.subject or place.model is Merchant:
            return False
        if place.model._meta.label in KEPT_BY_TRIGGERS:
            return False
        return bool(place.tenant) or self.ref.subject is Subject.MEMBER

    def row_of(self, model: type[models.Model]) -> models.Model:
        if model not in self.made:
            values = {
                field.name: self._value(model, field)
                for field in model._meta.concrete_fields
                if not field.primary_key or not isinstance(field, models.AutoField)
            }
            values |= self._located(model) | WANTED.get(model._meta.label, {})
            values = {
                name: value for name, value in values.items() if value is not models.NOT_PROVIDED
            }
            (self.made[model],) = model._base_manager.bulk_create([model(**values)])
        return self.made[model]

    def _located(self, model: type[models.Model]) -> dict[str, Any]:
        place = self.places.get(model)
        if place is None or "__" in place.declaration.locate:
            return {}
        by_key = place.declaration.located_by is LocatedBy.KEY
        return {place.declaration.locate: email_key(self.ref.email) if by_key else self.ref.email}

    def _value(self, model: type[models.Model], field: models.Field) -> Any:
        if isinstance(field, models.ForeignKey):
            return self._parent(model, field)
        if field.name in personal_fields(model):
            return self._marked(field)
        if field.name == "merchant_id":
            return self.merchant.pk
        if field.has_default() or field.null or field.db_default is not models.NOT_PROVIDED:
            return models.NOT_PROVIDED
        return dull(field)

    def _parent(self, model: type[models.Model], field: models.ForeignKey) -> models.Model | None:
        target = field.related_model
        if target is Merchant:
            return self.merchant
        first = self.places[model].declaration.locate.split("__")[0] if model in self.places else ""
        if field.null and field.name != first:
            return None
        return self.row_of(target)

    def _marked(self, field: models.Field) -> Any:
        if field.choices:
            return field.choices[0][0]
        if isinstance(field, models.JSONField):
            return {"said": self.mark}
        if isinstance(field, models.EmailField):
            return self.ref.email
        if isinstance(field, models.BinaryField):
            return self.mark.encode()
        if isinstance(field, models.CharField | models.TextField):
            return self.mark[: field.max_length]
        return models.NOT_PROVIDED if field.has_default() or field.null else dull(field)


def dull(field: models.Field) -> Any:
    if isinstance(field, models.BooleanField):
        return False
    if isinstance(field, models.DateTimeField):
        return timezone.now()
    if isinstance(field, models.DateField):
        return timezone.now().date()
    if isinstance(field, models.IntegerField | models.FloatField):
        return 1
    if isinstance(field, models.JSONField):
        return {}
    if isinstance(field, models.BinaryField):
        return b""
    if field.choices:
        return field.choices[0][0]
    return "x" if not isinstance(field, models.EmailField) else "x@dull.example"


__all__ = ["WANTED", "Planter"]

from datetime import date
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.datamap.columns.opaque_id import PublicIdMixin
from tradepost.datamap.columns.typed import TypedCharField, TypedTextField
from tradepost.lib import clock
from tradepost.parties.types import PartyPosition, PartySafeguard

_COMPANY = "describes a company; the form tells to name nobody"
_DAY = "day of a contract or a review"


class OutsideParty(PublicIdMixin, models.Model):
    """One outside party of a shop's register, or (without merchant) of the operator's.

    ``declared``: the party is one of the program's own; then only what the program cannot know is kept
    here, the contract and its dates, and the rest stands in the declaration.
    """

    merchant = models.ForeignKey(
        "merchants.Merchant", on_delete=models.CASCADE, null=True, related_name="+"
    )
    declared = models.CharField(max_length=60, blank=True)
    name = TypedCharField(_("name"), max_length=120, blank=True)
    position = models.CharField(_("role"), max_length=12, choices=PartyPosition)
    what_for = TypedCharField(_("what for"), max_length=300, blank=True)
    purposes: models.JSONField[list[str]] = models.JSONField(_("purposes"), default=list)
    kinds: models.JSONField[list[str]] = models.JSONField(_("kinds of data"), default=list)
    country = models.CharField(_("country"), max_length=2, blank=True)
    safeguard = models.CharField(
        _("safeguard"), max_length=8, choices=PartySafeguard, default=PartySafeguard.EEA
    )
    contact = TypedTextField(_("contact"), max_length=300, blank=True)
    contract_link = models.URLField(_("where the contract lies"), max_length=300, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    ends_on = models.DateField(_("contract ends on"), null=True, blank=True)
    announced_on = models.DateField(_("announced on"), null=True, blank=True)
    used_from = models.DateField(_("used from"), null=True, blank=True)
    ended_on = models.DateField(_("used until"), null=True, blank=True)
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)
    review_on = models.DateField(_("next review"), null=True, blank=True)
    added_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager["OutsideParty"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        verbose_name = _("outside party")
        verbose_name_plural = _("outside parties")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant", "declared"],
                condition=~models.Q(declared=""),
                name="party_declared_once",
            ),
            models.UniqueConstraint(
                fields=["declared"],
                condition=models.Q(merchant=None) & ~models.Q(declared=""),
                name="operators_party_declared_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(declared="", name=""), name="party_has_a_name"
            ),
        ]

    class Privacy:
        not_personal: ClassVar[dict[str, object]] = {
            "id": "row number",
            "merchant": "tenant",
            "declared": "closed list",
            "position": "closed list",
            "purposes": "closed list",
            "kinds": "closed list",
            "country": "closed list",
            "safeguard": "closed list",
            "added_at": "age of the row",
            **dict.fromkeys(("name", "what_for", "contact", "contract_link"), _COMPANY),
            **dict.fromkeys(
                (
                    *("signed_on", "ends_on", "announced_on", "used_from", "ended_on"),
                    *("reviewed_on", "review_on"),
                ),
                _DAY,
            ),
        }

    def __str__(self) -> str:
        return self.name or self.declared

    def is_over(self, day: date) -> bool:
        return self.ended_on is not None and self.ended_on < day


class PartyContract(models.Model):
    """The signed contract as a file; a new one takes the old one's place."""

    party = models.OneToOneField(OutsideParty, on_delete=models.CASCADE, related_name="contract")
    content = models.BinaryField()
    added_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager["PartyContract"]] = ScopedManager(merchant="party__merchant")

    class Privacy:
        not_personal: ClassVar[dict[str, object]] = {
            "id": "row number",
            "party": "row number",
            "content": "a contract of two companies, about none of the people in the database",
            "added_at": "age of the file",
        }

    def __str__(self) -> str:
        return f"contract with {self.party_id}"

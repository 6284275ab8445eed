from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.audience.models.consent import ConsentWording
from tradepost.audience.models.contacts import ContactList
from tradepost.datamap.columns.typed import TypedCharField, TypedTextField
from tradepost.lib import clock
from tradepost.merchants.models import MerchantRow


class OptInForm(MerchantRow):
    """A form that people join a list with: a page of its own, and HTML to paste anywhere."""

    name = TypedCharField(_("name for yourself"), max_length=80)
    contact_list = models.ForeignKey(
        ContactList, on_delete=models.CASCADE, related_name="forms", verbose_name=_("list")
    )
    heading = TypedCharField(_("heading"), max_length=120)
    introduction = TypedTextField(_("introduction"), blank=True, max_length=1000)
    asks_name = models.BooleanField(_("ask for the name"), default=False)
    field_keys: models.JSONField[list[str]] = models.JSONField(default=list, blank=True)
    wording = models.ForeignKey(ConsentWording, on_delete=models.PROTECT, related_name="+")
    tracking_wording = models.ForeignKey(
        ConsentWording, on_delete=models.PROTECT, null=True, related_name="+"
    )
    success_text = TypedTextField(_("text after confirming"), blank=True, max_length=1000)
    is_open = models.BooleanField(_("takes new subscribers"), default=True)
    created_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager["OptInForm"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering = ["name"]

    class Privacy:
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "name": "name of a form",
            "contact_list": "which list",
            "heading": "public text",
            "introduction": "public text",
            "asks_name": "setting",
            "field_keys": "names of columns",
            "wording": "which text",
            "tracking_wording": "which text",
            "success_text": "public text",
            "is_open": "setting",
            "created_at": "age of the form",
        }

    def __str__(self) -> str:
        return self.name

from typing import ClassVar

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from tradepost.audience.types import ConsentKind
from tradepost.campaigns.models.declared import WrittenByMerchant, by_merchant
from tradepost.campaigns.models.pictures import Picture
from tradepost.campaigns.types import BodyFormat, CampaignState, Frame, Measuring
from tradepost.datamap.columns.typed import TypedCharField, TypedTextField
from tradepost.datamap.vocabulary import Kind
from tradepost.lib import clock
from tradepost.merchants.models import MerchantRow


class SendingSettings(MerchantRow):
    """How a merchant's letters look and what is measured; no row means the defaults."""

    from_name = TypedCharField(_("sender's name"), max_length=80, blank=True)
    reply_to = models.EmailField(_("answers go to"), blank=True)
    accent = models.CharField(
        _("colour of links and buttons"),
        max_length=7,
        default="#1f5c43",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}\Z", _("Write it like #1f5c43."))],
    )
    logo = models.ForeignKey(
        Picture, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    measuring = models.CharField(
        _("opens and clicks"), max_length=8, choices=Measuring, default=Measuring.CONSENT
    )

    objects: ClassVar[models.Manager["SendingSettings"]] = ScopedManager(merchant="merchant")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant"], name="one_sending_settings")
        ]

    class Privacy(WrittenByMerchant):
        personal = {"from_name": Kind.NAME, "reply_to": Kind.EMAIL}
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "accent": "a colour",
            "logo": "a published picture",
            "measuring": "setting of the shop",
        }


class Campaign(MerchantRow):
    """One letter to many. What it says is the merchant's; who gets it is frozen when it starts."""

    name = TypedCharField(_("name"), max_length=120, help_text=_("For you; nobody else sees it."))
    subject = TypedCharField(_("subject"), max_length=200, blank=True)
    preheader = TypedCharField(
        _("preview line"),
        max_length=150,
        blank=True,
        help_text=_("What mail programs show behind the subject."),
    )
    from_name = TypedCharField(_("sender's name"), max_length=80, blank=True)
    reply_to = models.EmailField(_("answers go to"), blank=True)
    body_format = models.CharField(
        _("written in"), max_length=10, choices=BodyFormat, default=BodyFormat.MARKDOWN
    )
    frame = models.CharField(_("template"), max_length=16, choices=Frame, default=Frame.LETTER)
    body = TypedTextField(_("text"), blank=True)
    text = TypedTextField(
        _("plain-text part"),
        blank=True,
        help_text=_("Leave empty to have it made from the text above."),
    )
    contact_list = models.ForeignKey(
        "audience.ContactList",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("list"),
    )
    segment = models.ForeignKey(
        "audience.Segment",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("segment"),
    )
    consent_kind = models.CharField(
        _("consent it rests on"),
        max_length=12,
        choices=[
            (kind.value, kind.label) for kind in (ConsentKind.NEWSLETTER, ConsentKind.PROMOTIONS)
        ],
        default=ConsentKind.NEWSLETTER,
    )
    state = models.CharField(max_length=10, choices=CampaignState, default=CampaignState.DRAFT)
    measuring = models.CharField(max_length=8, choices=Measuring, default=Measuring.CONSENT)
    links: models.JSONField[list[str]] = models.JSONField(default=list, blank=True)
    refused: models.JSONField[dict[str, int]] = models.JSONField(default=dict, blank=True)
    mailing = models.OneToOneField(
        "delivery.Mailing", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    scheduled_for = models.DateTimeField(_("send at"), null=True, blank=True)
    scheduled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    started_at = models.DateTimeField(null=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    paused_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    stopped_because = models.CharField(max_length=300, blank=True)

    objects: ClassVar[models.Manager["Campaign"]] = ScopedManager(merchant="merchant")

    class Meta:
        ordering = ("-pk",)
        indexes: ClassVar = [
            models.Index(
                fields=["scheduled_for"],
                condition=Q(state=CampaignState.SCHEDULED),
                name="campaigns_to_start",
            ),
            models.Index(fields=["merchant", "state"], name="campaigns_by_state"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(contact_list__isnull=True) | Q(segment__isnull=True),
                name="campaign_to_a_list_or_a_segment",
            ),
        ]

    class Privacy(WrittenByMerchant):
        personal = {
            "from_name": Kind.NAME,
            "reply_to": Kind.EMAIL,
            "subject": Kind.MESSAGE,
            "preheader": Kind.MESSAGE,
            "body": Kind.MESSAGE,
            "text": Kind.MESSAGE,
        }
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "name": "title of a letter",
            "body_format": "closed list",
            "frame": "closed list",
            "contact_list": "row number of a list",
            "segment": "row number of a segment",
            "consent_kind": "closed list",
            "state": "state of the letter",
            "measuring": "closed list",
            "links": "addresses of pages, with the names of merge fields and nobody's values",
            "refused": "counts",
            "mailing": "row number of a run",
            **dict.fromkeys(
                (
                    *("created_at", "changed_at", "scheduled_for", "started_at", "paused_at"),
                    *("cancelled_at", "finished_at"),
                ),
                "time of the letter's life",
            ),
            "stopped_because": "written by the program",
            **by_merchant("created_by", "scheduled_by", "started_by"),
        }

    def __str__(self) -> str:
        return self.name

    @property
    def is_draft(self) -> bool:
        return self.state == CampaignState.DRAFT

    @property
    def has_started(self) -> bool:
        return self.started_at is not None

    @property
    def is_going(self) -> bool:
        """Pages about it refresh themselves."""
        return self.state in {CampaignState.RUNNING, CampaignState.PAUSED}

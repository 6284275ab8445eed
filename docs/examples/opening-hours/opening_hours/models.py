from django.db import models

from tradepost.merchants.models import MerchantRow


class Hours(MerchantRow):
    """When a shop is open, in its own words."""

    text = models.TextField(max_length=1000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant"], name="hours_once")]

    class Privacy:
        not_personal = {
            "id": "row number",
            "merchant": "tenant",
            "text": "public words of the shop",
        }

    def __str__(self) -> str:
        return self.text[:40]

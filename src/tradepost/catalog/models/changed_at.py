from collections.abc import Sequence
from datetime import datetime
from typing import Any, override

from django.db import models

from tradepost.lib import clock


class ChangedAt(models.DateTimeField[str | datetime, datetime]):
    """When the row was last saved, by the product's own clock. Never typed in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"editable": False, "blank": True})

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """To a migration it is a moment as any other."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.DateTimeField", args, kwargs

    @override
    def pre_save(self, model_instance: models.Model, add: bool) -> datetime:
        moment = clock.now()
        setattr(model_instance, self.attname, moment)
        return moment

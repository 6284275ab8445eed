from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AudienceConfig(AppConfig):
    name = "tradepost.audience"
    label = "audience"

    def ready(self) -> None:
        from tradepost.audience.actions.counts import create_triggers  # noqa: PLC0415  needs the models

        post_migrate.connect(create_triggers, sender=self)

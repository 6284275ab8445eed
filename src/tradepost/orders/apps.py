from django.apps import AppConfig
from django.db.models.signals import post_migrate


class OrdersConfig(AppConfig):
    name = "tradepost.orders"
    label = "orders"

    def ready(self) -> None:
        from tradepost.orders.actions.totals import create_triggers  # noqa: PLC0415  needs the models

        post_migrate.connect(create_triggers, sender=self)

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "tradepost.delivery"
    label = "delivery"

    def ready(self) -> None:
        from tradepost.delivery import any_lookup  # noqa: F401, PLC0415  registers a lookup, once models can be imported

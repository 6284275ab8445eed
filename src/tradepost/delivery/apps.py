from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "tradepost.delivery"
    label = "delivery"

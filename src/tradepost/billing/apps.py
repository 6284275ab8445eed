from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "tradepost.billing"
    label = "billing"

from django.apps import AppConfig


class CheckoutConfig(AppConfig):
    name = "tradepost.checkout"
    label = "checkout"

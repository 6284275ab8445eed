from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "tradepost.certificates"
    label = "certificates"

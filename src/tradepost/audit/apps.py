from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "tradepost.audit"
    label = "audit"

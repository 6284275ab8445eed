from django.apps import AppConfig


class OpeningHoursConfig(AppConfig):
    name = "opening_hours"
    label = "opening_hours"
    default_auto_field = "django.db.models.BigAutoField"

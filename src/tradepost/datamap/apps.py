from django.apps import AppConfig


class DatamapConfig(AppConfig):
    name = "tradepost.datamap"
    label = "datamap"

    def ready(self) -> None:
        from tradepost.datamap import checks  # noqa: F401, PLC0415  registers the start-up check
        from tradepost.datamap.columns import any_case  # noqa: PLC0415  needs Django's models

        any_case.register()

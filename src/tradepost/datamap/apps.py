from django.apps import AppConfig
from django.db.models.signals import post_migrate


class DatamapConfig(AppConfig):
    name = "tradepost.datamap"
    label = "datamap"

    def ready(self) -> None:
        from tradepost.datamap import checks  # noqa: F401, PLC0415  registers the start-up check
        from tradepost.datamap.columns import any_case, any_lookup, text_index  # noqa: F401, PLC0415  need Django's models; the lookup registers itself

        any_case.register()
        post_migrate.connect(text_index.create_all, dispatch_uid="text_index")

from datetime import timedelta

from django.apps import AppConfig


class StrayConfig(AppConfig):
    name = "tradepost.datamap.tests.stray"
    label = "stray"
    default_auto_field = "django.db.models.AutoField"

    def ready(self) -> None:
        from tradepost.datamap.registry import declare_third_party, keep_rules, stores
        from tradepost.datamap.vocabulary import (
            Basis,
            Declaration,
            KeepRule,
            Kind,
            Purpose,
            Store,
            Subject,
        )

        said = {"label": "x", "since": "x", "why": "x", "period": timedelta(days=1)}
        for rule in (
            KeepRule(id="stray.idle", **said),
            KeepRule(id="stray.counts-only", due=lambda now: 0, **said),
            KeepRule(id="stray.purges-uncounted", purge=lambda now: 0, **said),
            KeepRule(id="stray.carried", carried_by="stray.whole", **said),
            KeepRule(id="stray.whole", due=lambda now: 0, purge=lambda now: 0, **said),
        ):
            keep_rules[rule.id] = rule
        for id, rule in (("stray.drawer", "stray.nowhere"), ("stray.shelf", "stray.whole")):
            stores[id] = Store(
                id=id,
                meaning="x",
                kinds=(Kind.FILE,),
                subject=Subject.CUSTOMER,
                purpose=Purpose.ORDERS,
                basis=Basis.CONTRACT,
                keep=rule,
                scan=lambda needle: [],
                erase=lambda subject: 0,
            )
        declare_third_party("stray.SpokenFor", Declaration(not_personal={"id": "row number"}))

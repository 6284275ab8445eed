"""How long things stay."""

from django.utils import timezone

from tradepost.datamap.checks import check_data_map
from tradepost.datamap.promises import Evidence, keeps, require
from tradepost.datamap.registry import keep_rules, personal_fields, personal_models
from tradepost.privacy.actions.run_retention import run_rule
from tradepost.privacy.promises.collection import declared


@keeps("keep.rule-for-everything", Evidence.ENFORCED)
def a_field_without_a_rule_does_not_start() -> str:
    with declared(keep="") as problems:
        require("datamap.E007" in problems, "A field without a retention rule starts.")
    found = check_data_map()
    require(not found, f"The data map has {len(found)} errors.")
    for model in personal_models():
        for name, said in personal_fields(model).items():
            require(said.keep in keep_rules, f"{model._meta.label}.{name} has no rule.")
    for rule in keep_rules.values():
        require(rule.since and rule.why, f"{rule.id} does not say since when or why.")
    return f"{len(keep_rules)} rules cover every field; one without a rule stops the start."


@keeps("keep.rule-for-everything", Evidence.TESTED)
def every_rule_can_run() -> str:
    running = [rule for rule in keep_rules.values() if rule.purge is not None]
    for rule in running:
        run = run_rule(rule, timezone.now())
        require(not run.error, f"Rule {rule.id} fails: {run.error}.")
    return f"{len(running)} rules ran through; the others are carried out by these or by closing."

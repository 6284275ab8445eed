"""How long things stay."""

from datetime import timedelta

from django.utils import timezone
from django.utils.formats import date_format

from tradepost.datamap.checks import check_data_map
from tradepost.datamap.promises import Evidence, keeps, require
from tradepost.datamap.registry import keep_rules, personal_fields, personal_models
from tradepost.merchants.actions.close import GRACE, ask_closing, close_one
from tradepost.merchants.models import Merchant
from tradepost.privacy.actions.run_retention import run_rule
from tradepost.privacy.canary import databases_holding
from tradepost.privacy.promises import scene
from tradepost.privacy.promises.collection import declared

LATEST = timedelta(days=60)


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


@keeps("keep.closure", Evidence.TESTED)
def closing_erases_shop_and_customers() -> str:
    require(GRACE <= LATEST, f"A closed account stays for {GRACE.days} days.")
    merchant = scene.shop()
    rest = scene.shop()
    word = merchant.handle
    ref = scene.person(merchant, f"{word}customer")
    other = scene.person(rest)
    scene.mailed_link(merchant, ref.email)
    owner = scene.owner_of(merchant)
    browser = scene.browser_of(owner)  # signing in later would take the closing back
    date = ask_closing(merchant=merchant, by=owner, typed_name=merchant.name, at_once=False)
    shown = scene.page(f"/office/{word}/settings/close/", browser)
    require(date_format(date) in shown, "The shop does not see the date.")
    Merchant.objects.filter(pk=merchant.pk).update(closing_at=timezone.now())
    close_one.call(merchant.pk)
    left = databases_holding(word)
    require(not left, f"Closed, and still found in {', '.join(left)}.")
    require(scene.letter_of(other).email == other.email, "Another shop's customer went too.")
    return "A marked shop was closed: it, its owner and its customer are in no table any more."

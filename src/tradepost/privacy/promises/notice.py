"""The notice itself."""

import html
import re
from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import override_settings
from django_scopes import scope

from tradepost.datamap.promises import Broken, Evidence, checks, keeps, require
from tradepost.datamap.registry import keep_rules
from tradepost.privacy.actions.choose_period import choose_period
from tradepost.privacy.actions.post_notice import differences, draft_notice, post_notice
from tradepost.privacy.catalogue import PROMISES
from tradepost.privacy.doors import staff_of
from tradepost.privacy.figures import in_words
from tradepost.privacy.models import NoticeVersion, PromiseResult
from tradepost.privacy.models.notice import NOTICE_DAYS
from tradepost.privacy.notice import UnqualifiedAbsolute, build_notice, refuse_absolutes
from tradepost.privacy.promises import scene

# Numbers of laws and of law's own terms stand in the text; whatever we choose is a figure.
FIGURE = re.compile(r"%\(\w+\)s")
NUMBER = re.compile(r"\b\d+\b(?! hours of our learning)")


@keeps("notice.public", Evidence.TESTED)
def anybody_can_read_it() -> str:
    merchant = scene.shop()
    scene.published("notice.public")
    draft_notice(merchant=None)
    text = scene.page("/privacy/")
    for part in ('id="collected"', 'id="recipients"', 'id="cookies"', "in force since"):
        require(part in text, f"The notice lacks {part}.")
    notice = build_notice(merchant)
    require(len(notice.collected) >= 5, "The notice does not list what is collected.")
    for line in notice.collected:
        require(line.kinds and line.purposes and line.keep, f"{line.what} is not explained.")
    scene.page(f"/privacy/{merchant.handle}/")
    return f"A stranger reads it: dated, with {len(notice.collected)} kinds of records, recipients, cookies."


@keeps("notice.true", Evidence.TESTED)
def another_setting_changes_the_page() -> str:
    scene.published("collect.location")
    city = scene.mark()
    require(city not in scene.page("/privacy/"), "The page knows the future.")
    with override_settings(TRADEPOST=replace(settings.TRADEPOST, storage_city=city)):
        text = " ".join(sentence.text for sentence in build_notice().sentences)
        require(city in text, "A setting was changed and the sentence did not follow.")
        page = scene.page("/privacy/")
    require(page.count(city) >= 2, "A setting was changed and the page did not follow.")
    require('id="collect.location"' in page and "checked" in page, "A sentence hides its check.")
    PromiseResult.objects.filter(promise="collect.location").update(state="broken")
    require(
        'id="collect.location"' not in scene.page("/privacy/"), "A broken promise is published."
    )
    _refuses("We never look.")
    for promise in (PROMISES[id] for id in checks if id in PROMISES):
        bare = FIGURE.sub("", str(promise.sentence))
        require(not NUMBER.search(bare), f"{promise.id} holds a figure written by hand.")
    return (
        "A changed setting changed the page; a broken promise left it; a bare “never” was refused."
    )


@keeps("notice.true", Evidence.TESTED)
def a_shops_own_period_changes_its_page() -> str:
    """Every rule that leaves the period to the shop: the shop's notice, and the person's portal."""
    merchant = scene.shop()
    page = f"/privacy/{merchant.handle}/"
    chosen = [rule for rule in keep_rules.values() if rule.choice is not None]
    require(chosen, "No rule leaves a choice.")
    for number, rule in enumerate(chosen):
        assert rule.choice is not None
        days = rule.choice[0].days + 101 + number
        words = in_words(timedelta(days=days))
        require(words not in scene.page(page), "The page knows the future.")
        with scope(merchant=merchant):
            choose_period(merchant=merchant, rule_id=rule.id, days=days, by=staff_of(merchant))
        require(words in scene.page(page), f"{rule.id}: the notice shows another period.")
    doors = {door.meaning for door in build_notice(merchant).doors}
    text = html.unescape(scene.page(page)).lower()
    missing = [door for door in doors if door.lower() not in text]
    require(doors and not missing, f"The notice keeps quiet about: {', '.join(missing)}.")
    return f"{len(chosen)} periods chosen by a shop and {len(doors)} ways in stand in its notice."


def _refuses(text: str) -> None:
    try:
        refuse_absolutes(text, "tested")
    except UnqualifiedAbsolute:
        return
    raise Broken("An unqualified absolute passes the generator.")


@keeps("notice.thirty-days", Evidence.ENFORCED)
def the_database_refuses_a_hasty_change() -> str:
    merchant = scene.shop()
    common = {"merchant": merchant, "digest": "x"}
    NoticeVersion._base_manager.create(**common, number=1, posted_day=100, effective_day=100)
    try:
        with transaction.atomic():
            hasty = {"posted_day": 100, "effective_day": 100 + NOTICE_DAYS - 1}
            NoticeVersion._base_manager.create(**common, number=2, **hasty)
    except IntegrityError:
        pass
    else:
        raise Broken("The database takes terms that change within 29 days.")
    version = NoticeVersion._base_manager.create(
        **common, number=2, sentences=[{"id": "a", "text": "b"}]
    )
    try:
        post_notice(version=version)
    except IntegrityError:
        raise Broken("Posting tries to put terms in force too early.") from None
    assert version.effective_day is not None
    assert version.posted_day is not None
    require(version.effective_day - version.posted_day >= 30, "Posted terms take effect too early.")
    require(differences(None, version), "The difference is not readable.")
    return "The database refused terms that change after 29 days; posted ones take effect after 30."


@keeps("redress.individual", Evidence.TESTED)
def the_ways_are_described() -> str:
    text = scene.page("/privacy/")
    for word in ('id="redress"', "courts", "Art. 77 to 79"):
        require(word in text, f"The notice does not describe: {word}.")
    return "The notice describes portal, authority and courts."

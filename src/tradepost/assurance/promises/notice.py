"""The notice itself."""

import html
import re
from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import override_settings
from django_scopes import scope

from tradepost.assurance.entrances.registry import staff_of
from tradepost.assurance.promises import fixtures
from tradepost.audit.types import SYSTEM, Actor
from tradepost.datamap.promises import Broken, Evidence, checks, keeps, require
from tradepost.datamap.registry import keep_rules
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Subject
from tradepost.lib import clock
from tradepost.merchants.models import Merchant
from tradepost.notice.actions.post_notice import announce_changes, draft_notice, post_notice
from tradepost.notice.catalogue import PROMISES
from tradepost.notice.document import UnqualifiedAbsolute, build_notice, refuse_absolutes
from tradepost.notice.models import NoticeSeen, NoticeVersion, PromiseResult
from tradepost.notice.models.notice import NOTICE_DAYS
from tradepost.notice.versions import differences
from tradepost.rights.actions.choose_period import choose_period
from tradepost.rights.words import in_words

# Numbers of laws and of law's own terms stand in the text; whatever we choose is a figure.
FIGURE = re.compile(r"%\(\w+\)s")
NUMBER = re.compile(r"\b\d+\b(?! hours of our learning)")


@keeps("notice.public", Evidence.TESTED)
def anybody_can_read_it() -> str:
    merchant = fixtures.shop()
    fixtures.published("notice.public")
    draft_notice(merchant=None)
    text = fixtures.page("/privacy/")
    for part in ('id="collected"', 'id="recipients"', 'id="cookies"', "in force since"):
        require(part in text, f"The notice lacks {part}.")
    notice = build_notice(merchant)
    require(len(notice.collected) >= 5, "The notice does not list what is collected.")
    for line in notice.collected:
        require(line.kinds and line.purposes and line.keep, f"{line.what} is not explained.")
    fixtures.page(f"/privacy/{merchant.handle}/")
    return f"A stranger reads it: dated, with {len(notice.collected)} kinds of records, recipients, cookies."


@keeps("notice.true", Evidence.TESTED)
def another_setting_changes_the_page() -> str:
    fixtures.published("collect.location")
    city = fixtures.mark()
    require(city not in fixtures.page("/privacy/"), "The page knows the future.")
    with override_settings(TRADEPOST=replace(settings.TRADEPOST, storage_city=city)):
        text = " ".join(sentence.text for sentence in build_notice().sentences)
        require(city in text, "A setting was changed and the sentence did not follow.")
        page = fixtures.page("/privacy/")
    require(page.count(city) >= 2, "A setting was changed and the page did not follow.")
    require('id="collect.location"' in page and "checked" in page, "A sentence hides its check.")
    PromiseResult.objects.filter(promise="collect.location").update(state="broken")
    require(
        'id="collect.location"' not in fixtures.page("/privacy/"), "A broken promise is published."
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
    merchant = fixtures.shop()
    page = f"/privacy/{merchant.handle}/"
    chosen = [rule for rule in keep_rules.values() if rule.choice is not None]
    require(chosen, "No rule leaves a choice.")
    for number, rule in enumerate(chosen):
        assert rule.choice is not None
        days = rule.choice[0].days + 101 + number
        words = in_words(timedelta(days=days))
        require(words not in fixtures.page(page), "The page knows the future.")
        with scope(merchant=merchant):
            choose_period(
                merchant=merchant, rule_id=rule.id, days=days, by=Actor.user(staff_of(merchant))
            )
        require(words in fixtures.page(page), f"{rule.id}: the notice shows another period.")
    doors = {door.meaning for door in build_notice(merchant).doors}
    text = html.unescape(fixtures.page(page)).lower()
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
    merchant = fixtures.shop()
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
        post_notice(version=version, by=SYSTEM)
    except IntegrityError:
        raise Broken("Posting tries to put terms in force too early.") from None
    assert version.effective_day is not None
    assert version.posted_day is not None
    require(version.effective_day - version.posted_day >= 30, "Posted terms take effect too early.")
    require(differences(None, version), "The difference is not readable.")
    return "The database refused terms that change after 29 days; posted ones take effect after 30."


@keeps("redress.individual", Evidence.TESTED)
def the_ways_are_described() -> str:
    text = fixtures.page("/privacy/")
    for word in ('id="redress"', "courts", "Art. 77 to 79"):
        require(word in text, f"The notice does not describe: {word}.")
    return "The notice describes portal, authority and courts."


def _changed(merchant: Merchant | None) -> NoticeVersion:
    """The first version, posted a while ago, and a second one, drafted yesterday and posted today."""
    fixtures.published("collect.location")
    draft_notice(merchant=merchant)
    first = NoticeVersion._base_manager.filter(merchant=merchant, number=1)
    changed = first.exclude(posted_day=None).update(posted_day=100, effective_day=100)
    require(changed, "The first version is not posted.")
    with override_settings(TRADEPOST=replace(settings.TRADEPOST, storage_city=CITY)):
        draft = draft_notice(merchant=merchant)
        require(draft and draft.posted_day is None, "A change of an hour is posted at once.")
        yesterday = clock.now() - timedelta(days=1)
        NoticeVersion._base_manager.filter(posted_day=None).update(drafted_at=yesterday)
        posted = draft_notice(merchant=merchant)
    require(posted and posted.posted_day, "A change that stands is not posted.")
    assert posted is not None
    return posted


CITY = "Nowhere-on-Sea"


@keeps("notice.changes-posted", Evidence.TESTED)
def changes_are_posted_with_the_difference() -> str:
    posted = _changed(None)
    for url in ("/privacy/", "/"):
        page = fixtures.page(url)
        require(f"Version {posted.number} was posted" in page, f"{url} is silent about a change.")
        require(re.search(f"<ins>[^<]*{CITY}", page), f"{url} does not show what is new.")
        require(re.search("<del>[^<]+</del>", page), f"{url} does not show what it replaces.")
    names = {line["id"].partition(":")[0] for line in posted.sentences if ":" in line["id"]}
    wanted = {"held", "door", "recipient", "cookie"}
    require(names >= wanted, f"Changes are not noticed in: {', '.join(wanted - names)}.")
    return "A change was drafted, posted a day later, and shown word by word here and at home."


@keeps("notice.versions", Evidence.TESTED)
def old_versions_stay_and_are_remembered() -> str:
    merchant = fixtures.shop()
    fixtures.published("collect.location")
    first = draft_notice(merchant=merchant)
    mark = fixtures.known_person(merchant)
    ref = SubjectRef(Subject.CUSTOMER, mark.email, merchant.pk)
    seen = NoticeSeen._base_manager.filter(subject_key=ref.key).values_list("version", flat=True)
    require(first and list(seen) == [first.pk], "Which version a buyer saw is not known.")
    posted = _changed(merchant)
    shown = fixtures.page("/privacy/visit/", fixtures.visit_of(merchant, ref.email))
    require(str(NoticeSeen._meta.verbose_name) in shown.lower(), "The person does not see it.")
    for number, city in ((1, settings.TRADEPOST.storage_city), (posted.number, CITY)):
        old = fixtures.page(f"/privacy/{merchant.handle}/versions/{number}/")
        require(city in old, f"Version {number} does not stay as it was.")
    return "Both versions can be read as posted, and a buyer's own is on record and in the portal."


@keeps("notice.announce", Evidence.TESTED)
def account_holders_are_told() -> str:
    merchant = fixtures.shop()
    owner = fixtures.owner_of(merchant)
    customer = fixtures.person(merchant)
    _changed(None)
    for _twice in range(2):
        announce_changes()
    told = [mail for mail in fixtures.mails_to(owner.email) if CITY in mail.text]
    require(len(told) == 1, f"An account holder was told {len(told)} times.")
    require(not fixtures.mails_to(customer.email), "A shop's customer was told, too.")
    home = fixtures.page(f"/office/{merchant.handle}/", fixtures.browser_of(owner))
    require("the privacy notice changes" in home, "The back office is silent.")
    return "A posted change was mailed once to an account holder and shown in the back office."

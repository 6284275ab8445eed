"""Texts for readers here and there, posted together; on paper; and for programs."""

import json
from dataclasses import replace
from datetime import timedelta
from html import unescape
from itertools import combinations

import pytest
from django.test import Client
from django_scopes import scope, scopes_disabled

from tradepost.audit.types import SYSTEM
from tradepost.datamap.registry import keep_rules
from tradepost.datamap.vocabulary import Basis, Kind, Purpose
from tradepost.lib import clock
from tradepost.modules.actions.switch import switch_for_all
from tradepost.modules.switches import modules
from tradepost.notice import variants
from tradepost.notice.actions.post_notice import draft_notice
from tradepost.notice.addresses import address
from tradepost.notice.catalogue import PROMISES
from tradepost.notice.document import PrivacyNotice, build_notice
from tradepost.notice.formats import json_ld
from tradepost.notice.models import NoticeVersion, PromiseResult
from tradepost.notice.types import NoticeVariant, PromiseState
from tradepost.rights.actions.choose_period import choose_period

pytestmark = pytest.mark.django_db
OTHERS = [variant for variant in NoticeVariant if variant is not NoticeVariant.WORLD]


@pytest.fixture(autouse=True)
def everything_kept():
    PromiseResult.objects.bulk_create(
        PromiseResult(promise=id, check_name="", state="kept", evidence_class="enforced")
        for id in PROMISES
    )


def no_variant_says_less(merchant) -> None:
    for shop in (None, merchant):
        general = set(build_notice(shop).lines())
        for variant in OTHERS:
            own = set(build_notice(shop, variant).lines())
            assert general < own, variant


@pytest.mark.parametrize(
    "off", [some for count in range(len(modules) + 1) for some in combinations(modules, count)]
)
def test_with_any_modules_off_no_variant_says_less(merchant, off):
    for key in off:
        switch_for_all(key=key, on=False, by=SYSTEM)
    no_variant_says_less(merchant)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("storage_country", "US"), ("storage_city", "Oslo"), ("storage_host", "Hosting Ltd")),
        *(
            ("operator_name", "Other Ltd"),
            ("operator_address", "1 Road"),
            ("operator_country", "US"),
        ),
        *(("protection_officer", "Ann"), ("eu_representative", "Bo, Paris")),
        ("supervisory_authority", "the authority of Norway"),
    ],
)
def test_with_any_setting_that_the_notice_shows_no_variant_says_less(
    merchant, settings, name, value
):
    settings.TRADEPOST = replace(settings.TRADEPOST, **{name: value})
    no_variant_says_less(merchant)


def test_with_any_period_that_a_shop_chose_no_variant_says_less(merchant):
    for rule in (one for one in keep_rules.values() if one.choice):
        with scope(merchant=merchant):
            choose_period(
                merchant=merchant, rule_id=rule.id, days=rule.choice[0].days + 9, by=SYSTEM
            )
        no_variant_says_less(merchant)


def test_a_variant_that_says_less_is_not_posted(merchant, monkeypatch):
    real = PrivacyNotice.for_readers

    def less(self, variant):
        notice = real(self, variant)
        return replace(notice, sections=[]) if variant is NoticeVariant.EUROPE else notice

    monkeypatch.setattr(PrivacyNotice, "for_readers", less)
    with pytest.raises(variants.PromisesLess, match="European Union"):
        draft_notice(merchant=merchant)
    with scopes_disabled():
        assert not NoticeVersion.objects.exists()


def test_a_change_of_one_variant_is_a_version_of_all_and_is_told_on_the_general_page(
    merchant, monkeypatch
):
    draft_notice(merchant=None)
    own = variants._OWN[NoticeVariant.CALIFORNIA] | {"california.new": "Brand new in California."}
    monkeypatch.setitem(variants._OWN, NoticeVariant.CALIFORNIA, own)
    draft_notice(merchant=None)
    NoticeVersion._base_manager.update(drafted_at=clock.now() - timedelta(days=1))
    draft_notice(merchant=None)
    rows = NoticeVersion._base_manager.filter(number=2)
    assert sorted(rows.values_list("variant", flat=True)) == sorted(NoticeVariant.values)
    assert len(set(rows.values_list("posted_day", "effective_day"))) == 1
    assert "<ins>Brand new in California.</ins>" in Client().get("/privacy/").text
    assert "<ins>Brand new in California.</ins>" in Client().get("/privacy/in/california/").text
    assert "<ins>Brand new in California.</ins>" not in Client().get("/privacy/in/eu/").text


def test_an_installation_from_before_the_variants_gets_them_in_thirty_days(merchant):
    draft_notice(merchant=None)
    NoticeVersion._base_manager.exclude(variant="world").delete()
    draft_notice(merchant=None)
    NoticeVersion._base_manager.filter(number=2).update(drafted_at=clock.now() - timedelta(days=1))
    draft_notice(merchant=None)
    days = NoticeVersion._base_manager.filter(number=2).values_list("posted_day", "effective_day")
    assert {effective - posted for posted, effective in days} == {30}
    assert len(days) == len(NoticeVariant)


@pytest.fixture
def printed(monkeypatch) -> list[str]:
    """What was to be printed."""
    found = []
    monkeypatch.setattr(
        "tradepost.notice.formats.paper.as_pdf", lambda html, *_: found.append(html) or b"%PDF"
    )
    return found


@pytest.mark.parametrize("variant", NoticeVariant)
@pytest.mark.parametrize("whose", ["operator", "shop"])
def test_the_notice_on_paper_holds_what_the_page_says(merchant, printed, whose, variant):
    shop = merchant if whose == "shop" else None
    Client().get(address("paper", shop, variant))
    (html,) = printed
    text = unescape(html)
    notice = build_notice(shop, variant)
    parts = [*notice.sentences, *notice.own]
    assert [part.id for part in parts if part.text not in text] == []
    assert [line.what for line in notice.collected if line.what not in text] == []
    assert [str(party.name) for party in notice.processors if str(party.name) not in text] == []


def test_it_is_a_pdf():
    answer = Client().get("/privacy/notice.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content[:5] == b"%PDF-"


def test_the_same_paper_is_printed_once(merchant, printed):
    for _twice in range(2):
        assert Client().get("/privacy/notice.pdf").content == b"%PDF"
    assert len(printed) == 1


def test_programs_read_who_what_why_and_what_the_checks_found(merchant):
    page = Client().get(f"/privacy/{merchant.handle}/").text
    url = f"/privacy/{merchant.handle}/notice.jsonld"
    assert f'<link rel="alternate" type="application/ld+json" href="{url}">' in page
    PromiseResult.objects.filter(promise="secure.tls").update(state=PromiseState.BROKEN)
    answer = Client().get(url)
    assert answer["Content-Type"] == "application/ld+json"
    document = json.loads(answer.content)
    assert document["@type"] == "dpv:PrivacyNotice"
    assert document["dpv:hasDataController"]["dpv:hasName"] == merchant.name
    assert len(document["dpv:hasProcess"]) == len(build_notice(merchant).collected)
    outcome = {
        promise["@id"].partition("#")[2]: promise["earl:result"]["earl:outcome"]
        for promise in document["dct:conformsTo"]
    }
    assert outcome["share.no-sale"] == "earl:passed"
    assert outcome["secure.tls"] == "earl:failed"
    assert outcome.keys() == PROMISES.keys()


def test_the_vocabulary_has_a_word_for_each_of_ours():
    assert json_ld.KINDS.keys() == set(Kind)
    assert json_ld.PURPOSES.keys() == set(Purpose)
    assert json_ld.BASES.keys() == set(Basis)
    known = {word.partition(":")[0] for word in (*json_ld.KINDS.values(), *json_ld.BASES.values())}
    assert known <= json_ld.CONTEXT.keys()
    assert {kind for kinds in variants._CATEGORIES.values() for kind in kinds} == set(Kind)

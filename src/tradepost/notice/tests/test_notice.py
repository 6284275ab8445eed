"""What the notice says beside its promises, when it is posted, and when it is not."""

import pytest
from django.test import Client
from django_scopes import scopes_disabled

from tradepost.datamap.vocabulary import Subject
from tradepost.notice.actions.post_notice import draft_all
from tradepost.notice.catalogue import PROMISES, SUMMARY
from tradepost.notice.document import build_notice, resting_on_interest
from tradepost.notice.models import NoticeVersion, PromiseResult
from tradepost.notice.situations import INTERESTS
from tradepost.notice.types import NoticeVariant

pytestmark = pytest.mark.django_db


def check(*promises: str) -> None:
    for promise in promises:
        PromiseResult.objects.create(
            promise=promise, check_name="", state="kept", evidence_class="enforced", evidence="x"
        )


def posted() -> int:
    with scopes_disabled():
        return NoticeVersion.objects.exclude(posted_day=None).count()


def test_nothing_is_posted_before_every_promise_was_checked_once(merchant, settings):
    settings.NOTICE_BLANKS = []
    *most, last = PROMISES
    check(*most)
    assert draft_all() == 0
    assert posted() == 0
    check(last)
    assert draft_all() == 2
    assert posted() == 2 * len(NoticeVariant)


def test_nothing_is_posted_while_the_operator_has_left_a_blank(merchant, settings):
    settings.NOTICE_BLANKS = ["TRADEPOST_OPERATOR_ADDRESS"]
    check(*PROMISES)
    assert draft_all() == 0
    assert posted() == 0
    page = Client().get("/privacy/").text
    assert "not published yet" in page
    assert "TRADEPOST_OPERATOR_ADDRESS" in page


def test_all_is_found_by_situation_and_by_ten_headings(merchant):
    check(*PROMISES)
    page = Client().get(f"/privacy/{merchant.handle}/").text
    for heading in ("visit", "buy", "news", "help"):
        assert f'id="i-{heading}"' in page
    assert 'id="i-shop"' not in page
    assert page.count('<h2 id="section-') == 10
    assert 'id="i-shop"' in Client().get("/privacy/").text


def test_everything_that_is_held_stands_in_exactly_one_situation(merchant):
    for shop in (merchant, None):
        notice = build_notice(shop)
        shown = [line.id for one in notice.situations for line in one.collected]
        assert sorted(shown) == sorted(line.id for line in notice.collected)


@pytest.mark.parametrize(
    "words",
    [
        *("Data protection officer", "Legitimate interests", "Taking back a consent"),
        *("without them it cannot be carried out", "Decisions by programs", "Children"),
        *("If you never gave us your address", "Wherever you live", "tradepost-theme"),
    ],
)
def test_the_notice_says_what_the_law_wants_said(merchant, words):
    assert words in Client().get(f"/privacy/{merchant.handle}/").text


def test_the_operator_stands_among_the_recipients_of_a_shop(merchant):
    page = Client().get(f"/privacy/{merchant.handle}/").text
    assert 'id="party-operator"' in page
    assert "Shopify" not in page, "who gets nothing about anybody is no recipient"


def test_each_interest_has_its_name_and_the_summary_names_promises():
    for subject in Subject:
        assert set(resting_on_interest(subject)) <= INTERESTS.keys()
    assert PROMISES.keys() >= SUMMARY


def test_ids_and_times_of_checks_are_folded_away(merchant):
    check(*PROMISES)
    page = Client().get("/privacy/").text
    unfolded = "".join(part.split("</details>")[-1] for part in page.split("<details"))
    assert "share.no-sale</code>" in page
    assert "share.no-sale</code>" not in unfolded

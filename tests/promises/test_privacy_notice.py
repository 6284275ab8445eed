"""Each promise about the notice itself: kept, then broken on purpose, then caught."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.promises.mutations import assert_kept_then_broken, cases, without
from tradepost.notice import figures
from tradepost.notice.actions import post_notice, tell_holders

pytestmark = pytest.mark.django_db


def write_the_city_by_hand(breach):
    breach.setitem(figures.figures, "storage_city", lambda merchant: "Geneva")


def list_nothing(breach):
    from tradepost.notice import document as notice

    breach.setattr(notice, "_collected", lambda *said: iter(()))


def hurry(breach):
    breach.setattr(post_notice, "NOTICE_DAYS", 10)


def show_every_shop_the_same_period(breach):
    from tradepost.datamap.registry import keep_rules
    from tradepost.notice import document as notice

    breach.setattr(notice, "rules_of", lambda merchant_id: keep_rules)


def keep_quiet_about_a_door(breach):
    without(breach, "notice/notice_tables.html", "{{ door.meaning|word|capfirst }}")


def write_a_figure_by_hand(breach):
    from tradepost.notice.catalogue import PROMISES

    said = replace(PROMISES["keep.closure"], sentence="Gone 30 days later.")
    breach.setitem(PROMISES, "keep.closure", said)


def post_nothing(breach):
    breach.setattr(post_notice, "STANDS_FOR", timedelta(days=9999))


def keep_quiet_at_home(breach):
    without(breach, "backoffice/front_page.html", "{% notice_announced %}")


def compare_sentences_only(breach):
    """New recipients and longer periods would come in unannounced."""
    from tradepost.notice.document import PrivacyNotice

    breach.setattr(PrivacyNotice, "lines", lambda self: [(it.id, it.text) for it in self.sentences])


def forget_what_was_shown(breach):
    for room in ("audience.actions.confirm", "checkout.actions.place_order"):
        breach.setattr(f"tradepost.{room}.note_notice", lambda **said: None)


def rewrite_old_versions(breach):
    without(breach, "notice/notice_version.html", "{{ line.text }}", "{{ difference.after }}")


def tell_no_account_holder(breach):
    breach.setattr(tell_holders, "queue_mail", lambda **said: None)


def tell_them_every_day(breach):
    from tradepost.delivery.models import Mail

    class Nobody:
        objects = Mail.objects.none()

    breach.setattr(tell_holders, "Mail", Nobody)


def hide_the_tile(breach):
    from tradepost.modules import tiles

    breach.setattr(tiles, "tiles", [])


def promise_californians_less(breach):
    from tradepost.notice.document import PrivacyNotice

    real = PrivacyNotice.for_readers

    def less(self, variant):
        notice = real(self, variant)
        if variant == "california":
            sections = [section for section in notice.sections if section.id != "sharing"]
            return replace(notice, sections=sections)
        return notice

    breach.setattr(PrivacyNotice, "for_readers", less)


def leave_the_own_text_out(breach):
    without(breach, "notice/notice.html", "{{ line.text }}")


def let_the_new_owner_in_at_once(breach):
    from tradepost.merchants import newcomers

    breach.setattr(newcomers, "answers", [])


def keep_quiet_in_the_portal(breach):
    without(breach, "rights/portal/visit.html", "{% announcements shop_of_portal %}")


def mail_nobody_of_a_change_of_owner(breach):
    from tradepost.notice.actions import transition

    breach.setattr(transition, "tell_of", lambda row: 0)


def hand_over_a_day_early(breach):
    from tradepost.notice.actions import transition

    real = transition.today_number
    breach.setattr(transition, "today_number", lambda: real() + 1)


MUTATIONS = {
    "share.merger": [
        let_the_new_owner_in_at_once,
        keep_quiet_in_the_portal,
        mail_nobody_of_a_change_of_owner,
        hand_over_a_day_early,
    ],
    "notice.variants": [promise_californians_less, leave_the_own_text_out],
    "notice.changes-posted": [post_nothing, keep_quiet_at_home, compare_sentences_only],
    "notice.versions": [forget_what_was_shown, rewrite_old_versions],
    "notice.announce": [tell_no_account_holder, tell_them_every_day, hide_the_tile],
    "notice.public": list_nothing,
    "notice.true": [
        write_the_city_by_hand,
        show_every_shop_the_same_period,
        keep_quiet_about_a_door,
        write_a_figure_by_hand,
    ],
    "notice.thirty-days": hurry,
}


@pytest.mark.parametrize(("promise", "mutate"), cases(MUTATIONS))
def test_kept_until_broken(promise, mutate, monkeypatch):
    assert_kept_then_broken(promise, mutate, monkeypatch)

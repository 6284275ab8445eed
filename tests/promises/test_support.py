"""Promises of the support desk: kept, then broken on purpose, then caught."""

from dataclasses import replace

import pytest

from tests.promises.mutations import assert_kept_then_broken, cases
from tradepost.datamap.registry import stores
from tradepost.datamap.vocabulary import Purpose
from tradepost.modules.mail_templates import mail_templates
from tradepost.support.actions import take_mail

pytestmark = pytest.mark.django_db


def answer_as_news(breach):
    news = replace(mail_templates["support/answer"], purpose=Purpose.NEWSLETTERS, service=False)
    breach.setitem(mail_templates, news.name, news)


def begin_anew_with_each_answer(breach):
    breach.setattr(take_mail, "conversation_behind", lambda recipient: 0)


def leave_files_of_messages(breach):
    files = replace(stores["support.files"], erase_many=lambda subjects: 0)
    breach.setitem(stores, files.id, files)


MUTATIONS = {
    "purpose.follow-up": [answer_as_news, begin_anew_with_each_answer],
    "collect.messages": leave_files_of_messages,
}


@pytest.mark.parametrize(("promise", "mutate"), cases(MUTATIONS))
def test_kept_until_broken(promise, mutate, monkeypatch):
    assert_kept_then_broken(promise, mutate, monkeypatch)

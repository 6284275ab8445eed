"""How long conversations stay, and that their files go with them."""

from datetime import timedelta

import pytest

from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Subject
from tradepost.lib import clock
from tradepost.rights.actions.erase import erase_person
from tradepost.support import retention
from tradepost.support.models import Conversation
from tradepost.support.tests.conftest import ANN
from tradepost.support.tests.samples import PDF, conversation
from tradepost.support.types import GivenFile

pytestmark = pytest.mark.django_db
FILE = GivenFile(name="a.pdf", content=PDF)


def test_conversations_go_with_their_files_when_their_time_is_over(in_scope, own_files):
    old = conversation(in_scope, files=[FILE])
    young = conversation(in_scope, files=[FILE])
    now = clock.now() + retention.AFTER_LAST
    Conversation.objects.filter(pk=old.pk).update(last_at=clock.now() - timedelta(days=2))
    assert retention.count_due(now - timedelta(days=1)) == 1
    assert retention.purge(now - timedelta(days=1)) == 1
    assert list(Conversation.objects.all()) == [young]
    assert len(list(own_files.list("support"))) == 1


def test_an_erasure_takes_rows_and_bytes_of_one_person_in_one_shop(in_scope, own_files):
    from tradepost.audit.types import PERSON

    conversation(in_scope, ANN, files=[FILE])
    kept = conversation(in_scope, "bob@people.example", files=[FILE])
    erase_person(ref=SubjectRef(Subject.CUSTOMER, ANN, in_scope.pk), by=PERSON)
    assert list(Conversation.objects.all()) == [kept]
    assert len(list(own_files.list("support"))) == 1


def test_files_without_a_message_are_swept_up_after_a_day(in_scope, own_files):
    conversation(in_scope, files=[FILE])
    own_files.write("support/1/stray", b"x")
    assert retention.count_strays(clock.now()) == 0
    later = clock.now() + timedelta(days=2)
    assert retention.purge_strays(later) == 1
    assert len(list(own_files.list("support"))) == 1


def test_a_search_of_the_files_finds_what_is_in_them(in_scope, own_files):
    conversation(in_scope, files=[GivenFile(name="a.txt", content=b"needle")])
    assert list(retention.scan(b"needle"))
    assert not list(retention.scan(b"haystack"))

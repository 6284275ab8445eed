"""The desk answers: what it shows, what it mails, and what two of the team do at once."""

import pytest
from django.urls import reverse
from django_scopes import scopes_disabled

from tradepost.audit.models import Entry
from tradepost.audit.types import Actor
from tradepost.support.actions import handle, write
from tradepost.support.models import Conversation, Message, SavedReply
from tradepost.support.tests.conftest import ANN
from tradepost.support.tests.samples import conversation
from tradepost.support.types import NoSuchMember, PersonStopped, SomebodyElseWrote

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(merchant):
    """``at("say", row)``: address of a page of the desk."""

    def address(page: str, *rows: object) -> str:
        names = [row if isinstance(row, str) else row.public_id for row in rows]
        return reverse(f"support_office:{page}", args=[merchant.handle, *names])

    return address


def test_an_answer_is_mailed_with_an_address_of_its_own_and_stays_on_the_matter(
    asked, office, at, mailbox
):
    office.post(at("say", asked), {"text": "It left on Monday.", "do": "answer"})
    (mail,) = mailbox("support/answer")
    assert mail.address == ANN
    assert "It left on Monday." in mail.text
    assert mail.about == f"support.conversation:{asked.pk}"
    assert mail.reply_to.startswith("s-")
    asked.refresh_from_db()
    assert asked.state == "answered"
    assert asked.assigned_to.email.startswith("owner@")


def test_of_two_who_answer_at_once_the_second_reads_the_first_before_sending(
    asked, office, at, mailbox, member
):
    seen = asked.messages.get().public_id
    colleague = member("support")
    first = office.post(at("say", asked), {"text": "One.", "do": "answer", "seen": seen})
    second = colleague.post(at("say", asked), {"text": "Two.", "do": "answer", "seen": seen})
    assert (first.status_code, second.status_code) == (302, 409)
    assert "One." in second.text
    assert "Two.</textarea>" in second.text, "what was typed is kept"
    assert len(mailbox("support/answer")) == 1
    newest = asked.messages.last().public_id
    again = colleague.post(at("say", asked), {"text": "Two.", "do": "answer", "seen": newest})
    assert again.status_code == 302
    assert len(mailbox("support/answer")) == 2


def test_pressing_send_twice_sends_once(asked, office, at, mailbox):
    seen = asked.messages.get().public_id
    for _press in range(2):
        office.post(at("say", asked), {"text": "One.", "do": "answer", "seen": seen})
    assert len(mailbox("support/answer")) == 1


def test_a_note_is_mailed_to_nobody(asked, office, at, mailbox):
    office.post(at("say", asked), {"text": "Ask Bob.", "do": "note"})
    assert mailbox("support/answer") == []
    assert asked.messages.last().kind == "note"


def test_the_queue_shows_who_waits_and_the_record_says_who_looked(asked, office, at):
    shown = office.get(at("queue"))
    assert f"#{asked.number}" in shown.text
    look = Entry.objects.filter(action="support.look").latest("pk")
    assert look.detail["what"] == "list"
    handle.close(conversation=asked, by=Actor.user(asked.merchant.memberships.first().user))
    assert f"#{asked.number}" not in office.get(at("queue")).text
    assert f"#{asked.number}" in office.get(f"{at('queue')}?state=all").text


def test_the_queue_is_narrowed_by_number_address_tag_and_whose(asked, in_scope, office, at, owner):
    other = conversation(in_scope, "bob@people.example")
    by = Actor.user(owner)
    handle.set_tags(conversation=asked, words=["Return", " return "], by=by)
    handle.assign(conversation=asked, to=owner, by=by)
    for query in (f"q={asked.number}", f"q={ANN.upper()}", "tag=RETURN", "whose=mine"):
        shown = office.get(f"{at('queue')}?{query}").text
        assert f">#{asked.number}<" in shown, query
        assert f">#{other.number}<" not in shown, query
    assert f">#{other.number}<" in office.get(f"{at('queue')}?whose=nobodys").text


def test_the_queue_goes_by_keys_through_many(in_scope, office, at):
    for number in range(55):
        conversation(in_scope, f"p{number}@people.example")
    first = office.get(at("queue")).text
    assert first.count('scope="row"') == 50
    follow = next(part.split('"')[0] for part in first.split('href="')[1:] if "after." in part)
    second = office.get(at("queue") + follow.replace("&amp;", "&")).text
    assert second.count('scope="row"') == 5


def test_queries_do_not_grow_with_the_queue(in_scope, office, at, django_assert_max_num_queries):
    conversation(in_scope)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    office.get(at("queue"))
    with CaptureQueriesContext(connection) as one:
        office.get(at("queue"))
    conversation(in_scope)
    conversation(in_scope)
    with CaptureQueriesContext(connection) as three:
        office.get(at("queue"))
    assert len(three) == len(one)


def test_a_saved_reply_stands_in_the_form(asked, office, at, in_scope):
    office.post(at("replies"), {"title": "Late", "text": "The post is late."})
    reply = SavedReply.objects.get()
    assert (
        "The post is late."
        in office.get(f"{at('conversation', asked)}?reply={reply.public_id}").text
    )
    office.post(f"{at('replies')}?edit={reply.public_id}", {"title": "Very late", "text": "Sorry."})
    assert SavedReply.objects.get().title == "Very late"
    office.post(at("remove_reply", reply))
    assert not SavedReply.objects.exists()


def test_only_who_may_answer_is_given_a_conversation(asked, in_scope, owner, other_merchant):
    stranger = other_merchant.memberships.get().user
    with pytest.raises(NoSuchMember):
        handle.assign(conversation=asked, to=stranger, by=Actor.user(owner))


def test_an_answer_to_what_nobody_has_read_is_refused(asked, in_scope, owner):
    seen = asked.messages.get()
    write.hear(conversation=asked, said=write.WordsSaid(text="And?"), confirms=False)
    with pytest.raises(SomebodyElseWrote):
        write.answer(
            conversation=asked, said=write.WordsSaid(text="Yes."), by=Actor.user(owner), seen=seen
        )


def test_another_shops_conversation_is_not_there(asked, other_merchant, at):
    from django.test import Client

    rival = Client()
    rival.force_login(other_merchant.memberships.get().user)
    own = reverse("support_office:conversation", args=[other_merchant.handle, asked.public_id])
    assert rival.get(own).status_code == 404
    assert rival.post(at("say", asked), {"text": "x"}).status_code == 404


def test_whoever_stopped_the_use_of_their_data_gets_no_answer(asked, in_scope, owner, mailbox):
    from tradepost.audit.types import PERSON
    from tradepost.datamap.subjects import SubjectRef
    from tradepost.datamap.vocabulary import Subject
    from tradepost.rights.actions.rights import restrict

    restrict(ref=SubjectRef(Subject.CUSTOMER, ANN, in_scope.pk), by=PERSON)
    with pytest.raises(PersonStopped):
        write.answer(conversation=asked, said=write.WordsSaid(text="Yes."), by=Actor.user(owner))
    assert mailbox("support/answer") == []


def test_a_reader_sees_and_cannot_write(asked, member, at):
    reader = member("read_only")
    shown = reader.get(at("conversation", asked))
    assert shown.status_code == 200
    assert "Send the answer" not in shown.text
    assert reader.post(at("say", asked), {"text": "x"}).status_code == 403


def test_repeating_a_step_changes_nothing(asked, in_scope, owner):
    by = Actor.user(owner)
    for _again in range(2):
        handle.close(conversation=asked, by=by)
        handle.set_tags(conversation=asked, words=["a"], by=by)
    for action in ("support.close", "support.tag"):
        assert Entry.objects.filter(action=action).count() == 1
    with scopes_disabled():
        assert Message.objects.count() == 1
        assert Conversation.objects.count() == 1

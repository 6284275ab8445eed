"""Members of shops ask the operator: the same desk, in the console; nobody else of the shop sees it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django_scopes import scopes_disabled

from tradepost.delivery.actions.receive import take
from tradepost.delivery.models import Mail
from tradepost.support.models import Conversation, MessageFile
from tradepost.support.tests.samples import PDF, conversation
from tradepost.support.tests.test_mail import letter

pytestmark = pytest.mark.django_db


@pytest.fixture
def help_page(merchant):
    return reverse("support_office:help", args=[merchant.handle])


@pytest.fixture
def question(office, help_page):
    """What the owner of the shop asked, with a file."""
    said = {"subject": "Missing paper", "text": "Where are they?"}
    answer = office.post(help_page, said | {"attached": SimpleUploadedFile("page.pdf", PDF)})
    assert answer.status_code == 302
    with scopes_disabled():
        return Conversation.objects.select_related("shop").get(merchant=None)


def at(page: str, *rows: object) -> str:
    return reverse(f"console:{page}", args=[row.public_id for row in rows])


def test_a_member_asks_and_the_operator_answers_by_mail_and_on_the_page(
    question, office, owner, merchant, console, mailbox
):
    shown = console.get(at("support")).text
    assert "Missing paper" in shown
    assert merchant.name in shown
    console.post(at("question-say", question), {"text": "Under Plan.", "do": "answer"})
    console.post(at("question-say", question), {"text": "Knows little.", "do": "note"})
    (mail,) = mailbox("support/answer")
    own = reverse("support_office:help_thread", args=[merchant.handle, question.public_id])
    assert (mail.address, mail.merchant_id) == (owner.email, None)
    assert own in mail.text
    page = office.get(own).text
    assert "Under Plan." in page
    assert "Knows little." not in page


def test_what_a_member_asks_no_colleague_and_no_desk_of_the_shop_sees(
    question, office, member, merchant, help_page
):
    colleague = member("support")
    own = reverse("support_office:help_thread", args=[merchant.handle, question.public_id])
    assert colleague.get(own).status_code == 404
    assert "Missing paper" not in colleague.get(help_page).text
    assert "Missing paper" in office.get(help_page).text
    queue = reverse("support_office:queue", args=[merchant.handle])
    assert "Missing paper" not in office.get(f"{queue}?state=all").text
    desk = reverse("support_office:conversation", args=[merchant.handle, question.public_id])
    assert office.get(desk).status_code == 404


def test_the_operator_sees_nothing_that_customers_wrote(in_scope, console):
    row = conversation(in_scope, "ann@people.example")
    assert console.get(at("question", row)).status_code == 404
    assert "ann@people.example" not in console.get(f"{at('support')}?state=all").text


def test_an_answer_by_mail_joins_the_question(question, owner, console, mailbox):
    console.post(at("question-say", question), {"text": "Under Plan.", "do": "answer"})
    reply_to = mailbox("support/answer")[0].reply_to
    made = letter("Found it.", sender=owner.email)
    assert take(recipient=reply_to, content=made.as_bytes()) == "taken"
    with scopes_disabled():
        assert [row.text for row in question.messages.order_by("pk")][-1] == "Found it."


def test_a_question_sent_twice_is_one(office, help_page):
    from tradepost.support.forms import new_stamp

    said = {"subject": "Missing paper", "text": "Where?", "stamp": new_stamp()}
    for _press in range(2):
        office.post(help_page, said)
    with scopes_disabled():
        assert Conversation.objects.count() == 1


def test_the_operator_is_told_and_the_mail_names_nobody(question, owner, settings):
    with scopes_disabled():
        told = Mail.objects.filter(template="support/notice")
        assert all(owner.email not in mail.text for mail in told)
        assert {mail.address for mail in told} <= {settings.TRADEPOST.operator_email}


def test_a_member_who_is_erased_takes_questions_and_files_along(question, owner, own_files):
    from tradepost.audit.types import PERSON
    from tradepost.datamap.subjects import SubjectRef
    from tradepost.datamap.vocabulary import Subject
    from tradepost.rights.actions.erase import erase_person
    from tradepost.rights.queries import held_about

    ref = SubjectRef(Subject.MEMBER, owner.email)
    held = str(held_about(ref))
    assert "Where are they?" in held
    erase_person(ref=ref, by=PERSON)
    with scopes_disabled():
        assert not Conversation.objects.exists()
        assert not MessageFile.objects.exists()
    assert not list(own_files.list("support"))


def test_a_shop_that_closes_takes_its_files_along(question, merchant, in_scope, own_files):
    from tradepost.support.actions.files import remove_files_of
    from tradepost.support.types import GivenFile

    conversation(in_scope, files=[GivenFile(name="a.pdf", content=PDF)])
    assert len(list(own_files.list("support"))) == 2
    for _again in range(2):
        remove_files_of(merchant)
    assert not list(own_files.list("support"))

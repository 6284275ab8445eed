"""Conversations with a shop, played at the page, at the desk and by mail."""

import re
from email.message import EmailMessage

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_scopes import scopes_disabled

from tradepost.assurance.byte_search import databases_holding
from tradepost.assurance.promises import fixtures
from tradepost.datamap.promises import Evidence, keeps, require
from tradepost.datamap.vocabulary import Purpose
from tradepost.delivery.actions.receive import take
from tradepost.delivery.models import Mail
from tradepost.jobs import storage
from tradepost.merchants.models import Merchant
from tradepost.modules.mail_templates import mail_template
from tradepost.support.models import Conversation


class _Talk:
    """One person writes to a shop by its form; what is said has marks of its own."""

    def __init__(self, merchant: Merchant, email: str) -> None:
        self.merchant, self.email, self.asked = merchant, email, fixtures.mark()
        file = SimpleUploadedFile("note.txt", f"file {self.asked}".encode())
        said = {"email": email, "subject": "Wallet", "text": self.asked, "attached": file}
        answer = Client().post(f"/support/to/{merchant.handle}/", said)
        require(answer.status_code == 302, f"The contact form answers {answer.status_code}.")
        self.office = fixtures.office_of(merchant)
        with scopes_disabled():
            self.row = Conversation.objects.get(merchant=merchant, email=email)

    def say(self, words: str, do: str) -> None:
        page = f"/office/{self.merchant.handle}/support/{self.row.public_id}/say/"
        answer = self.office.post(page, {"text": words, "do": do})
        require(answer.status_code == 302, f"The desk answers {answer.status_code}.")

    def said(self) -> list[str]:
        with scopes_disabled():
            return list(self.row.messages.values_list("text", flat=True))


@keeps("collect.messages", Evidence.TESTED)
def conversations_are_shown_and_erased() -> str:
    """What was asked, answered and noted, and a file: in the person's copy, then nowhere."""
    merchant = fixtures.shop()
    ref = fixtures.person(merchant)
    talk, answered, noted = _Talk(merchant, ref.email), fixtures.mark(), fixtures.mark()
    talk.say(answered, "answer")
    talk.say(noted, "note")
    said = {"the question": talk.asked, "the answer": answered, "a note": noted}
    browser = fixtures.visit_of(merchant, ref.email)
    held = fixtures.page("/privacy/visit/download/json/", browser)
    for what, words in said.items():
        require(words in held, f"The person's copy leaves out {what}.")
    require(_files_with(talk.asked), "No file of a message is kept; the check is blind.")
    browser.post("/privacy/visit/erase/", {"sure": "on"})
    for what, words in said.items():
        left = databases_holding(words)
        require(not left, f"After an erasure {what} stands in {', '.join(left)}.")
    require(not _files_with(talk.asked), "A file of a message survived an erasure.")
    return "A question, its answer, a note and a file were in the person's copy, and nowhere after an erasure."


def _files_with(words: str) -> list[str]:
    found = []
    for file in storage.files().list("support"):
        with storage.files().open(file.name) as stream:
            if words.encode() in stream.read():
                found.append(file.name)
    return found


@keeps("purpose.follow-up", Evidence.TESTED)
def an_answer_stays_on_its_matter() -> str:
    """What a question brings its asker: mail for support about this one matter, whose answers join it and no other."""
    merchant, email = fixtures.shop(), f"{fixtures.mark()}@people.example"
    first, second = _Talk(merchant, email), _Talk(merchant, f"{fixtures.mark()}@people.example")
    first.say(fixtures.mark(), "answer")
    mails = fixtures.mails_to(email)
    require(len(mails) >= 2, "Nothing is mailed; the check is blind.")
    for mail in mails:
        purpose = mail_template(mail.template).purpose
        require(purpose is Purpose.SUPPORT, f"A question brings mail to {purpose}.")
        require(
            mail.about.endswith(f":{first.row.pk}"), "A mail does not say which matter it is of."
        )
    books = _books_with(email)
    require(not books, f"Whoever asks something stands in {', '.join(books)}.")
    _answers_join(first, second, mails[-1])
    return "A question brought mail for support alone, and no place on any list; an answer joined its own matter only."


def _books_with(email: str) -> list[str]:
    """Tables outside the desk and the post that know the address."""
    known = databases_holding(email)
    return [name for name in known if not re.match(r"(support|delivery|audit)[_.]", name)]


def _answers_join(first: _Talk, second: _Talk, mail: Mail) -> None:
    again, foreign = fixtures.mark(), fixtures.mark()
    _write_back(mail.reply_to, first.email, again)
    require(again in first.said(), "An answer by mail does not join its matter.")
    _write_back(mail.reply_to, second.email, foreign)
    require(foreign not in first.said(), "Somebody else's mail joins a matter.")
    require(again not in second.said(), "An answer joins another matter.")


def _write_back(recipient: str, sender: str, words: str) -> None:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = sender, recipient, "Re: Wallet"
    letter["Message-ID"] = f"<{fixtures.mark()}@people.example>"
    letter.set_content(words)
    take(recipient=recipient, content=letter.as_bytes())

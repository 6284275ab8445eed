"""Ways in to the support desk: the contact form, the page of the matter, a letter to the shop."""

from email.message import EmailMessage

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_scopes import scopes_disabled

from tradepost.assurance.entrances.registry import Mark, register_door, staff_of
from tradepost.delivery.actions.receive import take
from tradepost.delivery.queries import mail_domain
from tradepost.merchants.models import Merchant
from tradepost.support.models import Conversation


def by_the_contact_form(merchant: Merchant, mark: Mark) -> None:
    """Asks with a file, writes again on the page; the desk answers, notes and tags."""
    guest, words = Client(), f"{mark.word('note')} {mark.word('street')}"
    file = SimpleUploadedFile(f"{mark.word('answer')}.txt", words.encode())
    said = {"email": mark.email, "name": mark.word("name"), "subject": mark.word("note")}
    guest.post(f"/support/to/{merchant.handle}/", said | {"text": words, "attached": file})
    with scopes_disabled():
        row = Conversation.objects.filter(merchant=merchant, email=mark.email).last()
    if row is None:
        return
    guest.post(f"/support/matter/{row.token}/", {"text": f"again {words}"})
    staff = Client()
    staff.force_login(staff_of(merchant))
    desk = f"/office/{merchant.handle}/support/{row.public_id}/"
    staff.post(f"{desk}say/", {"text": f"Dear {mark.word('name')}", "do": "answer"})
    staff.post(f"{desk}say/", {"text": f"Called {mark.word('phone')}", "do": "note"})
    staff.post(f"{desk}tags/", {"tags": mark.word("answer")})


def by_a_letter_to_the_shop(merchant: Merchant, mark: Mark) -> None:
    letter = EmailMessage()
    letter["From"] = f"{mark.word('name')} <{mark.email}>"
    letter["To"] = recipient = f"{merchant.handle}@{mail_domain()}"
    letter["Subject"], letter["Message-ID"] = (
        mark.word("note"),
        f"<{mark.word('answer')}@x.example>",
    )
    letter.set_content(f"{mark.word('city')}\n\n> {mark.word('phone')}\n")
    take(recipient=recipient, content=letter.as_bytes(), sender=mark.email)


register_door("contact form", by_the_contact_form)
register_door("letter to the shop", by_a_letter_to_the_shop)

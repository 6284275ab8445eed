"""A row for addresses that name one; the house tests collect ``SAMPLES`` of every room."""

import secrets

from django_scopes import scopes_disabled

from tradepost.jobs import storage
from tradepost.merchants.models import Merchant
from tradepost.support.actions.write import Asker, WordsSaid, open_conversation
from tradepost.support.models import Conversation, MessageFile, SavedReply
from tradepost.support.types import GivenFile, WayIn

PDF = b"%PDF-1.7 receipt"


def conversation(merchant: Merchant, email: str = "", **said: object) -> Conversation:
    """Somebody asks the shop something by its form."""
    asker = Asker(email=email or f"{secrets.token_hex(4)}@people.example", language="en")
    words = WordsSaid(**({"text": "Where is my wallet?"} | said))
    return open_conversation(
        merchant=merchant, asker=asker, subject="Wallet", said=words, channel=WayIn.PAGE
    )


def _conversation(merchant: Merchant) -> dict[str, object]:
    return {"conversation_id": conversation(merchant).public_id}


def _file(merchant: Merchant) -> dict[str, object]:
    row = conversation(merchant, files=[GivenFile(name="receipt.pdf", content=PDF)])
    file = MessageFile.objects.get(message__conversation=row)
    assert storage.files().size(file.stored_as) == len(PDF)
    return {"conversation_id": row.public_id, "file_id": file.public_id}


def _reply(merchant: Merchant) -> dict[str, object]:
    row = SavedReply.objects.create(
        merchant=merchant, title=secrets.token_hex(4), text="We look into it."
    )
    return {"reply_id": row.public_id}


def _question(merchant: Merchant) -> dict[str, object]:
    """What the shop's first member asked the operator, with a file."""
    user = merchant.memberships.earliest("pk").user
    with scopes_disabled():
        row = open_conversation(
            merchant=None,
            shop=merchant,
            asker=Asker(email=user.email, language="en"),
            subject="Invoices",
            said=WordsSaid(text="Where?", files=[GivenFile(name="page.pdf", content=PDF)]),
            channel=WayIn.PAGE,
        )
        file = MessageFile.objects.get(message__conversation=row)
    return {"conversation_id": row.public_id, "file_id": file.public_id}


def _question_alone(merchant: Merchant) -> dict[str, object]:
    return {"conversation_id": _question(merchant)["conversation_id"]}


_PAGES = ("conversation", "say", "state", "assign", "tags")
SAMPLES = {f"support_office:{page}": _conversation for page in _PAGES} | {
    "api:conversation_id": _conversation,
    "support_office:file": _file,
    "support_office:help_file": _question,
    "support_office:help_thread": _question_alone,
    "support_office:remove_reply": _reply,
}

"""Keeping the files of messages in the one storage, and taking them away with the conversation."""

import secrets
from collections.abc import Sequence

from django_scopes import scopes_disabled

from tradepost.jobs import storage
from tradepost.merchants.models import Merchant
from tradepost.support.attachments import kind_of
from tradepost.support.models import Conversation, Message, MessageFile
from tradepost.support.types import GivenFile

FOLDER = "support"


def keep_files(message: Message, files: Sequence[GivenFile], merchant_id: int) -> None:
    """``files`` as ``attachments.checked`` gave them. Rolled back, the bytes are swept up within a day."""
    for file in files:
        name = f"{FOLDER}/{merchant_id}/{secrets.token_hex(16)}"
        storage.files().write(name, file.content)
        MessageFile.objects.create(
            message=message,
            name=file.name,
            media_type=kind_of(file.content) or "",
            size=len(file.content),
            stored_as=name,
        )


def forget_files_of(conversations: Sequence[int]) -> int:
    """The bytes go at once; the rows go with the conversations. Returns how many files went."""
    with scopes_disabled():
        rows = MessageFile.objects.filter(message__conversation__in=conversations)
        names = list(rows.values_list("stored_as", flat=True))
    for name in names:
        storage.files().delete(name)
    return len(names)


def remove_files_of(merchant: Merchant) -> None:
    """Before a shop is erased. May be called again."""
    asked = Conversation._base_manager.filter(shop=merchant.pk).values_list("pk", flat=True)
    forget_files_of(list(asked))
    for file in list(storage.files().list(f"{FOLDER}/{merchant.pk}")):
        storage.files().delete(file.name)

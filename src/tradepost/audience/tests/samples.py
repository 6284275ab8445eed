"""For addresses that name one of this room's rows: how to make it, and the arguments besides ``handle``.

Each builder gets a merchant and works inside its scope. The house tests collect ``SAMPLES`` of every room.
"""

from typing import Any

from tradepost.audience.actions.contacts import upsert_contact
from tradepost.audience.consent.records import wording
from tradepost.audience.files import EXPORTS, UPLOADS, new_name, place_of
from tradepost.audience.models import (
    ContactExport,
    ContactList,
    CustomField,
    Import,
    OptInForm,
    Segment,
)
from tradepost.audience.types import ConsentKind, ContactSource
from tradepost.audit.types import SYSTEM
from tradepost.delivery.actions.keep_incoming import keep_incoming
from tradepost.delivery.types import Kept
from tradepost.jobs import storage


def _audience(merchant: Any) -> dict[str, Any]:
    """One of each of the audience's rows; an address takes the arguments it knows."""
    name = f"Sample {ContactList.objects.count()}"
    words = wording(merchant=merchant, kind=ConsentKind.NEWSLETTER, text="Yes.")
    news = ContactList.objects.create(merchant=merchant, name=name)
    optin = OptInForm.objects.create(
        merchant=merchant, name="Form", contact_list=news, heading="Join", wording=words
    )
    number = CustomField.objects.count()
    field = CustomField.objects.create(
        merchant=merchant, key=f"sample_{number}", label="Sample", kind="text"
    )
    contact = upsert_contact(
        merchant=merchant, email=f"s{number}@b.example", source=ContactSource.API, by=SYSTEM
    )
    segment = Segment.objects.create(
        merchant=merchant, name=name, definition={"op": "all", "of": []}
    )
    stored = new_name("csv")
    storage.files().write(place_of(UPLOADS, stored), b"email\na@b.example\n")
    run = Import.objects.create(
        merchant=merchant,
        file_name="p.csv",
        stored_as=stored,
        header=["email"],
        mapping={"0": "email"},
        rows=1,
    )
    exported = new_name("csv")
    storage.files().write(place_of(EXPORTS, exported), b"email\n")
    export = ContactExport.objects.create(merchant=merchant, form="csv", stored_as=exported)
    incoming = keep_incoming(
        recipient="shop@post.example",
        content=name.encode(),
        why=Kept.LETTER,
        merchant_id=merchant.pk,
    )
    return {
        "list_id": news.public_id,
        "form_id": optin.public_id,
        "field_id": field.public_id,
        "contact_id": contact.public_id,
        "segment_id": segment.public_id,
        "import_id": run.public_id,
        "export_id": export.public_id,
        "mail_id": incoming.public_id,
    }


_AUDIENCE = {
    "list_id": ("list", "delete_list"),
    "form_id": ("form", "edit_form", "delete_form"),
    "field_id": ("field", "delete_field"),
    "contact_id": (
        *("contact", "edit_contact", "delete_contact", "join", "leave"),
        "suppress_contact",
    ),
    "mail_id": ("incoming_mail",),
    "segment_id": ("segment", "delete_segment"),
    "import_id": ("import", "import_columns", "start_import", "cancel_import", "import_problems"),
    "export_id": ("export_file",),
}

SAMPLES = {
    f"audience_office:{name}": lambda merchant, key=key: {key: _audience(merchant)[key]}
    for key, names in _AUDIENCE.items()
    for name in names
}
SAMPLES |= {
    "api:contact_id": lambda merchant: {"contact_id": _audience(merchant)["contact_id"]},
    "api:list_id": lambda merchant: {"list_id": _audience(merchant)["list_id"]},
}

"""Text that people type is kept through one door, whichever way it comes in."""

import ast
from typing import Any

import pytest
from django.db import connection
from django.db.models import CharField, Field, JSONField, SlugField, TextField, URLField
from django_scopes import scope

from tests.house.source import PACKAGE, modules, nodes_of
from tradepost.datamap.columns.typed import TypedColumn
from tradepost.datamap.registry import all_models, concrete_fields
from tradepost.orders.models import Order
from tradepost.orders.tests.drafts import place

CARD = "4111 1111 1111 1111"

# Columns of text that stand beside the door, and why nothing that a person typed gets there as it is.
MADE_HERE = "made by the program: a key, a code, a path, an answer of a server"
CHECKED = "a closed list or a form of its own (address of a page or mail, time zone, key block)"
SEALED = "encrypted or hashed before it is kept"
COPIED = "written from rows that went through the door"
BESIDE = {
    "audience.Contact": {"email_key": SEALED},
    "audience.ConsentRecord": {
        "email_key": SEALED, "confirmed_by": MADE_HERE, "network": MADE_HERE, "withdrawn_how": MADE_HERE
    },
    "audience.ContactExport": {"stored_as": MADE_HERE},
    "audience.Import": {"stored_as": MADE_HERE, "charset": CHECKED, "mapping": CHECKED, "kept_out": MADE_HERE},
    "audience.CustomField": {"key": COPIED},
    "audience.OptInForm": {"field_keys": CHECKED},
    "audience.PendingSubscription": {"network": MADE_HERE},
    "backups.Backup": {"name": MADE_HERE, "error": MADE_HERE},
    "backups.Replayed": {"digest": SEALED},
    "backups.Restoration": {"name": MADE_HERE},
    "certificates.Certificate": {"document": MADE_HERE, "subject_key": SEALED, "token": MADE_HERE},
    "billing.AllowanceWarning": {"meter": CHECKED},
    "billing.PlanAllowance": {"meter": CHECKED},
    "billing.PlanPeriod": {"allows": COPIED},
    "billing.PlanSubscription": {"time_zone": COPIED},
    "breaches.Affected": {"subject_key": SEALED, "kinds": MADE_HERE},
    "breaches.Incident": {"reached": CHECKED, "shops": CHECKED},
    "breakglass.MailReview": {"covers": CHECKED},
    "parties.OutsideParty": {
        "declared": CHECKED, "purposes": CHECKED, "kinds": CHECKED, "contract_link": CHECKED,
    },
    "support.Conversation": {"token": MADE_HERE},
    "support.Message": {"arrival_key": SEALED, "mail_key": SEALED},
    "support.MessageFile": {"media_type": CHECKED, "stored_as": MADE_HERE},
    "holds.RecordHold": {"label": MADE_HERE, "subject_key": SEALED},
    "audit.Entry": {
        "actor": MADE_HERE, "action": MADE_HERE, "target": MADE_HERE, "previous": SEALED, "seal": SEALED,
        "reason": "record() opens the door before it seals", "detail": "record() opens the door before it seals",
    },
    "audit.Sighting": {"label": MADE_HERE},
    "campaigns.Campaign": {"links": COPIED, "refused": MADE_HERE, "stopped_because": MADE_HERE},
    "campaigns.SpoolFile": {"name": MADE_HERE},
    "campaigns.Tally": {"key": MADE_HERE},
    "catalog.Category": {"slug": "free_slug() opens the door"},
    "catalog.FormerAddress": {"slug": "free_slug() opens the door"},
    "catalog.Photo": {"stem": MADE_HERE, "widths": MADE_HERE, "source_url": CHECKED},
    "catalog.Product": {"slug": "free_slug() opens the door"},
    "catalog.ProductImport": {"stored_as": MADE_HERE},
    "checkout.Cart": {
        "token": MADE_HERE, "former_token": MADE_HERE, "order_mark": MADE_HERE, "return_url": CHECKED
    },
    "checkout.CartLine": {"bands": MADE_HERE, "thumb_url": CHECKED, "product_url": CHECKED},
    "checkout.CartSettings": {"old_secret": SEALED},
    "checkout.DeliveryMethod": {"countries": CHECKED, "tiers": CHECKED, "payments": CHECKED},
    "checkout.LinkProblem": {"digest": SEALED},
    "console.Installation": {"key_print": SEALED},
    "console.RelayCertificate": {"name": MADE_HERE, "trouble": MADE_HERE},
    "delivery.BounceScore": {"key": SEALED},
    "delivery.Destination": {"name": MADE_HERE},
    "delivery.NamedAddress": {"address_key": SEALED},
    "delivery.IncomingMail": {
        "digest": SEALED, "recipient": CHECKED, "sender": "a message of somebody else's mail program",
        "subject": "kept as it came, with its bytes", "text": "kept as it came, with its bytes",
    },
    "delivery.SigningKey": {"name": MADE_HERE, "record": MADE_HERE},
    "delivery.Handover": {"address": CHECKED, "response": MADE_HERE},
    "delivery.Mail": {
        "address": CHECKED, "response": MADE_HERE, "template": MADE_HERE, "reply_to": CHECKED,
        "about": MADE_HERE, "subject": COPIED, "text": COPIED, "html": COPIED,
    },
    "delivery.MailAttachment": {"name": COPIED, "media_type": CHECKED},
    "delivery.Mailing": {"kind": MADE_HERE, "trouble_answer": MADE_HERE},
    "delivery.Sender": {"host": MADE_HERE, "boot": MADE_HERE},
    "delivery.Suppression": {"key": SEALED},
    "identity.AccessLink": {"digest": SEALED},
    "identity.Activity": {"page": MADE_HERE, "network": MADE_HERE, "browser": MADE_HERE},
    "identity.KnownNetwork": {"network": MADE_HERE},
    "identity.RateLimit": {"key": SEALED},
    "identity.SignInCounter": {"key": SEALED},
    "identity.User": {"password": SEALED, "time_zone": CHECKED},
    "jobs.Alarm": {"name": MADE_HERE, "text": MADE_HERE},
    "jobs.Job": {
        "kind": MADE_HERE, "worker": MADE_HERE, "error": MADE_HERE, "details": COPIED, "result_url": MADE_HERE
    },
    "jobs.OutboxDelivery": {"listener": MADE_HERE, "error": MADE_HERE},
    "jobs.OutboxEvent": {"name": MADE_HERE, "payload": MADE_HERE},
    "jobs.Turn": {"name": MADE_HERE, "holder": MADE_HERE, "error": MADE_HERE},
    "jobs.Unpublished": {"path": MADE_HERE, "arguments": MADE_HERE},
    "merchants.ApiAnswer": {
        "key": "a header of the merchant's program, forgotten after a day", "fingerprint": SEALED,
        "claim": MADE_HERE, "content_type": MADE_HERE, "body": COPIED,
    },
    "modules.OffForAll": {"module": CHECKED},
    "merchants.ApiToken": {"digest": SEALED, "scopes": CHECKED},
    "merchants.ClosedAddress": {"digest": SEALED},
    "merchants.Merchant": {"handle": "made from the name, whose door join opens", "website": CHECKED, "time_zone": CHECKED, "switches": MADE_HERE},
    "notice.NoticeSeen": {"subject_key": SEALED},
    "notice.NoticeVersion": {"variant": MADE_HERE, "digest": SEALED, "sentences": COPIED},
    "notice.PromiseResult": {
        "promise": MADE_HERE, "check_name": MADE_HERE, "evidence": MADE_HERE, "commit": MADE_HERE
    },
    "notice.Attestation": {"promise": MADE_HERE},
    "notice.Transition": {"told": MADE_HERE},
    "orders.Counter": {"name": MADE_HERE},
    "orders.Invoice": {"cause": MADE_HERE, "taxes": COPIED, "paid_by": MADE_HERE},
    "orders.Order": {
        "key": MADE_HERE, "token": MADE_HERE, "ip": MADE_HERE, "taxes": MADE_HERE, "payment_method": CHECKED,
        "tracking_number": "as long as a card's, and one in ten passes its check; parcel_number() masks groups",
    },
    "orders.OrderSettings": {"openpgp_key": CHECKED, "remote_url": CHECKED, "remote_secret": SEALED},
    "orders.RemoteTry": {"problem": MADE_HERE},
    "payments.GatewayAccount": {"gateway": CHECKED, "sealed": SEALED},
    "payments.PaymentEvent": {
        "gateway": CHECKED, "fact_id": MADE_HERE, "gateway_event_id": MADE_HERE, "detail": MADE_HERE
    },
    "payments.PaymentIntent": {
        "key": MADE_HERE, "gateway": CHECKED, "reference": MADE_HERE, "label": MADE_HERE,
        "return_path": MADE_HERE, "session_id": MADE_HERE, "payment_id": MADE_HERE, "page_url": MADE_HERE,
    },
    "payments.Refund": {"key": MADE_HERE, "refund_id": MADE_HERE, "payee_iban": CHECKED},
    "payments.WebhookNotice": {"event_id": MADE_HERE, "event_type": MADE_HERE, "outcome": MADE_HERE},
    "rights.Disclosure": {
        "processor": MADE_HERE, "kinds": CHECKED, "purpose": MADE_HERE, "subject_key": SEALED
    },
    "rights.ErasureRecord": {"subject_key": SEALED},
    "rights.KeepChoice": {"rule": MADE_HERE},
    "rights.PortalPass": {"link_digest": SEALED, "visit_digest": SEALED},
    "rights.RetentionRun": {"rule": MADE_HERE, "error": MADE_HERE},
    "rights.RightsRequest": {"subject_key": SEALED, "waits": MADE_HERE},
    "rights.Stop": {"subject_key": SEALED, "purpose": CHECKED},
    "storefront.ShopFront": {"logo": MADE_HERE, "logo_dark": MADE_HERE, "banner": MADE_HERE},
}  # fmt: skip


def _takes_text(column: Field[Any, Any]) -> bool:
    """Long enough for a card number, and no choice among few."""
    if column.choices or not isinstance(column, CharField | TextField | JSONField):
        return False
    stock = {CharField, TextField, JSONField, SlugField, URLField}
    is_plain = type(column) in stock or isinstance(column, TypedColumn)
    return is_plain and (column.max_length or 13) >= 13


def _columns() -> dict[str, Field[Any, Any]]:
    return {
        f"{model._meta.label}.{column.name}": column
        for model in all_models()
        if model.__module__.startswith("tradepost.")
        for column in concrete_fields(model)
        if _takes_text(column)
    }


def test_every_column_of_text_has_the_door_or_says_why_nobody_types_into_it():
    beside = {f"{model}.{name}" for model, names in BESIDE.items() for name in names}
    open_ones = {name for name, column in _columns().items() if not isinstance(column, TypedColumn)}
    assert sorted(open_ones - beside) == []
    assert sorted(beside - open_ones) == [], "these have the door, or are gone: take the reason out"


def test_card_numbers_are_masked_in_one_place():
    users = {
        str(path.relative_to(PACKAGE))
        for path in modules()
        for node in nodes_of(path)
        if isinstance(node, ast.ImportFrom)
        and any(name.name == "mask_card_numbers" for name in node.names)
    }
    assert users == {"lib/typed_text.py"}


@pytest.mark.django_db
def test_a_row_is_clean_however_it_is_written(merchant):
    with scope(merchant=merchant):
        order = place(merchant, "key-1")
        order.note = f"my card {CARD}\x00\r\nthanks"
        order.extra = {f"q {CARD}": [CARD]}
        order.save()
        assert order.note == "my card [card number …1111 removed]\nthanks"
        Order.objects.filter(pk=order.pk).update(name=CARD)
        order.telephone = f"{CARD} or {'5' * 16} at night"
        Order.objects.bulk_update([order], ["telephone"])
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, note, extra, telephone FROM orders_order")
            row = str(cursor.fetchall())
        assert "4111" not in row
        assert row.count("removed") == 5
        assert Order.objects.get(name=CARD) == order, "a look-up asks for what is kept"

"""For addresses that name a row: how to make such a row, and the arguments of the address.

Each builder gets a merchant, works inside its scope, and returns the keyword arguments besides
``handle``.
"""

import secrets
from collections.abc import Callable
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from tradepost.audience.actions.contacts import upsert_contact
from tradepost.audience.consent.records import wording
from tradepost.audience.files import EXPORTS, UPLOADS, new_name, path_of
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
from tradepost.backoffice.actions import everything
from tradepost.campaigns.actions.write import create_campaign
from tradepost.campaigns.models import Picture
from tradepost.catalog.models import Category, Product, ProductImport, TaxRate
from tradepost.checkout.models import Coupon, DeliveryMethod
from tradepost.datamap.subjects import SubjectRef
from tradepost.datamap.vocabulary import Subject
from tradepost.delivery.actions.keep_incoming import keep_incoming
from tradepost.delivery.types import Kept
from tradepost.jobs.models import Job
from tradepost.merchants.actions.tokens import create_token
from tradepost.merchants.models import Invitation, Merchant
from tradepost.merchants.types import Role
from tradepost.orders.actions.export import export_file
from tradepost.orders.actions.invoice import write_invoice
from tradepost.orders.actions.pay import mark_paid
from tradepost.orders.actions.refund import refund
from tradepost.orders.models import RemoteCall
from tradepost.orders.tests.drafts import place
from tradepost.orders.types import RefundParts
from tradepost.payments.models import GatewayAccount
from tradepost.rights.actions.rights import log_request
from tradepost.rights.types import Right

Builder = Callable[[Merchant], dict[str, Any]]

SAMPLES: dict[str, Builder] = {}


def _everything(merchant: Merchant) -> dict[str, Any]:
    row = Job.objects.create(merchant=merchant, kind=everything.KIND, title="Sample")
    everything.file_of(row).write_bytes(b"PK")
    return {"job_id": row.public_id}


def _job(merchant: Merchant) -> dict[str, Any]:
    owner = merchant.memberships.get(role=Role.OWNER).user
    job = Job.objects.create(
        merchant=merchant, started_by=owner, kind="test.sample", title="Sample"
    )
    return {"job_id": job.public_id}


def _member(merchant: Merchant) -> dict[str, Any]:
    return {"member_id": merchant.memberships.get(role=Role.OWNER).public_id}


def _invitation(merchant: Merchant) -> dict[str, Any]:
    row = Invitation.objects.create(merchant=merchant, email="a@b.example", role="orders")
    return {"invitation_id": row.public_id}


def _token(merchant: Merchant) -> dict[str, Any]:
    row, _text = create_token(merchant=merchant, by=SYSTEM, name="x", scopes=["orders:read"])
    return {"token_id": row.public_id}


SAMPLES |= {f"jobs_office:{name}": _job for name in ("job", "fragment", "cancel")}
SAMPLES |= {f"merchants_office:{name}": _member for name in ("role", "remove")}
SAMPLES |= {"merchants_office:withdraw": _invitation, "merchants_office:revoke_token": _token}


def _product(merchant: Merchant) -> dict[str, Any]:
    count = Product.objects.filter(merchant=merchant).count()
    row = Product.objects.create(
        merchant=merchant, name="Belt", slug=f"belt-{count}", sku=f"BELT-{count}", price_minor=6900
    )
    return {"product_id": row.public_id}


def _category(merchant: Merchant) -> dict[str, Any]:
    count = Category.objects.filter(merchant=merchant).count()
    row = Category.objects.create(merchant=merchant, name="Belts", slug=f"belts-{count}")
    return {"category_id": row.public_id}


def _tax_rate(merchant: Merchant) -> dict[str, Any]:
    row, _made = TaxRate.objects.get_or_create(
        merchant=merchant, tax_class="standard", country="FR", defaults={"rate": 20}
    )
    return {"rate_id": row.public_id}


def _product_import(merchant: Merchant) -> dict[str, Any]:
    report = {"new": 0, "known": 0, "mistakes": [], "mistake_count": 0, "products": []}
    row = ProductImport.objects.create(merchant=merchant, file_name="list.csv", report=report)
    return {"import_id": row.public_id}


def _product_export(merchant: Merchant) -> dict[str, Any]:
    name = f"{merchant.public_id}/exports/sample.csv"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(b"Handle\n"))
    row = Job.objects.create(
        merchant=merchant, kind="catalog.export", title="Export", details={"file": name}
    )
    return {"job_id": row.public_id}


_ABOUT_A_PRODUCT = (
    "product",
    "duplicate",
    "delete",
)
SAMPLES |= {f"catalog_office:{name}": _product for name in _ABOUT_A_PRODUCT}
SAMPLES |= {
    "api:product_id": _product,
    "catalog_office:category": _category,
    "catalog_office:delete_category": _category,
    "catalog_office:delete_rate": _tax_rate,
    "catalog_office:export_file": _product_export,
    "catalog_office:import": _product_import,
    "catalog_office:start_import": _product_import,
    "storefront_office:buttons": _product,
}


def _audience(merchant: Merchant) -> dict[str, Any]:
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
    path_of(UPLOADS, stored).write_text("email\na@b.example\n")
    run = Import.objects.create(
        merchant=merchant,
        file_name="p.csv",
        stored_as=stored,
        header=["email"],
        mapping={"0": "email"},
        rows=1,
    )
    exported = new_name("csv")
    path_of(EXPORTS, exported).write_text("email\n")
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
SAMPLES["backoffice_office:everything_file"] = _everything
SAMPLES |= {
    f"audience_office:{name}": lambda merchant, key=key: {key: _audience(merchant)[key]}
    for key, names in _AUDIENCE.items()
    for name in names
}


def _campaign(merchant: Merchant) -> dict[str, Any]:
    row = create_campaign(merchant=merchant, by=SYSTEM, name="Sample")
    return {"campaign_id": row.public_id}


def _letter_picture(merchant: Merchant) -> dict[str, Any]:
    row = Picture.objects.create(
        merchant=merchant,
        file=f"letters/{merchant.public_id}/{0:024x}.jpg",
        alt="x",
        width=1,
        height=1,
    )
    return {"picture_id": row.public_id}


SAMPLES |= {
    "api:campaign_id": _campaign,
    "campaigns_office:remove_picture": _letter_picture,
    **{
        f"campaigns_office:{name}": _campaign
        for name in (
            *("edit", "copy", "delete", "preview", "letter", "trial", "send", "report"),
            *("recipients", "start", "unschedule", "pause", "resume", "cancel", "retry"),
        )
    },
}


def _order(merchant: Merchant) -> dict[str, Any]:
    return {"order_id": place(merchant, secrets.token_hex(8)).public_id}


def _refund(merchant: Merchant) -> dict[str, Any]:
    """Paid back by hand and not sent yet."""
    row = place(merchant, secrets.token_hex(8), payment_method="on_delivery")
    account, _made = GatewayAccount.objects.get_or_create(merchant=merchant, gateway="on_delivery")
    GatewayAccount.objects.filter(pk=account.pk).update(enabled=True)
    mark_paid(order=row, by=SYSTEM)
    back, _outcome = refund(order=row, parts=RefundParts(everything=True), by=SYSTEM)
    return {"order_id": row.public_id, "refund_id": back.public_id}


def _invoice(merchant: Merchant) -> dict[str, Any]:
    order = place(merchant, secrets.token_hex(8))
    return {"invoice_id": write_invoice(order=order).public_id}


def _order_export(merchant: Merchant) -> dict[str, Any]:
    row = Job.objects.create(
        merchant=merchant,
        kind="orders.export",
        title="Export",
        state=Job.State.DONE,
        details={"format": "csv", "chosen": {}},
    )
    export_file(row).write_text("number\n")
    return {"job_id": row.public_id}


def _order_call(merchant: Merchant) -> dict[str, Any]:
    order = place(merchant, secrets.token_hex(8))
    RemoteCall.objects.create(merchant=merchant, order=order, state=RemoteCall.State.GIVEN_UP)
    return {"order_id": order.public_id}


_ABOUT_AN_ORDER = ("order", "act", "dispatch", "refund", "cancel", "delete", "hold", "packing_slip")
SAMPLES |= {f"orders_office:{name}": _order for name in _ABOUT_AN_ORDER}
SAMPLES |= {
    "api:order_id": _order,
    "api:refund_id": _refund,
    "orders_office:by_hand": _refund,
    "orders_office:call_again": _order_call,
    "orders_office:export_file": _order_export,
    "orders_office:invoice": _invoice,
    "orders_office:invoice_file": _invoice,
    "payments_office:gateway": lambda merchant: {"name": "bank_transfer"},
    "payments_office:test": lambda merchant: {"name": "bank_transfer"},
}


def _delivery(merchant: Merchant) -> dict[str, Any]:
    return {"method_id": DeliveryMethod.objects.create(merchant=merchant, name="Post").public_id}


def _coupon(merchant: Merchant) -> dict[str, Any]:
    row = Coupon.objects.create(merchant=merchant, code="SAMPLE", percent=5)
    return {"coupon_id": row.public_id}


SAMPLES |= {
    "checkout_office:delivery": _delivery,
    "checkout_office:remove_delivery": _delivery,
    "checkout_office:remove_coupon": _coupon,
}


def _rights_request(merchant: Merchant) -> dict[str, Any]:
    person = SubjectRef(Subject.CUSTOMER, "anna@example.org", merchant.pk)
    return {"request_id": log_request(ref=person, right=Right.ACCESS).public_id}


SAMPLES |= {
    "api:contact_id": lambda merchant: {"contact_id": _audience(merchant)["contact_id"]},
    "api:list_id": lambda merchant: {"list_id": _audience(merchant)["list_id"]},
    "rights_office:request": _rights_request,
    "rights_office:request-data": _rights_request,
}

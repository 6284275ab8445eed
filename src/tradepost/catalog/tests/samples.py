"""For addresses that name one of this room's rows: how to make it, and the arguments besides ``handle``.

Each builder gets a merchant and works inside its scope. The house tests collect ``SAMPLES`` of every room.
"""

from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from tradepost.catalog.models import Category, Product, ProductImport, TaxRate
from tradepost.jobs.models import Job


def product(merchant: Any) -> dict[str, Any]:
    count = Product.objects.filter(merchant=merchant).count()
    row = Product.objects.create(
        merchant=merchant, name="Belt", slug=f"belt-{count}", sku=f"BELT-{count}", price_minor=6900
    )
    return {"product_id": row.public_id}


def _category(merchant: Any) -> dict[str, Any]:
    count = Category.objects.filter(merchant=merchant).count()
    row = Category.objects.create(merchant=merchant, name="Belts", slug=f"belts-{count}")
    return {"category_id": row.public_id}


def _tax_rate(merchant: Any) -> dict[str, Any]:
    row, _made = TaxRate.objects.get_or_create(
        merchant=merchant, tax_class="standard", country="FR", defaults={"rate": 20}
    )
    return {"rate_id": row.public_id}


def _product_import(merchant: Any) -> dict[str, Any]:
    report = {"new": 0, "known": 0, "mistakes": [], "mistake_count": 0, "products": []}
    row = ProductImport.objects.create(merchant=merchant, file_name="list.csv", report=report)
    return {"import_id": row.public_id}


def _product_export(merchant: Any) -> dict[str, Any]:
    name = f"{merchant.public_id}/exports/sample.csv"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(b"Handle\n"))
    row = Job.objects.create(
        merchant=merchant, kind="catalog.export", title="Export", details={"file": name}
    )
    return {"job_id": row.public_id}


SAMPLES = {f"catalog_office:{name}": product for name in ("product", "duplicate", "delete")}
SAMPLES |= {
    "api:product_id": product,
    "catalog_office:category": _category,
    "catalog_office:delete_category": _category,
    "catalog_office:delete_rate": _tax_rate,
    "catalog_office:export_file": _product_export,
    "catalog_office:import": _product_import,
    "catalog_office:start_import": _product_import,
}

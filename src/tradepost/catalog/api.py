"""Products over the API: ``/api/v1/products``. Amounts are texts with a point, such as ``"12.50"``."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.core.paginator import Paginator
from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from ninja.errors import HttpError
from pydantic import Field

from tradepost.audit.types import Actor
from tradepost.catalog.actions.products import change_product, create_product, delete_product
from tradepost.catalog.actions.stock import adjust_stock, set_stock
from tradepost.catalog.models import Category, Product, Variant
from tradepost.catalog.queries import SORTS, ProductFilter, office_products, variants_of
from tradepost.catalog.types import LONGEST_NAME, CannotBeSaved, StockReason, TaxClass
from tradepost.lib.money import Money, MoneyError
from tradepost.merchants.models import Merchant
from tradepost.merchants.rest.auth import ApiRequest, TokenAuth, api_view
from tradepost.merchants.rest.bodies import Input
from tradepost.merchants.rest.idempotency import idempotent

router = Router(tags=["products"])

READ, WRITE = "products:read", "products:write"
Amount = Annotated[str, Field(max_length=20, pattern=r"^[0-9]{1,12}(\.[0-9]{1,4})?$")]
Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
Sort = Literal["name", "-name", "price", "-price", "stock", "-stock", "created", "-created"]


class VariantOut(Schema):
    id: str
    choice: dict[str, str]
    sku: str
    price: str
    stock: int | None


class ProductOut(Schema):
    """``stock`` null: not counted, or counted by its variants.

    ``former_price`` is what the merchant typed; ``crossed_out_price`` what may be shown beside the
    price: the lowest of the 30 days before the reduction, or null.
    """

    id: str
    name: str
    slug: str
    description: str
    price: str
    former_price: str | None
    crossed_out_price: str | None
    currency: str
    tax_class: str
    sku: str
    stock: int | None
    weight_grams: int
    visible: bool
    category: str | None
    maker: str
    tags: str
    variants: list[VariantOut]
    photos: list[str]
    created_at: datetime
    updated_at: datetime


class ProductPageOut(Schema):
    items: list[ProductOut]
    count: int
    page: int
    pages: int


class ProductFields(Input):
    """All may be left out; what is left out stays as it is."""

    name: Name | None = None
    description: Annotated[str, Field(max_length=50_000)] | None = None
    price: Amount | None = None
    former_price: Amount | None = None
    tax_class: Literal["standard", "reduced", "zero"] | None = None
    sku: Annotated[str, Field(max_length=80)] | None = None
    stock: Count | None = None
    weight_grams: Annotated[int, Field(ge=0, le=100_000_000)] | None = None
    visible: bool | None = None
    category: Annotated[str, Field(max_length=40)] | None = Field(
        None, description="Id of a category; null for none."
    )
    maker: Annotated[str, Field(max_length=120)] | None = None
    tags: Annotated[str, Field(max_length=500)] | None = None
    slug: Annotated[str, Field(max_length=200, pattern=r"^[\w-]+$")] | None = None


class NewProduct(ProductFields):
    name: Name
    price: Amount


class StockIn(Input):
    """Either ``count`` (so many are there) or ``change`` (so many more or fewer)."""

    variant: Annotated[str, Field(max_length=40)] | None = None
    count: Count | None = None
    change: Annotated[int, Field(ge=-1_000_000_000, le=1_000_000_000)] | None = None


class StockOut(Schema):
    product: str
    variant: str | None
    stock: int | None


class Filter(Schema):
    q: Annotated[str, Field(max_length=200)] = ""
    category: Annotated[str, Field(max_length=40)] = ""
    visible: bool | None = None
    stock: Literal["", "none", "low", "counted"] = ""
    sort: Sort = "name"
    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    limit: Annotated[int, Field(ge=1, le=100)] = 50


@router.get("/products", auth=TokenAuth(READ), response=ProductPageOut)
@api_view(READ)
def list_products(request: ApiRequest, wanted: Query[Filter]) -> dict[str, object]:
    """Products of the shop, hidden ones included, with filters."""
    assert wanted.sort in SORTS
    rows = office_products(
        request.merchant,
        ProductFilter(
            text=wanted.q,
            category=_category(request.merchant, wanted.category) if wanted.category else None,
            visible=wanted.visible,
            stock=wanted.stock,
            sort=wanted.sort,
        ),
    )
    page = Paginator(rows, wanted.limit).get_page(wanted.page)
    return {
        "items": [_out(row, request.merchant) for row in page],
        "count": page.paginator.count,
        "page": page.number,
        "pages": page.paginator.num_pages,
    }


@router.post("/products", auth=TokenAuth(WRITE), response={201: ProductOut})
@idempotent
@api_view(WRITE)
def make_product(request: ApiRequest, body: NewProduct) -> Status[dict[str, object]]:
    """Make a product. Its address is made from the name unless ``slug`` is given."""
    fields = _fields(request.merchant, body)
    try:
        product = create_product(merchant=request.merchant, by=Actor.token(request.token), **fields)
    except CannotBeSaved as refused:
        raise HttpError(422, f"{refused.field}: {refused}") from None
    return Status(201, _out(product, request.merchant))


@router.get("/products/{product_id}", auth=TokenAuth(READ), response=ProductOut)
@api_view(READ)
def show_product(request: ApiRequest, product_id: str) -> dict[str, object]:
    return _out(_product(request, product_id), request.merchant)


@router.patch("/products/{product_id}", auth=TokenAuth(WRITE), response=ProductOut)
@api_view(WRITE)
def patch_product(request: ApiRequest, product_id: str, body: ProductFields) -> dict[str, object]:
    """Change the fields that are sent. A null empties what may be empty."""
    product = _product(request, product_id)
    fields = _fields(request.merchant, body)
    if not fields:
        return _out(product, request.merchant)
    if product.variants.exists() and fields.get("stock") is not None:
        raise HttpError(422, "stock: the variants of this product hold the stock.")
    try:
        changed = change_product(
            product=product, by=Actor.token(request.token), reason=StockReason.API, **fields
        )
    except CannotBeSaved as refused:
        raise HttpError(422, f"{refused.field}: {refused}") from None
    return _out(changed, request.merchant)


@router.delete("/products/{product_id}", auth=TokenAuth(WRITE), response={204: None})
@api_view(WRITE)
def remove_product(request: ApiRequest, product_id: str) -> Status[None]:
    """Delete it with its photos and variants. Orders keep their own copy."""
    delete_product(product=_product(request, product_id), by=Actor.token(request.token))
    return Status(204, None)


@router.post("/products/{product_id}/stock", auth=TokenAuth(WRITE), response=StockOut)
@idempotent
@api_view(WRITE)
def count_stock(request: ApiRequest, product_id: str, body: StockIn) -> dict[str, object]:
    """Set the stock of a product or of one of its variants, or change it by so many."""
    product = _product(request, product_id)
    if (body.count is None) == (body.change is None):
        raise HttpError(422, "Send either count or change.")
    row = _counted(product, body.variant)
    if body.count is not None:
        left = set_stock(
            row=row, count=body.count, by=Actor.token(request.token), reason=StockReason.API
        )
    else:
        change = body.change or 0
        left = adjust_stock(
            row=row, change=change, by=Actor.token(request.token), reason=StockReason.API
        )
    return {"product": product.public_id, "variant": body.variant, "stock": left}


def _product(request: HttpRequest, product_id: str) -> Product:
    merchant: Merchant = request.merchant  # type: ignore[attr-defined]  # set by TokenAuth
    product = Product.get_or_404(product_id, merchant=merchant)
    product.merchant = merchant
    return product


def _counted(product: Product, variant_id: str | None) -> Product | Variant:
    if variant_id:
        variant = Variant.get_or_404(variant_id, product=product)
        variant.product, variant.merchant = product, product.merchant
        return variant
    if product.variants.exists():
        raise HttpError(422, "variant: this product is counted by its variants; name one.")
    return product


def _category(merchant: Merchant, public_id: str) -> Category:
    return Category.get_or_404(public_id, merchant=merchant)


def _fields(merchant: Merchant, body: ProductFields) -> dict[str, Any]:
    """What was sent, as the actions take it; a null only where emptiness means something."""
    sent = body.model_dump(exclude_unset=True)
    fields: dict[str, object] = {}
    for name, value in sent.items():
        if value is None and name not in {"stock", "former_price", "category"}:
            raise HttpError(422, f"{name}: must not be null.")
        if name in {"price", "former_price"}:
            key = "price_minor" if name == "price" else "compare_at_minor"
            fields[key] = None if value is None else _minor(name, value, merchant.currency)
        elif name == "category":
            fields[name] = _category(merchant, value) if value else None
        else:
            fields[name] = value
    return fields


def _minor(name: str, text: str, currency: str) -> int:
    try:
        return Money.parse(text, currency).minor
    except MoneyError as wrong:
        raise HttpError(422, f"{name}: {wrong}") from None


def _out(product: Product, merchant: Merchant) -> dict[str, object]:
    product.merchant = merchant
    former, crossed_out = product.compare_at_minor, product.former_minor
    return {
        "id": product.public_id,
        "name": product.name,
        "slug": product.slug,
        "description": product.description,
        "price": product.price.plain(),
        "former_price": None if former is None else Money(former, merchant.currency).plain(),
        "crossed_out_price": (
            None if crossed_out is None else Money(crossed_out, merchant.currency).plain()
        ),
        "currency": merchant.currency,
        "tax_class": TaxClass(product.tax_class).value,
        "sku": product.sku,
        "stock": product.stock,
        "weight_grams": product.weight_grams,
        "visible": product.visible,
        "category": product.category.public_id if product.category else None,
        "maker": product.maker,
        "tags": product.tags,
        "variants": [
            {
                "id": row.public_id,
                "choice": row.options,
                "sku": row.sku,
                "price": row.price.plain(),
                "stock": row.stock,
            }
            for row in variants_of(product)
        ],
        "photos": [photo.url for photo in product.photos.all()],
        "created_at": product.created_at,
        "updated_at": product.updated_at,
    }

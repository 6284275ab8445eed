from tradepost.catalog.models.goods import Category, FormerAddress, Product
from tradepost.catalog.models.ledger import ContentVersion, ProductImport, StockMovement
from tradepost.catalog.models.pictures import Photo
from tradepost.catalog.models.prices import PriceChange
from tradepost.catalog.models.skus import same_sku
from tradepost.catalog.models.taxes import CatalogSettings, TaxRate
from tradepost.catalog.models.variants import ProductOption, Variant

__all__ = [
    "CatalogSettings",
    "Category",
    "ContentVersion",
    "FormerAddress",
    "Photo",
    "PriceChange",
    "Product",
    "ProductImport",
    "ProductOption",
    "StockMovement",
    "TaxRate",
    "Variant",
    "same_sku",
]

"""The catalogue takes nobody's data (see ``datamap.collection``)."""

from tradepost.datamap.collection import register_not_collecting

_FORMS = "tradepost.catalog.forms"

register_not_collecting(
    "names of products and categories, files of products",
    f"{_FORMS}.CategoryForm",
    f"{_FORMS}.ConfirmNameForm",
    f"{_FORMS}.ImportForm",
    f"{_FORMS}.ProductForm",
    "tradepost.catalog.api.NewProduct",
    "tradepost.catalog.api.ProductFields",
)

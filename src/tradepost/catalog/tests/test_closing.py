"""A shop that closes leaves no picture behind."""

from django.core.files.storage import default_storage
from PIL import Image

from tradepost.audit.types import SYSTEM
from tradepost.catalog.actions.photos import add_photo
from tradepost.catalog.actions.products import create_product
from tradepost.merchants import closing


def test_the_pictures_of_a_closed_shop_are_deleted(in_scope, tmp_path) -> None:
    product = create_product(merchant=in_scope, by=SYSTEM, name="Bag", price_minor=100)
    file = tmp_path / "bag.png"
    Image.new("RGB", (400, 300), "brown").save(file)
    photo = add_photo(product=product, data=file.read_bytes(), alt="Bag", by=SYSTEM)
    assert all(default_storage.exists(name) for name in photo.names)
    for hook in closing.hooks:
        hook(in_scope)
    assert not any(default_storage.exists(name) for name in photo.names)

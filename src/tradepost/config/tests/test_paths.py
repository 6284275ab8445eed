"""No address with a NUL in it is an error, on either database."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path",
    [
        "/%00",
        "/shop/%00/",
        "/shop/x%00y/product/belt/",
        "/order/%00/",
        "/cart/%00/",
        "/support/matter/%00/",
        "/office/%00/orders/",
        "/u/%00/",
    ],
)
def test_an_address_with_a_nul_is_nobodys(client, path):
    assert client.get(path).status_code == 404
    assert client.post(path).status_code in {403, 404}

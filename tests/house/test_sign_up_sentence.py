"""What the notice says of the sign-up is what the sign-up asks."""

import pytest
from django.utils.translation import override

from tradepost.merchants.forms import OPTIONAL, REQUIRED, SignUpForm
from tradepost.notice.catalogue.collection import COLLECTION

WORDS = {
    "email": "contact e-mail address", "password1": "a password", "shop_name": "the name",
    "country": "country", "language": "language of the shop", "website": "Website", "name": "your name",
    "telephone": "telephone", "business_type": "kind of business",
}  # fmt: skip


@pytest.mark.django_db
def test_the_sentence_names_each_field_on_its_side():
    with override("en"):
        (sentence,) = (
            str(said.sentence) for said in COLLECTION if said.id == "collect.account-minimum"
        )
    needed, _dot, free = sentence.partition(". ")
    fields = SignUpForm().fields
    assert set(WORDS) == set(fields)
    for name in REQUIRED:
        assert fields[name].required
        assert WORDS[name] in needed
    for name in OPTIONAL:
        assert not fields[name].required
        assert WORDS[name] in free.partition(" are optional")[0]

"""Each preset's notices hold the sentences that keep the statements of the policy it is modelled on."""

import pytest
from django.core.management import call_command
from django.test import Client

from tradepost.assurance.checks import load_checks
from tradepost.assurance.sources.statements import read_sources
from tradepost.console.presets import PRESETS
from tradepost.notice.catalogue import PROMISES, Audience
from tradepost.notice.models import PromiseResult

pytestmark = pytest.mark.django_db
MODELS = {
    "hosted-cart": "M",
    "shop-system": "X",
    "mail-service": "N",
    "mall": "C",
    "newsletter-service": "P",
}


@pytest.fixture
def everything_kept() -> None:
    PromiseResult.objects.bulk_create(
        PromiseResult(promise=id, check_name="", state="kept", evidence_class="enforced")
        for id in load_checks()
    )


def missing_of(preset: str, shop: str) -> list[str]:
    """Statements of the preset's model whose sentence stands in no notice that should hold it."""
    operators, shops = Client().get("/privacy/").text, Client().get(f"/privacy/{shop}/").text
    pages = {
        Audience.MERCHANT: (operators,),
        Audience.CUSTOMER: (shops,),
        Audience.EVERYBODY: (operators, shops),
    }
    source = next(one for one in read_sources() if one.letter == MODELS[preset])
    return [
        f"{statement.id}: {promise}"
        for statement in source.statements
        for promise in (*statement.promises, *(it for it in statement.instead if it in checks))
        if any(f'id="{promise}"' not in page for page in pages[PROMISES[promise].reader])
    ]


checks = load_checks()


def test_there_is_a_preset_for_each_source():
    assert MODELS.keys() == PRESETS.keys()
    assert sorted(MODELS.values()) == sorted(source.letter for source in read_sources())


@pytest.mark.parametrize("preset", MODELS)
def test_a_presets_notices_cover_its_source(preset, merchant, everything_kept):
    call_command("preset", preset)
    assert missing_of(preset, merchant.handle) == []


def test_a_mall_without_letters_would_not_cover_its_source(merchant, everything_kept):
    call_command("preset", "hosted-cart")
    assert any("choice.unsubscribe-everywhere" in it for it in missing_of("mall", merchant.handle))


def test_a_hosted_cart_says_nothing_about_letters(merchant, everything_kept):
    call_command("preset", "hosted-cart")
    page = Client().get(f"/privacy/{merchant.handle}/").text
    assert 'id="collect.beacons"' not in page
    assert 'id="choice.unsubscribe-everywhere"' not in page

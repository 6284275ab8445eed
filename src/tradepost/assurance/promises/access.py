"""Who sees it."""

import re
from collections.abc import Iterator

from django.apps import apps
from django.db.models import Model, Q
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tradepost.assurance.actions.attest import attestation_check
from tradepost.assurance.promises import fixtures
from tradepost.audit.models import Entry
from tradepost.audit.queries import first_broken_entry
from tradepost.audit.types import Actor, ActorKind
from tradepost.datamap.columns.opaque_id import PublicIdMixin
from tradepost.datamap.promises import Evidence, keeps, require
from tradepost.merchants.models import Merchant

attestation_check("access.confidentiality")


@keeps("access.recorded", Evidence.TESTED)
def a_look_at_the_desk_is_recorded() -> str:
    merchant = fixtures.shop()
    ref = fixtures.person(merchant)
    letter = fixtures.letter_of(ref)
    office = fixtures.office_of(merchant)
    url = f"/office/{merchant.handle}/privacy/requests/{letter.public_id}/data/"
    fixtures.page(url, office)
    target = f"rights.rightsrequest:{letter.pk}"
    look = Entry.objects.filter(action="rights.look", target=target).first()
    require(look, "Staff downloaded a person's data and the record does not say so.")
    assert look is not None
    require(
        Actor.parse(look.actor).kind is ActorKind.USER and look.reason,
        "The record lacks who or why.",
    )
    require(look.detail.get("kinds"), "The record lacks what was seen.")
    shown = fixtures.page("/privacy/visit/", fixtures.visit_of(merchant, ref.email))
    require(look.reason in shown, "The person does not learn of the look.")
    return "A download at the desk is recorded with who, what, when, why, and shown to the person."


@keeps("access.recorded", Evidence.MONITORED)
def the_record_is_whole() -> str:
    newest = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    torn = first_broken_entry(start_after=max(newest - 5000, 0))
    require(torn is None, "An entry of the record was altered or taken out.")
    return "The newest entries of the record are sealed one to the next without a gap."


@keeps("access.recorded", Evidence.TESTED)
def no_page_shows_a_person_unrecorded() -> str:
    """Somebody orders, subscribes and writes; the owner opens every page of the back office."""
    merchant = fixtures.shop()
    mark = fixtures.known_person(merchant)
    office = fixtures.office_of(merchant)
    shown = 0
    for url in _addresses(merchant):
        before = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        if mark.root in fixtures.text_of(office.get(url)):
            made = Entry.objects.filter(pk__gt=before, merchant_id=merchant.pk)
            require(made.filter(action__contains=".look").exists(), f"{url} records no look.")
            shown += 1
    require(shown >= 6, f"Only {shown} pages show the person; the check is blind.")
    return f"Each of the {shown} pages of the back office that showed a person recorded the look."


def _addresses(merchant: Merchant) -> Iterator[str]:
    """Every address of the back office, with the numbers of rows that the shop has."""
    rows = _public_ids(merchant)
    for route in _routes(get_resolver().url_patterns):
        url = route.replace("<slug:handle>", merchant.handle)
        if "<" not in url:
            yield url
        elif len(found := _PARAMETER.findall(url)) == 1:
            stem = found[0].removesuffix("_id")
            for name, numbers in rows.items():
                if stem in name:
                    yield from (_PARAMETER.sub(number, url) for number in numbers)


_PARAMETER = re.compile(r"<str:(\w+)>")


def _public_ids(merchant: Merchant) -> dict[str, list[str]]:
    """Kind of row → how two of the shop's are called outside."""
    return {
        str(model._meta.model_name): [
            row.public_id for row in model._base_manager.filter(Q(merchant=merchant))[:2]
        ]
        for model in apps.get_models()
        if issubclass(model, PublicIdMixin) and model is not Merchant and _is_of_a_shop(model)
    }


def _is_of_a_shop(model: type[Model]) -> bool:
    return any(field.name == "merchant" for field in model._meta.concrete_fields)


def _routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        elif route.startswith("office/<slug:handle>/"):
            yield "/" + route


@keeps("access.merchant-only", Evidence.TESTED)
def another_merchant_sees_nothing() -> str:
    """At the shop's own address, and with the shop's row numbers at the rival's."""
    merchant, rival = fixtures.shop(), fixtures.shop()
    mark = fixtures.known_person(merchant)
    office = fixtures.office_of(rival)
    own = office.get(f"/office/{rival.handle}/privacy/requests/")
    require(own.status_code == 200, "The rival does not even get into the own back office.")
    tried = 0
    for url in _addresses(merchant):
        for answer in (office.get(url), office.post(url)):
            status = answer.status_code
            require(status in {404, 405}, f"{url} answers another merchant with {status}.")
        mixed = office.get(url.replace(f"/{merchant.handle}/", f"/{rival.handle}/"))
        require(mark.root not in fixtures.text_of(mixed), f"{url} shows a rival the person.")
        tried += 1
    for url, token in fixtures.api_calls(rival):
        answer = Client().get(url, headers={"Authorization": f"Bearer {token}"})
        require(answer.status_code == 200, f"{url} answers its own merchant {answer.status_code}.")
        require(mark.root not in fixtures.text_of(answer), f"{url} shows a rival the person.")
        tried += 1
    return f"{tried} addresses of back office and API gave another merchant nothing."


@keeps("access.two-tier", Evidence.TESTED)
def the_processing_agreement_is_public() -> str:
    text = fixtures.page("/privacy/processing-agreement/")
    for word in ("controller", "processor", "belongs to the shop", "Art. 28"):
        require(word in text, f"The agreement does not say: {word}.")
    merchant = fixtures.shop()
    require(
        merchant.name in fixtures.page(f"/privacy/{merchant.handle}/"), "A shop has no own notice."
    )
    return "The processing agreement is public, and a shop has a notice and a portal of its own."

"""Who sees it."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from tradepost.audit.models import Entry
from tradepost.audit.queries import first_broken_entry
from tradepost.datamap.promises import Evidence, keeps, require
from tradepost.privacy.actions.attest import vouched
from tradepost.privacy.promises import scene

vouched("access.confidentiality")


@keeps("access.recorded", Evidence.TESTED)
def a_look_at_the_desk_is_recorded() -> str:
    merchant = scene.shop()
    ref = scene.person(merchant)
    letter = scene.letter_of(ref)
    office = scene.office_of(merchant)
    url = f"/office/{merchant.handle}/privacy/requests/{letter.public_id}/data/"
    scene.page(url, office)
    target = f"privacy.rightsrequest:{letter.pk}"
    look = Entry.objects.filter(action="privacy.look", target=target).first()
    require(look, "Staff downloaded a person's data and the record does not say so.")
    assert look is not None
    require(look.actor.startswith("user:") and look.reason, "The record lacks who or why.")
    require(look.detail.get("kinds"), "The record lacks what was seen.")
    shown = scene.page("/privacy/visit/", scene.visit_of(merchant, ref.email))
    require(look.action in shown, "The person does not learn of the look.")
    return "A download at the desk is recorded with who, what, when, why, and shown to the person."


@keeps("access.recorded", Evidence.MONITORED)
def the_record_is_whole() -> str:
    newest = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    torn = first_broken_entry(start_after=max(newest - 5000, 0))
    require(torn is None, "An entry of the record was altered or taken out.")
    return "The newest entries of the record are sealed one to the next without a gap."


def _bare_addresses(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    """Addresses of the back office that need nothing but a shop's handle."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _bare_addresses(pattern.url_patterns, route)
        elif route.startswith("office/<slug:handle>/") and route.count("<") == 1:
            yield "/" + route


@keeps("access.merchant-only", Evidence.TESTED)
def another_merchant_sees_nothing() -> str:
    merchant, rival = scene.shop(), scene.shop()
    office = scene.office_of(rival)
    own = office.get(f"/office/{rival.handle}/privacy/requests/")
    require(own.status_code == 200, "The rival does not even get into the own back office.")
    addresses = list(_bare_addresses(get_resolver().url_patterns))
    for address in addresses:
        url = address.replace("<slug:handle>", merchant.handle)
        for status in (office.get(url).status_code, office.post(url).status_code):
            require(status in {404, 405}, f"{address} answers another merchant with {status}.")
    letter = scene.letter_of(scene.person(merchant))
    mixed = f"/office/{rival.handle}/privacy/requests/{letter.public_id}/"
    require(office.get(mixed).status_code == 404, "A rival opened another shop's request.")
    return f"{len(addresses)} back-office addresses and a stolen row number gave another merchant nothing."


@keeps("access.two-tier", Evidence.TESTED)
def the_processing_agreement_is_public() -> str:
    text = scene.page("/privacy/processing-agreement/")
    for word in ("controller", "processor", "belongs to the shop", "Art. 28"):
        require(word in text, f"The agreement does not say: {word}.")
    merchant = scene.shop()
    require(
        merchant.name in scene.page(f"/privacy/{merchant.handle}/"), "A shop has no own notice."
    )
    return "The processing agreement is public, and a shop has a notice and a portal of its own."

"""Each promise about data: kept, then broken on purpose, then caught."""

import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from tests.promises.mutations import assert_kept_then_broken, cases
from tradepost.assurance.promises import fixtures
from tradepost.audit.types import SYSTEM
from tradepost.datamap import checks as start_up
from tradepost.datamap.processors import PartyRole, Processor, processors
from tradepost.merchants import access as merchants_access
from tradepost.merchants.models import Membership
from tradepost.rights import egress, graph, queries
from tradepost.rights.actions import erase, export, pending, portal, rights
from tradepost.rights.models import PortalPass, RightsRequest
from tradepost.rights.restrictions import stops

pytestmark = pytest.mark.django_db


def accept_any_declaration(breach):
    breach.setattr(start_up, "_WANTED", {})


def forget_the_start_up_check(breach):
    breach.setattr(start_up, "_incomplete", lambda model: iter(()))


def hide_where_the_data_is(breach):
    from tradepost.notice.views import notice as pages

    real = pages.render
    breach.setattr(pages, "render", lambda r, t, c: real(r, t, c | {"environment": None}))


def register_somebody_who_looks_people_up(breach):
    breach.setitem(processors, "snoop", party("snoop", role="looks people up"))


def register_a_buyer(breach):
    breach.setitem(processors, "buyer", party("buyer", role="buys addresses"))


def register_without_safeguard(breach):
    breach.setitem(processors, "far", party("far", safeguard="", country="US"))


def party(id, **changes):
    said = {
        "id": id,
        "name": id,
        "role": PartyRole.PAYMENT,
        "what": (),
        "why": "",
        "purposes": (),
        "country": "DE",
        "safeguard": "contract",
    }
    return Processor(**(said | changes))


def put_the_address_into_the_cookie(breach):
    real = portal.open_visit

    def open_visit(*, secret):
        _visit, pass_ = real(secret=secret)
        PortalPass._base_manager.filter(pk=pass_.pk).update(visit_digest=portal.digest(pass_.email))
        return pass_.email, pass_

    from tradepost.rights.views import portal as pages

    breach.setattr(pages, "open_visit", open_visit)


def leave_letters_off_the_map(breach):
    rest = tuple(place for place in graph.places() if place.model is not RightsRequest)
    breach.setattr(graph, "places", lambda: rest)


def ignore_stops(breach):
    real = stops._standing
    breach.setattr(stops, "_standing", lambda *said: real(*said).none())


def let_any_member_in(breach):
    breach.setattr(
        merchants_access,
        "membership_or_404",
        lambda user, handle: (
            Membership.objects.filter(merchant__handle=handle).first()
            or Membership.objects.filter(user=user).get()
        ),
    )


def look_unseen(breach):
    breach.setattr(rights, "record_look", lambda **said: 0)


def alter_the_record(breach):
    from tradepost.audit.actions import record
    from tradepost.audit.models import Entry

    entry = record(actor=SYSTEM, action="rights.look")
    Entry.objects.filter(pk=entry.pk).update(action="test.other")


def open_the_gateway(breach):
    breach.setattr(egress.HttpGateway, "_check_party", lambda self, url: None)


def forget_the_announcement(breach):
    breach.setattr(Processor, "may_receive_on", lambda self, day: True)


def forget_to_mail_the_link(breach):
    breach.setattr(portal, "write_to", lambda *said, **more: None)


def trust_everybody(breach):
    from tradepost.rights.views import portal as pages

    breach.setattr(
        pages, "visit_of", lambda secret: PortalPass._base_manager.order_by("-pk").first()
    )


def drop_a_field_from_the_copy(breach):
    real = queries._items
    breach.setattr(
        queries,
        "_items",
        lambda row, name, said: iter(()) if name == "note" else real(row, name, said),
    )


def keep_what_was_wrong(breach):
    breach.setattr(rights, "_cleaned", lambda row, name, key, value: getattr(row, name))


def erase_nothing(breach):
    breach.setattr(erase, "_erase_rows", lambda place, numbers, done: None)


def write_an_empty_workbook(breach):
    breach.setattr(export, "as_xlsx", lambda ref, tables: b"")


def tell_nobody(breach):
    breach.setattr(rights, "write_to", lambda *said, **more: None)


def leave_recipients_in_the_dark(breach):
    for place in (rights, pending):
        breach.setattr(place, "tell_recipients", lambda *said, **more: 0)


def let_a_request_lie(breach):
    merchant = fixtures.shop()
    ref = fixtures.person(merchant)
    RightsRequest._base_manager.filter(email=ref.email).update(
        due_at=timezone.now() - timedelta(days=1)
    )


def leave_letters_of_closed_shops(breach):
    from tradepost.merchants.actions import close

    kept = close._NOT_THE_SHOPS | {"rights.rightsrequest"}
    breach.setattr(close, "_NOT_THE_SHOPS", kept)
    breach.setattr(close, "_erase_merchant", lambda merchant: None)


def show_the_start_page_unrecorded(breach):
    """The desk still records; only the list on the start page does not."""
    breach.setattr("tradepost.backoffice.views.start.note_look", lambda **said: None)


def read_requests_unrecorded(breach):
    breach.setattr(rights, "note_request_look", lambda **said: None)
    breach.setattr(rights, "note_list_look", lambda **said: None)


def open_any_shops_contact(breach):
    """Behind the right door, with a row number of another shop."""
    from django_scopes import scopes_disabled

    from tradepost.audience.models import Contact

    real = Contact.get_or_404.__func__

    def get_or_404(kind, text, **said):
        with scopes_disabled():
            return real(kind, text, **said)

    breach.setattr(Contact, "get_or_404", classmethod(get_or_404))


def give_the_api_every_shops_contacts(breach):
    from tradepost.audience.models import Contact

    breach.setattr(
        "tradepost.audience.api.queries.find_contacts",
        lambda **said: Contact._base_manager.order_by("-pk"),
        raising=True,
    )


def print_logs_as_they_come(breach):
    import logging

    for handler in logging.getLogger().handlers:
        if handler.get_name() == "console":
            breach.setattr(handler, "formatter", logging.Formatter("%(message)s"))


def put_what_is_held_into_addresses(breach):
    from tradepost.rights.views import portal as pages

    real = pages.render

    def render(request, template, context, **more):
        answer = real(request, template, context, **more)
        said = f'href="?value={context.get("email", "")}'.encode()
        answer.content = answer.content.replace(b'href="', said + b'" href="', 1)
        return answer

    breach.setattr(pages, "render", render)


def open_a_socket_elsewhere(breach):
    """A file that talks past the gateway without any HTTP library."""
    from tradepost.assurance.promises import sharing

    folder = Path(tempfile.mkdtemp())
    (folder / "catalog").mkdir()
    (folder / "catalog" / "hurry.py").write_text("import socket\n")
    breach.setattr(sharing, "PACKAGE", folder)


def send_in_the_clear(breach):
    breach.setattr(Processor, "stand_in_allowed", lambda self: True, raising=False)
    real = egress.HttpGateway._check_party
    breach.setattr(
        egress.HttpGateway,
        "_check_party",
        lambda self, url: real(self, url.copy_with(scheme="https")),
    )


def register_in_no_country(breach):
    breach.setattr(Processor, "__post_init__", lambda self: None)


def forget_retention(breach):
    """Everything else runs; one row simply stays."""
    from tradepost.rights.models import PortalPass

    merchant = fixtures.shop()
    long_ago = timezone.now() - timedelta(days=9)
    PortalPass._base_manager.create(
        merchant=merchant, email="a@b.example", asked_at=long_ago, link_expires_at=long_ago
    )


def leave_files_of_closed_shops(breach):
    from tradepost.merchants.actions import close

    breach.setattr(close, "hooks", [])


MUTATIONS = {
    "keep.closure": [leave_letters_of_closed_shops, leave_files_of_closed_shops],
    "purpose.closed-list": accept_any_declaration,
    "purpose.basis": accept_any_declaration,
    "collect.location": hide_where_the_data_is,
    "collect.no-enrichment": register_somebody_who_looks_people_up,
    "collect.logs-without-identity": [
        put_the_address_into_the_cookie,
        print_logs_as_they_come,
        put_what_is_held_into_addresses,
    ],
    "collect.messages": leave_letters_off_the_map,
    "choice.restrict": ignore_stops,
    "choice.object": ignore_stops,
    "access.recorded": [
        look_unseen,
        alter_the_record,
        show_the_start_page_unrecorded,
        read_requests_unrecorded,
    ],
    "access.merchant-only": [
        let_any_member_in,
        open_any_shops_contact,
        give_the_api_every_shops_contacts,
    ],
    "share.processors": [open_the_gateway, open_a_socket_elsewhere, send_in_the_clear],
    "share.notice-before": forget_the_announcement,
    "share.foreign": [register_without_safeguard, register_in_no_country],
    "secure.verify-identity": trust_everybody,
    "keep.rule-for-everything": [forget_the_start_up_check, forget_retention],
    "right.self-service": forget_to_mail_the_link,
    "right.access": drop_a_field_from_the_copy,
    "right.rectify": keep_what_was_wrong,
    "right.erase": erase_nothing,
    "right.portable": write_an_empty_workbook,
    "right.notified": [tell_nobody, leave_recipients_in_the_dark],
    "right.in-time": let_a_request_lie,
}


@pytest.mark.parametrize(("promise", "mutate"), cases(MUTATIONS))
def test_kept_until_broken(promise, mutate, monkeypatch):
    assert_kept_then_broken(promise, mutate, monkeypatch)

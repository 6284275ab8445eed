"""The pages of a register, the same for a shop and for the operator."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tradepost.datamap.processors import (
    UnknownProcessor,
    active_processors,
    processor_of,
    today,
)
from tradepost.parties.actions.keep import add_party, change_party, end_party, note_contract
from tradepost.parties.desk.desk import PartyDesk
from tradepost.parties.forms import ContractForm, EndPartyForm, PartyForm
from tradepost.parties.models import OutsideParty
from tradepost.parties.queries import (
    PartyLine,
    added_line,
    contract_of,
    declared_line,
    parties_of,
    register_of,
)
from tradepost.parties.types import AlreadyEnded


@dataclass(frozen=True, kw_only=True)
class _Listed:
    line: PartyLine
    address: str
    is_over: bool


def list_page(request: HttpRequest, desk: PartyDesk) -> HttpResponse:
    rows = [
        _Listed(
            line=line,
            address=desk.address("one", _name_of(line)),
            is_over=bool(line.row and line.row.is_over(today())),
        )
        for line in register_of(desk.merchant)
    ]
    return desk.show(request, "list", rows=rows)


def _name_of(line: PartyLine) -> str:
    """In addresses: the id of the declaration, or the row's."""
    if line.row is not None and not line.row.declared:
        return line.row.public_id
    return line.party.id


def line_or_404(desk: PartyDesk, name: str) -> PartyLine:
    """Raises: Http404, also for another shop's."""
    try:
        party = processor_of(name)
    except UnknownProcessor:
        number = OutsideParty.get_or_404(name, merchant=desk.merchant, declared="").pk
        return added_line(parties_of(desk.merchant).get(pk=number))
    merchant = desk.merchant
    if party not in active_processors() or not (merchant is None or party.used_by(merchant)):
        raise Http404
    row = parties_of(merchant).filter(declared=name).first()
    return declared_line(party, row, merchant)


def party_page(request: HttpRequest, desk: PartyDesk, line: PartyLine) -> HttpResponse:
    links = {
        page: desk.address(page, _name_of(line)) for page in ("one", "change", "end", "contract")
    }
    over = bool(line.row and line.row.ended_on)
    return desk.show(request, "party", line=line, party=line.party, page=links, is_over=over)


def new_page(request: HttpRequest, desk: PartyDesk) -> HttpResponse:
    form = _form(PartyForm, request, PartyForm.known(None))
    if form.is_valid():
        add_party(merchant=desk.merchant, facts=form.facts(), contract=form.contract(), by=desk.by)
        messages.success(request, _("The party is on the register."))
        return desk.back_to_list()
    return desk.show(request, "form", form=form, status=_status(form))


def change_page(request: HttpRequest, desk: PartyDesk, line: PartyLine) -> HttpResponse:
    """Everything of a party added by hand; of a declared one, what the program cannot know."""
    if not line.is_ours:
        raise Http404
    if line.row is None or line.row.declared:
        return _change_declared(request, desk, line)
    form = _form(PartyForm, request, PartyForm.known(line.row))
    if form.is_valid():
        try:
            change_party(party=line.row, facts=form.facts(), contract=form.contract(), by=desk.by)
        except AlreadyEnded:
            messages.error(request, _("This party has ended; nothing was changed."))
        else:
            messages.success(request, _("Saved."))
        return desk.back_to_list()
    return desk.show(request, "form", form=form, line=line, status=_status(form))


def _change_declared(request: HttpRequest, desk: PartyDesk, line: PartyLine) -> HttpResponse:
    known = ContractForm.known(line.row) | {"position": line.position.value}
    form = _form(ContractForm, request, known)
    if form.is_valid():
        note_contract(
            merchant=desk.merchant,
            declared=line.party.id,
            facts=form.contract_facts(),
            contract=form.contract(),
            by=desk.by,
        )
        messages.success(request, _("Saved."))
        return desk.back_to_list()
    return desk.show(request, "form", form=form, line=line, status=_status(form))


def end_page(request: HttpRequest, desk: PartyDesk, line: PartyLine) -> HttpResponse:
    if line.row is None or line.row.declared:
        raise Http404
    form = EndPartyForm(request.POST or None, initial={"last_day": today()})
    if form.is_valid():
        try:
            end_party(party=line.row, by=desk.by, **form.cleaned_data)
        except AlreadyEnded:
            messages.error(request, _("This party has ended; nothing was changed."))
        else:
            messages.success(request, _("It leaves the notice after that day."))
        return desk.back_to_list()
    return desk.show(request, "end", form=form, line=line, status=_status(form))


def contract_page(_request: HttpRequest, _desk: PartyDesk, line: PartyLine) -> HttpResponse:
    """The file as it was taken in; it always downloads and never opens as a page."""
    content = contract_of(line.row) if line.row else None
    if content is None:
        raise Http404
    headers = {
        "Content-Disposition": 'attachment; filename="contract.pdf"',
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _form[F: ContractForm](kind: type[F], request: HttpRequest, known: dict[str, object]) -> F:
    if request.method != "POST":
        return kind(initial=known)
    return kind(request.POST, request.FILES, initial=known)


def _status(form: ContractForm | EndPartyForm) -> int:
    return 422 if form.errors else 200

"""Forms of the register of outside parties. They describe companies and name nobody."""

from datetime import date
from typing import Unpack

from django import forms
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tradepost.datamap.processors import NOTICE_DAYS, today
from tradepost.datamap.vocabulary import Kind, Purpose
from tradepost.datamap.words import word
from tradepost.merchants.actions.join import countries
from tradepost.parties.actions.keep import ContractFacts, PartyFacts
from tradepost.parties.models import OutsideParty
from tradepost.parties.queries import earliest_use
from tradepost.parties.types import EEA, PartyPosition, PartySafeguard
from tradepost.ui.form_options import FormData, FormFiles, FormOptions, Text, field_of

MOST_BYTES = 5_000_000
_NOBODY = _("An office or a mailbox. Name nobody.")
_WIDE = {"rows": 2}


def _day(label: Text, help_text: Text = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, required=False, help_text=help_text)


class ContractForm(forms.Form):
    """What the program cannot know: the contract, whom to ask, when it was looked at."""

    position = forms.ChoiceField(label=_("Role"), choices=PartyPosition)
    contact = forms.CharField(
        label=_("Contact"),
        widget=forms.Textarea(attrs=_WIDE),
        max_length=300,
        required=False,
        help_text=_NOBODY,
    )
    contract_file = forms.FileField(
        label=_("Contract"), required=False, help_text=_("PDF, up to 5 MB.")
    )
    contract_link = forms.URLField(
        label=_("Or where it lies"), max_length=300, required=False, assume_scheme="https"
    )
    signed_on = _day(_("Signed on"))
    ends_on = _day(_("Contract ends on"), _("Empty: until notice is given."))
    reviewed_on = _day(_("Reviewed on"))
    review_on = _day(_("Next review"), _("The start page reminds you from then on."))

    def clean_contract_file(self) -> object:
        file = self.cleaned_data["contract_file"]
        if not file:
            return None
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 5 MB."))
        if file.read(5) != b"%PDF-":
            raise forms.ValidationError(_("This is no PDF file."))
        file.seek(0)
        return file

    def clean(self) -> dict[str, object]:
        said = self.cleaned_data
        signed, ends = said.get("signed_on"), said.get("ends_on")
        if signed and signed > today():
            self.add_error("signed_on", _("This day has not come yet."))
        if signed and ends and ends < signed:
            self.add_error("ends_on", _("The end is before the day of signing."))
        if not signed and (said.get("contract_file") or said.get("contract_link")):
            self.add_error("signed_on", _("When was the contract signed?"))
        reviewed, review = said.get("reviewed_on"), said.get("review_on")
        if reviewed and reviewed > today():
            self.add_error("reviewed_on", _("This day has not come yet."))
        if reviewed and review and review <= reviewed:
            self.add_error("review_on", _("The next review must be after the last."))
        return said

    def contract(self) -> bytes | None:
        """The new file; None where none was chosen."""
        file = self.cleaned_data.get("contract_file")
        return file.read() if file else None

    def contract_facts(self) -> ContractFacts:
        said = self.cleaned_data
        return ContractFacts(
            position=PartyPosition(said["position"]),
            contact=said["contact"],
            contract_link=said["contract_link"],
            signed_on=said["signed_on"],
            ends_on=said["ends_on"],
            reviewed_on=said["reviewed_on"],
            review_on=said["review_on"],
        )

    @staticmethod
    def known(row: OutsideParty | None) -> dict[str, object]:
        """What stands in the row, for a form that changes it."""
        return {name: getattr(row, name) for name in ContractFacts.__annotations__} if row else {}


class PartyForm(ContractForm):
    """A party that the program does not declare: a tax adviser, a printer, a carrier."""

    name = forms.CharField(label=_("Name"), max_length=120)
    what_for = forms.CharField(
        label=_("What for"),
        max_length=300,
        help_text=_("As your notice says it, such as: keeps the books."),
    )
    purposes = forms.MultipleChoiceField(
        label=_("Purposes"), widget=forms.CheckboxSelectMultiple, required=False
    )
    kinds = forms.MultipleChoiceField(
        label=_("Kinds of data it gets"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None: it gets no personal data, and the notice does not name it."),
    )
    country = forms.ChoiceField(label=_("Country"))
    safeguard = forms.ChoiceField(label=_("Safeguard"), choices=PartySafeguard)
    announced_on = _day(
        _("Announced on"),
        _("When your customers were first told of it, here or in an earlier notice."),
    )
    used_from = _day(_("Used from"))

    field_order = (
        *("name", "position", "what_for", "purposes", "kinds", "country", "safeguard"),
        *("announced_on", "used_from", "contact"),
    )

    def __init__(
        self,
        data: FormData | None = None,
        files: FormFiles | None = None,
        **kwargs: Unpack[FormOptions],
    ) -> None:
        super().__init__(data, files, **kwargs)
        fields = {"purposes": Purpose, "kinds": Kind}
        for name, vocabulary in fields.items():
            offered = [(one.value, capfirst(word(one))) for one in vocabulary]
            field_of(self, name, forms.MultipleChoiceField).choices = offered
        places = [("", "–"), *countries(get_language() or "en")]
        field_of(self, "country", forms.ChoiceField).choices = places

    def clean(self) -> dict[str, object]:
        super().clean()
        said = self.cleaned_data
        self._check_place(said.get("country"), said.get("safeguard"))
        if said.get("kinds"):
            self._check_announcement(said.get("announced_on"), said.get("used_from"))
            if not said.get("purposes"):
                self.add_error("purposes", _("For which purposes does it get the data?"))
        return said

    def _check_place(self, country: str | None, safeguard: str | None) -> None:
        if not country or not safeguard:
            return
        if (country in EEA) is not (safeguard == PartySafeguard.EEA):
            here = _("The country is in the European Economic Area: no safeguard is needed.")
            away = _("The country is outside the European Economic Area: which safeguard is there?")
            self.add_error("safeguard", here if country in EEA else away)

    def _check_announcement(self, announced: date | None, used: date | None) -> None:
        if announced and announced > today():
            self.add_error("announced_on", _("This day has not come yet."))
        if not announced:
            self.add_error("announced_on", _("Whoever gets personal data is announced first."))
        elif not used:
            self.add_error("used_from", _("From when on does it get the data?"))
        elif used < earliest_use(announced):
            told = _("It may be used from %(day)s on: %(days)s days after it was announced.")
            day = date_format(earliest_use(announced), "SHORT_DATE_FORMAT")
            self.add_error("used_from", told % {"day": day, "days": NOTICE_DAYS})

    def facts(self) -> PartyFacts:
        said = self.cleaned_data
        return PartyFacts(
            **self.contract_facts(),
            name=said["name"],
            what_for=said["what_for"],
            purposes=said["purposes"],
            kinds=said["kinds"],
            country=said["country"],
            safeguard=PartySafeguard(said["safeguard"]),
            announced_on=said["announced_on"],
            used_from=said["used_from"],
        )

    @staticmethod
    def known(row: OutsideParty | None) -> dict[str, object]:
        if row is None:
            return {"announced_on": today()}
        return {name: getattr(row, name) for name in PartyFacts.__annotations__}


class EndPartyForm(forms.Form):
    """Its last day."""

    last_day = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Afterwards it leaves the notice and stays here as ended."),
    )

"""Forms of reading a shop's mail. They name a shop and a suspicion, and no person."""

from collections.abc import Callable
from typing import Unpack

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tradepost.breakglass.covered import mail_of_message_id, mailings_of
from tradepost.breakglass.queries import most_hours
from tradepost.breakglass.types import MailKind, ReviewScope, Suspicion
from tradepost.delivery.models import Mailing
from tradepost.merchants.models import Merchant
from tradepost.ui.form_options import FormData, FormFiles, FormOptions, field_of

_SHORTEST, _MOST_MAILS = 20, 20
_NOBODY = _("The shop reads it afterwards. Name nobody, and no address.")


def _names_nobody(text: str) -> str:
    if "@" in text:
        raise forms.ValidationError(_("Leave addresses out: the reason is kept for good."))
    return text


class ReviewShopForm(forms.Form):
    """Whose mail?"""

    shop = forms.ModelChoiceField(
        label=_("Shop"), queryset=Merchant.objects.order_by("handle"), to_field_name="handle"
    )


class AskReviewForm(forms.Form):
    """What is suspected, how much must be read, for how long."""

    suspicion = forms.ChoiceField(label=_("Suspicion"), choices=Suspicion)
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        min_length=_SHORTEST,
        max_length=300,
        help_text=_NOBODY,
    )
    scope = forms.ChoiceField(
        label=_("How much must be read"), choices=ReviewScope, widget=forms.RadioSelect
    )
    message_ids = forms.CharField(
        label=_("Single mails: their Message-IDs"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=4000,
        required=False,
        help_text=_("From the head of the reported mail, one a line."),
    )
    mailing = forms.ChoiceField(label=_("One mailing: which"), required=False)
    hours = forms.IntegerField(label=_("For how many hours"), min_value=1, initial=4)

    def __init__(
        self,
        merchant: Merchant,
        data: FormData | None = None,
        files: FormFiles | None = None,
        **kwargs: Unpack[FormOptions],
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.merchant = merchant
        offered = [(row.public_id, _of_mailing(row)) for row in mailings_of(merchant)]
        field_of(self, "mailing", forms.ChoiceField).choices = [("", "–"), *offered]
        hours = field_of(self, "hours", forms.IntegerField)
        hours.max_value = most_hours()
        hours.validators.append(_at_most(most_hours()))

    def clean_reason(self) -> str:
        return _names_nobody(self.cleaned_data["reason"])

    def clean(self) -> dict[str, object]:
        said = self.cleaned_data
        wanted = said.get("scope")
        if wanted == ReviewScope.MAILING and not said.get("mailing"):
            self.add_error("mailing", _("Which mailing?"))
        if wanted == ReviewScope.SINGLE and "message_ids" not in self.errors:
            self._check_mails(said.get("message_ids", ""))
        return said

    def _check_mails(self, text: str) -> None:
        lines = [line for line in text.splitlines() if line.strip()]
        found = [mail_of_message_id(self.merchant, line) for line in lines]
        if not lines:
            self.add_error("message_ids", _("Which mails?"))
        elif len(lines) > _MOST_MAILS:
            self.add_error("message_ids", _("Twenty mails at most; more than that is a mailing."))
        elif None in found:
            self.add_error("message_ids", _("This shop sent no such mail, or it is erased."))

    def covers(self) -> list[str]:
        """What the request covers, as the model spells it."""
        said = self.cleaned_data
        if said["scope"] == ReviewScope.SHOP:
            return []
        if said["scope"] == ReviewScope.MAILING:
            return [f"{MailKind.MAILING.value}:{Mailing.pk_of(said['mailing'])}"]
        lines = [line for line in said["message_ids"].splitlines() if line.strip()]
        found = (mail_of_message_id(self.merchant, line) for line in lines)
        return list(dict.fromkeys(spelled for spelled in found if spelled))


def _of_mailing(row: Mailing) -> str:
    """When and to how many; nothing of what it says."""
    readers = ngettext("%(n)s reader", "%(n)s readers", row.total) % {"n": row.total}
    return f"{date_format(row.created_at, 'SHORT_DATETIME_FORMAT')} · {readers}"


def _at_most(hours: int) -> Callable[[int], None]:
    def check(value: int) -> None:
        if value > hours:
            told = ngettext("At most %(n)s hour.", "At most %(n)s hours.", hours)
            raise forms.ValidationError(told % {"n": hours})

    return check


class RefuseReviewForm(forms.Form):
    """Why not."""

    because = forms.CharField(
        label=_("Why it is refused"), max_length=300, help_text=_("Name nobody, and no address.")
    )

    def clean_because(self) -> str:
        return _names_nobody(self.cleaned_data["because"])

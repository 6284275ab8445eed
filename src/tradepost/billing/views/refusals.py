"""Why whoever pays cannot be let in, in words beside the field."""

from django.forms import BaseForm
from django.utils.translation import gettext as _

from tradepost.identity.actions.limits import TooMany
from tradepost.lib.addresses import InvalidEmail
from tradepost.merchants.actions.team import TooManyInvitations
from tradepost.merchants.newcomers import NotYet
from tradepost.ui.problems import problem_of

refusals = (TooMany, TooManyInvitations, NotYet, InvalidEmail)


def add_refusal(form: BaseForm, refusal: Exception) -> None:
    form.add_error("email", _in_words(refusal))


def _in_words(refusal: Exception) -> str:
    if isinstance(refusal, TooMany):
        return str(refusal.in_words)
    if isinstance(refusal, NotYet):
        return str(refusal.why)
    if isinstance(refusal, InvalidEmail):
        return problem_of(refusal)
    return _("Too many invitations are open; withdraw some first.")

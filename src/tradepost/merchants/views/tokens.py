from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tradepost.audit.types import Actor
from tradepost.merchants.access import MerchantRequest, asks_password, office_view
from tradepost.merchants.actions.tokens import create_token, revoke_token
from tradepost.merchants.forms import TokenForm
from tradepost.merchants.models import ApiToken
from tradepost.merchants.queries import tokens_of
from tradepost.merchants.types import CHANGE_SETTINGS


@never_cache
@office_view(CHANGE_SETTINGS)
@asks_password
def token_list(request: MerchantRequest) -> HttpResponse:
    """The text of a new token is in the answer to its making, and nowhere else."""
    form, text = TokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        _token, text = create_token(
            merchant=request.merchant, by=Actor.user(request.user), **form.cleaned_data
        )
        form = TokenForm()
    context = {"tokens": tokens_of(request.merchant), "form": form, "text": text}
    return render(request, "merchants/tokens.html", context)


@require_POST
@office_view(CHANGE_SETTINGS)
def revoke(request: MerchantRequest, token_id: str) -> HttpResponse:
    revoke_token(token=ApiToken.get_or_404(token_id), by=Actor.user(request.user))
    messages.success(request, _("The token is revoked."))
    return redirect("merchants_office:tokens", request.merchant.handle)

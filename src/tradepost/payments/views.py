"""The payer's way to the provider's page and back, and the providers' messages."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from django_scopes import scope, scopes_disabled

from tradepost.payments.actions.receive import find_out, receive_webhook
from tradepost.payments.actions.start import open_payment_page
from tradepost.payments.models import GatewayAccount, PaymentIntent
from tradepost.payments.types import BadSignature, GatewayUnreachable, PaymentRefused


def _intent_or_404(public_id: str) -> PaymentIntent:
    """The address itself is the key: 128 bits that only the payer was sent to."""
    with scopes_disabled():
        return PaymentIntent.get_or_404(public_id)


@never_cache
@require_safe
def pay(request: HttpRequest, intent_id: str) -> HttpResponseBase:
    """On to the provider's page. Repeating it leads to the same page; nothing is paid by coming here."""
    intent = _intent_or_404(intent_id)
    with scope(merchant=intent.merchant), translation.override(intent.language):
        try:
            page = open_payment_page(intent=intent, base_url=settings.TRADEPOST.base_url)
        except PaymentRefused as problem:
            messages.error(request, str(problem))
            return redirect(intent.return_path)
    return HttpResponse(status=303, headers={"Location": page, "Referrer-Policy": "no-referrer"})


@never_cache
@require_safe
def back(request: HttpRequest, intent_id: str) -> HttpResponseBase:
    """Returned from the provider, perhaps before its message: ask it, then show the order."""
    intent = _intent_or_404(intent_id)
    with scope(merchant=intent.merchant), translation.override(intent.language):
        try:
            find_out(intent=intent)
        except PaymentRefused:
            messages.info(request, _("We are waiting to hear from the payment provider."))
        return redirect(intent.return_path)


@csrf_exempt
@require_POST
def webhook(request: HttpRequest, gateway: str, account_id: str) -> HttpResponse:
    """A signed message. 400: not signed; 503: send it again later; 200: taken, new or not."""
    with scopes_disabled():
        account = GatewayAccount.get_or_404(account_id)
    if account.gateway != gateway:
        raise Http404
    with scope(merchant=account.merchant):
        try:
            receive_webhook(account=account, body=request.body, headers=request.headers)
        except BadSignature:
            return HttpResponse("bad signature", status=400, content_type="text/plain")
        except GatewayUnreachable:
            return HttpResponse("try again", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")

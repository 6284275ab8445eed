"""The first line of every back-office view: who is this, and may they?"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django_scopes import scope

from tradepost.datamap.rooms import Permission
from tradepost.identity.models import User
from tradepost.lib import clock
from tradepost.merchants.models import Membership, Merchant
from tradepost.merchants.queries import merchant_by_handle
from tradepost.modules.switches import refuse_if_off


class MerchantRequest(HttpRequest):
    """A request that has passed :func:`office_view`."""

    merchant: Merchant
    membership: Membership
    user: User


OfficeView = Callable[Concatenate[MerchantRequest, ...], HttpResponseBase]


def membership_or_404(user: User, handle: str) -> Membership:
    """Strangers learn nothing: another merchant's shop looks the same as one that is not there.

    Raises: Http404, for a shop whose time has come, too: it is being erased.
    """
    membership = (
        Membership.objects.select_related("merchant", "user")
        .filter(user=user, merchant__handle=handle)
        .exclude(merchant__closing_at__lte=clock.now())
        .first()
    )
    if membership is None:
        raise Http404
    return membership


def shop_of(request: HttpRequest, handle: str) -> Merchant | None:
    """The shop of a public page, read once for the request."""
    known: Merchant | None = getattr(request, "_shop", None)
    if known is None or known.handle != handle:
        known = merchant_by_handle(handle) if handle else None
        request._shop = known  # type: ignore[attr-defined]  # for the next who asks
    return known


def open_shop_or_404(request: HttpRequest, handle: str) -> Merchant:
    """Raises: Http404, also for a shop that has closed."""
    merchant = shop_of(request, handle)
    if merchant is None or merchant.is_closed:
        raise Http404
    return merchant


def office_view(permission: Permission) -> Callable[[OfficeView], Callable[..., HttpResponseBase]]:
    """Settle access to ``/office/<handle>/…`` and open the merchant's scope around the view.

    Signed out: to the sign-in page. No member: 404. Member without ``permission``: 403. Page of a module
    that is off: 404. The scope
    closes when the view returns, so a view must return a rendered response, not a lazy one.
    """

    def decorate(view: OfficeView) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        @login_required
        def settled(request: MerchantRequest, handle: str, **kwargs: object) -> HttpResponseBase:
            membership = membership_or_404(request.user, handle)
            if not membership.may(permission):
                raise PermissionDenied
            refuse_if_off(request, membership.merchant)
            request.membership, request.merchant = membership, membership.merchant
            with scope(merchant=membership.merchant):
                return view(request, **kwargs)

        settled.permission = permission  # type: ignore[attr-defined]  # read by the tenancy matrix
        settled.knows_its_shop = True  # type: ignore[attr-defined]  # read by middleware.SwitchedOff
        return settled

    return decorate


def asks_password(view: OfficeView) -> Callable[..., HttpResponseBase]:
    """Below ``office_view``, for what would outlive a stolen browser: keys, team, closing.

    Whoever has not typed the password (or used the second factor) in the last minutes is asked for it
    and then comes back to the page. A page that only shows is not held up; a form is, and is carried
    out once the answer was right.
    """
    return reauthentication_required(allow_get=True)(view)  # type: ignore[no-any-return]  # no types


def asks_password_first(view: OfficeView) -> Callable[..., HttpResponseBase]:
    """As ``asks_password``, but before the page is shown: for forms that take a provider's secrets.

    Such a form is never kept for later: it would lie in the session, readable in the database. Whoever
    takes longer than ``ACCOUNT_REAUTHENTICATION_TIMEOUT`` to fill it in types the secrets once more.
    """
    asked = reauthentication_required(view)

    @wraps(view)
    def settled(request: MerchantRequest, **kwargs: object) -> HttpResponseBase:
        if request.method == "POST" and not did_recently_reauthenticate(request):
            messages.warning(request, _("You were away for a while. Please type it once more."))
            ways = get_adapter().get_reauthentication_methods(request.user)
            return redirect(f"{ways[0]['url']}?{urlencode({'next': request.path})}")
        return asked(request, **kwargs)  # type: ignore[no-any-return]  # allauth has no types

    return settled

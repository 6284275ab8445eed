"""Who calls the API, and may they? The token names the merchant; its scopes say what it opens.

An operation of a room reads::

    @router.get("/products", auth=TokenAuth("products:read"), response=list[ProductOut])
    @api_view("products:read")
    def list_products(request: ApiRequest): ...
"""

from collections.abc import Callable
from contextlib import ExitStack
from functools import wraps
from typing import Any, Concatenate, override

from django.http import Http404, HttpRequest, HttpResponseBase
from django_scopes import scope, scopes_disabled
from ninja.errors import AuthorizationError, Throttled
from ninja.security import HttpBearer

from tradepost.audit.models import Entry
from tradepost.lib import clock
from tradepost.merchants.actions.tokens import PREFIX, count_call, digest_of
from tradepost.merchants.models import ApiToken, Merchant
from tradepost.merchants.rest.problems import problem
from tradepost.modules.switches import code_is_on

CALLS_PER_MINUTE = 600


class ApiRequest(HttpRequest):
    """A request that has passed :class:`TokenAuth`."""

    merchant: Merchant
    token: ApiToken
    look: Entry | None  # of a list, so that whom its page shows is written down beside it


def find_token(text: str) -> ApiToken | None:
    """The live token with this text; none of a shop that is being erased."""
    if not text.startswith(PREFIX):
        return None
    with scopes_disabled():
        return (
            ApiToken.objects.select_related("merchant")
            .filter(digest=digest_of(text), revoked_at=None)
            .exclude(merchant__closing_at__lte=clock.now())
            .first()
        )


def token_of(request: HttpRequest) -> ApiToken | None:
    """The token of the ``Authorization: Bearer`` header, looked up once a request."""
    if not hasattr(request, "api_token"):
        word, _, text = request.headers.get("Authorization", "").partition(" ")
        found = find_token(text.strip()) if word.lower() == "bearer" else None
        request.api_token = found  # type: ignore[attr-defined]  # set on the request for the operation
    return request.api_token  # type: ignore[attr-defined, no-any-return]  # set two lines above


class TokenAuth(HttpBearer):
    """Settles access to an operation: token known, scope granted, not too many calls.

    Sets ``request.merchant`` and ``request.token``, and opens the merchant's scope until the answer
    is written, so that lazily read rows are still the merchant's.
    """

    def __init__(self, scope: str = "") -> None:
        super().__init__()
        self.scope = scope

    @override
    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        """Raises: AuthorizationError without the scope; Throttled."""
        found = token_of(request)
        if found is None:
            return None
        if self.scope and not found.allows(self.scope):
            raise AuthorizationError(message=f"The token lacks the scope {self.scope}.")
        if not count_call(token=found, limit=CALLS_PER_MINUTE):
            raise Throttled(60)
        passed: Any = request  # an ApiRequest from here on
        passed.token, passed.merchant = found, found.merchant
        stack: ExitStack | None = getattr(request, "scope_stack", None)
        if stack is not None:
            stack.enter_context(scope(merchant=found.merchant))
        return found


def keeping_scope(run: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Wraps every operation of the API: closes what :class:`TokenAuth` opened."""

    @wraps(run)
    def kept(request: Any, *args: object, **kwargs: object) -> HttpResponseBase:
        if any("\x00" in str(value) for value in kwargs.values()):
            return problem(404, "There is no such thing.")
        with ExitStack() as request.scope_stack:
            return run(request, *args, **kwargs)

    return kept


def api_view[**P, R](
    needed: str,
) -> Callable[
    [Callable[Concatenate[ApiRequest, P], R]],
    Callable[Concatenate[ApiRequest, P], R],
]:
    """Check the scope once more at the moment of acting and run inside the merchant's rows.

    An operation of a module that is off is not there.
    """

    def decorate(
        operation: Callable[Concatenate[ApiRequest, P], R],
    ) -> Callable[Concatenate[ApiRequest, P], R]:
        @wraps(operation)
        def settled(request: ApiRequest, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if not request.token.allows(needed):
                raise AuthorizationError(message=f"The token lacks the scope {needed}.")
            if not code_is_on(operation.__module__, request.merchant):
                raise Http404
            with scope(merchant=request.merchant):
                return operation(request, *args, **kwargs)

        settled.scope = needed  # type: ignore[attr-defined]  # read by the tenancy matrix
        return settled

    return decorate

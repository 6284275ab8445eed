"""The REST API at ``/api/v1/``: each room's ``api.router``, one way to sign in, one shape of refusal."""

import json
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as FieldError
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDict
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.parser import Parser

from tradepost import __version__
from tradepost.lib.addresses import InvalidEmail
from tradepost.merchants.rest.auth import TokenAuth, keeping_scope
from tradepost.merchants.rest.problems import problem


class CarefulParser(Parser):
    """Refuses what JSON can spell and no database can keep: NUL, lone surrogates."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Raises: HttpError."""
        data = super().parse_body(request)
        try:
            text = json.dumps(data, ensure_ascii=False).encode()
        except (UnicodeEncodeError, RecursionError):
            raise HttpError(422, "The text is not valid Unicode.") from None
        if b"\\u0000" in text:
            raise HttpError(422, "Text must not hold the character NUL.")
        return data

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        """Raises: HttpError."""
        texts = (value for _, values in data.lists() for value in values if isinstance(value, str))
        if any("\x00" in text for text in texts):
            raise HttpError(422, "Text must not hold the character NUL.")
        return super().parse_querydict(data, list_fields, request)


def _rooms_with_api() -> list[str]:
    names = [*(f"tradepost.{room}" for room in sorted(settings.ROOMS)), *settings.THIRD_PARTY]
    return [name for name in names if find_spec(f"{name}.api")]


def build_api() -> NinjaAPI:
    made = NinjaAPI(
        title="Tradepost",
        version=__version__,
        description="Products, orders, contacts, lists, campaigns and events of one merchant. "
        "Tokens are made in the back office under Settings. POST takes an Idempotency-Key.",
        urls_namespace="api",
        openapi_url="openapi.json",
        docs_url=None,
        auth=TokenAuth(),
        parser=CarefulParser(),
    )
    made.add_decorator(keeping_scope, mode="view")
    _handle_refusals(made)
    for room in _rooms_with_api():
        made.add_router("", import_module(f"{room}.api").router)
    return made


def _handle_refusals(made: NinjaAPI) -> None:
    """A mistake of the caller is answered with 4xx and says what is wrong; it is never a 5xx."""

    @made.exception_handler(HttpError)
    def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem(error.status_code, error.message)

    @made.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        response = problem(401, "Send a valid token: Authorization: Bearer tp_….")
        response.headers["WWW-Authenticate"] = 'Bearer realm="tradepost"'
        return response

    @made.exception_handler(Throttled)
    def too_many(request: HttpRequest, error: Throttled) -> HttpResponse:
        response = problem(429, "Too many calls; wait a minute.")
        response.headers["Retry-After"] = str(error.wait or 60)
        return response

    @made.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return problem(422, "The call does not fit the description.", errors=_plain(error.errors))

    @made.exception_handler(FieldError)
    def invalid_field(request: HttpRequest, error: FieldError) -> HttpResponse:
        return problem(422, " ".join(error.messages))

    @made.exception_handler(Http404)
    def missing(request: HttpRequest, error: Http404) -> HttpResponse:
        return problem(404, "There is no such thing.")

    @made.exception_handler(PermissionDenied)
    def forbidden(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
        return problem(403, "The token may not do this.")

    for kind in (DataError, OverflowError, UnicodeError, InvalidEmail):
        made.add_exception_handler(kind, _cannot_keep)


def _cannot_keep(request: HttpRequest, error: object) -> HttpResponse:
    return problem(422, "A value is too long, too large or not valid text.")


def _plain(errors: list[dict[str, Any]]) -> list[dict[str, object]]:
    """Where and what, without the value: answers end up in other people's logs."""
    return [{"where": list(item.get("loc", ())), "message": item.get("msg", "")} for item in errors]


api = build_api()

"""Around every page of a signed-in person: language, time zone, and the activity log."""

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from tradepost.identity.actions.activity import log
from tradepost.identity.models import ActivityKind, User

Respond = Callable[[HttpRequest], HttpResponse]
LOGGED = ("/office/", "/account/", "/operator/")


def person_settings(respond: Respond) -> Respond:
    """Speak the person's language and tell times in their zone."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, User):
            return respond(request)
        translation.activate(user.language)
        request.LANGUAGE_CODE = translation.get_language() or "en"
        try:
            timezone.activate(ZoneInfo(user.time_zone))
        except (ZoneInfoNotFoundError, ValueError):
            timezone.deactivate()
        try:
            return respond(request)
        finally:
            timezone.deactivate()

    return middleware


def activity_log(respond: Respond) -> Respond:
    """Note the name of each back-office page and form; fragments that refresh themselves are left out."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = respond(request)
        user = request.user
        watched = request.path.startswith(LOGGED) and request.headers.get("HX-Request") != "true"
        if isinstance(user, User) and watched and request.resolver_match:
            sent = request.method not in {"GET", "HEAD", "OPTIONS"}
            merchant = getattr(request, "merchant", None)
            log(
                request=request,
                kind=ActivityKind.ACTION if sent else ActivityKind.PAGE,
                user=user,
                page=request.resolver_match.view_name,
                merchant_id=merchant.pk if merchant else None,
            )
        return response

    return middleware

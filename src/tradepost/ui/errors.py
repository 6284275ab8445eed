"""The page for what went wrong here; another one for what passes by itself."""

import sys

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.utils.translation import gettext as _
from django.views.defaults import server_error as fault

from tradepost.jobs.outages import let_go_of, outage_of

RETRY_SECONDS = "5"


def server_error(request: HttpRequest) -> HttpResponse:
    """503 and when to try again, while the database or another neighbour is away; else 500."""
    what = outage_of(sys.exc_info()[1])
    if not what:
        return fault(request)
    let_go_of(what)
    if request.path.startswith("/api/"):
        detail = _("This is not to be had for a moment. Please try again.")
        answer: HttpResponse = JsonResponse({"detail": detail}, status=503)
    else:
        answer = HttpResponse(loader.get_template("503.html").render(), status=503)
    answer["Retry-After"] = RETRY_SECONDS
    answer["Cache-Control"] = "no-store"
    return answer

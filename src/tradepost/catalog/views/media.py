"""Pictures for everybody. Only files this room drew itself are handed out, whatever else is stored."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from tradepost.catalog.pictures import NAME

A_YEAR = "public, max-age=31536000, immutable"


@require_safe
def picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """The names are random and a file never changes, so browsers may keep it for good."""
    if not NAME.fullmatch(name):
        raise Http404
    try:
        file = default_storage.open(name)
    except OSError:
        raise Http404 from None
    response = FileResponse(file, content_type="image/webp")
    response["Cache-Control"] = A_YEAR
    response["X-Content-Type-Options"] = "nosniff"
    return response

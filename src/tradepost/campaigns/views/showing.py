"""Pictures in letters, for everybody who holds the letter. Asking for one is not counted or noted."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

KINDS = {"jpg": "image/jpeg", "png": "image/png"}
A_MONTH = "public, max-age=2592000, immutable"


@require_safe
def picture(request: HttpRequest, shop: str, name: str) -> HttpResponseBase:
    """The address admits only names that this room makes; they are random and never change."""
    try:
        file = default_storage.open(f"letters/{shop}/{name}")
    except OSError:
        raise Http404 from None
    response = FileResponse(file, content_type=KINDS[name.rpartition(".")[2]])
    response.headers["Cache-Control"] = A_MONTH
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response

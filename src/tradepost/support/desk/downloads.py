"""Files of messages on their way out: saved, never opened in the page, whatever they are."""

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from tradepost.jobs import storage
from tradepost.support.models import MessageFile


def download(file: MessageFile) -> HttpResponse:
    """Raises: Http404."""
    try:
        with storage.files().open(file.stored_as) as stream:
            answer = HttpResponse(stream.read(), content_type=file.media_type)
    except FileNotFoundError:
        raise Http404 from None
    saved_as = content_disposition_header(as_attachment=True, filename=file.name)
    answer.headers["Content-Disposition"] = saved_as or "attachment"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer

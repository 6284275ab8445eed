"""Files of messages on their way out: saved, never opened in the page, whatever they are."""

from django.http import FileResponse, Http404

from tradepost.jobs import storage
from tradepost.support.models import MessageFile


def download(file: MessageFile) -> FileResponse:
    """Raises: Http404."""
    try:
        stream = storage.files().open(file.stored_as)
    except FileNotFoundError:
        raise Http404 from None
    answer = FileResponse(
        stream, as_attachment=True, filename=file.name, content_type=file.media_type
    )
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer

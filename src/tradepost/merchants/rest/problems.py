"""One shape for every refusal of the API: problem+json (RFC 9457)."""

import json
from http import HTTPStatus

from django.http import HttpResponse


def problem(status: int, detail: str, **more: object) -> HttpResponse:
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **more,
    }
    return HttpResponse(
        json.dumps(body, default=str), status=status, content_type="application/problem+json"
    )

"""Addresses that can be nobody's."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse

Respond = Callable[[HttpRequest], HttpResponse]


def possible_paths_only(get_response: Respond) -> Respond:
    """404 for a path with a NUL: PostgreSQL takes none in a text, and whoever looked for it would get an error."""

    def answer(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path:
            raise Http404
        return get_response(request)

    return answer

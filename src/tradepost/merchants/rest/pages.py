"""Lists in the REST API, page by page; whom a page showed is written down beside the look."""

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from ninja.pagination import PageNumberPagination

from tradepost.audit.models import Entry
from tradepost.audit.sightings import note_sighting


class SeenPages(PageNumberPagination):
    """The view sets ``request.look`` to the entry of its look at people."""

    def paginate_queryset(
        self,
        queryset: QuerySet[Model],
        pagination: PageNumberPagination.Input,
        request: HttpRequest,
        **params: object,
    ) -> dict[str, object]:
        page: dict[str, object] = super().paginate_queryset(queryset, pagination, request, **params)
        rows = page[self.items_attribute] = list(page[self.items_attribute])  # type: ignore[call-overload]  # a slice of the query
        look = getattr(request, "look", None)
        if isinstance(look, Entry) and rows:
            note_sighting(look, type(rows[0]), (row.pk for row in rows))
        return page

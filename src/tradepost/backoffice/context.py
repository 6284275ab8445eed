"""What the back office shows on every page beside the navigation."""

from functools import partial

from django.http import HttpRequest

from tradepost.backoffice.jobs import tell_finished


def finished_jobs(request: HttpRequest) -> dict[str, object]:
    """Asked for when a layout shows it, so that a fragment or a file tells nobody anything."""
    membership = getattr(request, "membership", None)
    if membership is None:
        return {}
    return {"finished_jobs": partial(tell_finished, membership=membership)}

"""Plain words for classes of evidence, and the announcement of a changed notice."""

from django import template
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy

from tradepost.datamap.promises import Evidence
from tradepost.notice.versions import posted_versions

register = template.Library()

CLASSES: dict[str, tuple[str | LazyText, str | LazyText]] = {
    Evidence.ENFORCED: (
        gettext_lazy("enforced"),
        gettext_lazy(
            "The program cannot do otherwise: a rule of the database, or it does not start."
        ),
    ),
    Evidence.TESTED: (
        gettext_lazy("tested"),
        gettext_lazy(
            "A check drives the running program, on a scratch copy without anybody's data."
        ),
    ),
    Evidence.MONITORED: (
        gettext_lazy("monitored"),
        gettext_lazy("A query looks through the live data on a schedule."),
    ),
    Evidence.ATTESTED: (
        gettext_lazy("attested"),
        gettext_lazy(
            "Only a person can vouch for it; the name and the date are given, and it expires."
        ),
    ),
}


@register.inclusion_tag("notice/notice_announced.html")
def notice_announced() -> dict[str, object]:
    """For home pages: changes of the operator's notice that were posted and are not yet in force."""
    return {"announced": posted_versions(None).announced}


@register.filter
def evidence_class(name: str) -> str | LazyText:
    return CLASSES[name][0] if name in CLASSES else name


@register.filter
def evidence_classes(_value: object) -> list[tuple[str | LazyText, str | LazyText]]:
    return list(CLASSES.values())

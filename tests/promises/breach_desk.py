"""The breach desk, as somebody at a browser uses it."""

import html
from datetime import timedelta

from django.test import TestCase
from django_scopes import scopes_disabled

from tradepost.breaches.models import Affected, Incident
from tradepost.lib import clock

WORDS = "A laptop with a copy of our list & notes was stolen."


def stamp(moment):
    return f"{moment:%Y-%m-%dT%H:%M}"


class Desk:
    """``root``: where its pages begin; ``page``: the incident that was recorded last."""

    def __init__(self, browser, root):
        self.browser, self.root, self.page = browser, root, ""

    def record(self, *, hours_ago=1, drill=False):
        said = {
            "title": "A stolen laptop",
            "known_at": stamp(clock.now() - timedelta(hours=hours_ago)),
        }
        answer = self.browser.post(f"{self.root}new/", said | ({"is_drill": "on"} if drill else {}))
        assert answer.status_code == 302, answer.context["form"].errors
        self.page = answer.url
        return self

    def post(self, part, **said):
        with TestCase.captureOnCommitCallbacks(execute=True):
            return self.browser.post(f"{self.page}{part}/", said)

    def read(self, part=""):
        """What a reader sees of the page, entities and all."""
        answer = self.browser.get(f"{self.page}{part}/" if part else self.page)
        assert answer.status_code == 200
        return html.unescape(answer.content.decode())

    def freeze(self, run_tasks, **reached):
        now = clock.now()
        span = {"began": stamp(now - timedelta(days=2)), "ended": stamp(now + timedelta(minutes=2))}
        answer = self.post("scope", **span, **reached)
        assert answer.status_code == 302, answer.context["form"].errors
        assert self.post("freeze").status_code == 302
        run_tasks()
        return self

    def describe(self):
        said = {"title": "A stolen laptop", "happened": "Taken from a car.", "words": WORDS,
                "consequences": "Unwanted mail.", "measures": "Keys were changed.", "advice": "Be wary."}  # fmt: skip
        assert self.post("facts", **said).status_code == 302
        return self

    @property
    def row(self):
        with scopes_disabled():
            return Incident.objects.latest("pk")

    @property
    def listed(self):
        with scopes_disabled():
            return sorted(
                Affected.objects.filter(incident=self.row).values_list("email", flat=True)
            )

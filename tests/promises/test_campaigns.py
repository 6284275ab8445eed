"""The promises of the campaigns room, each broken on purpose."""

import pytest
from django.db.models import Value

from tests.promises.mutations import assert_kept_then_broken, cases
from tradepost.campaigns import recipients, reports, source
from tradepost.campaigns.compose import letter, letter_templates
from tradepost.campaigns.tracking import handler, pipeline

pytestmark = pytest.mark.django_db


def everybody_is_measured(breach):
    breach.setattr(recipients, "agreed_to_tracking", lambda merchant: Value(value=True))


def consent_is_not_asked_when_it_counts(breach):
    steps = tuple(step for step in pipeline.STEPS if step is not pipeline.with_consent_only)
    breach.setattr(pipeline, "STEPS", steps)


def frames_lose_their_foot(breach):
    known = letter_templates._file
    breach.setattr(
        letter_templates,
        "_file",
        lambda name: "<mj-section></mj-section>" if name == "foot" else known(name),
    )


def text_loses_its_foot(breach):
    breach.setattr(letter, "_text_foot", lambda draft, marks: "")


def headers_lose_their_address(breach):
    breach.setattr(source.LetterAddresses, "unsubscribe", lambda self, block, **_: "")


def signals_are_not_read(breach):
    breach.setattr(handler, "signals_of", lambda environ: "")


def small_groups_are_shown(breach):
    breach.setattr(
        reports,
        "list_that_may_be_shown",
        lambda groups, k: list(groups.items()),
    )


def only_the_small_are_hidden(breach):
    """Without complementary suppression the hidden group follows from the total."""
    breach.setattr(
        reports,
        "list_that_may_be_shown",
        lambda groups, k: [(name, count // k * k) for name, count in groups.items() if count >= k],
    )


def exact_counts_are_shown(breach):
    breach.setattr(
        reports,
        "list_that_may_be_shown",
        lambda groups, k: [("Outlook", groups.get("Outlook", 0)), ("", 14)],
    )


def campaigns_forget_restrictions(breach):
    """The register of stops still works; only the letters do not ask it."""
    from tradepost.audience import queries

    breach.setattr(queries, "without_stopped", lambda rows, **said: rows)


def sending_does_not_ask_again(breach):
    from tradepost.audience.models import Contact
    from tradepost.campaigns import source

    breach.setattr(source, "eligible_now", lambda campaign, ids: Contact.objects.filter(pk__in=ids))


def seals_are_not_compared(breach):
    from tradepost.campaigns.tracking import tokens

    breach.setattr(tokens.hmac, "compare_digest", lambda one, other: True)


MUTATIONS = {
    "choice.restrict": campaigns_forget_restrictions,
    "choice.object": campaigns_forget_restrictions,
    "purpose.opt-in-news": sending_does_not_ask_again,
    "secure.signed": seals_are_not_compared,
    "collect.beacons": [everybody_is_measured, consent_is_not_asked_when_it_counts],
    "choice.unsubscribe-everywhere": [
        frames_lose_their_foot,
        text_loses_its_foot,
        headers_lose_their_address,
    ],
    "choice.dnt": signals_are_not_read,
    "share.aggregate-only": [
        small_groups_are_shown,
        only_the_small_are_hidden,
        exact_counts_are_shown,
    ],
}


@pytest.mark.parametrize(("promise", "mutate"), cases(MUTATIONS))
def test_kept_until_broken(promise, mutate, monkeypatch):
    assert_kept_then_broken(promise, mutate, monkeypatch)

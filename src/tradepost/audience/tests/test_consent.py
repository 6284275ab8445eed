"""What is kept of a consent, what ends it, and who counts as having agreed or left."""

from datetime import UTC, datetime, timedelta

import pytest
from django_scopes import scope, scopes_disabled

from tradepost.audience.actions import setup
from tradepost.audience.actions.contacts import upsert_contact
from tradepost.audience.consent.records import (
    consenting_keys,
    has_consent,
    keys_that_left,
    record_consent,
    withdraw_consent,
    wording,
)
from tradepost.audience.models import ConsentRecord, ConsentWording, ListMembership
from tradepost.audience.types import Confirmation, ConsentKind, ContactSource, MembershipState
from tradepost.audit.types import SYSTEM
from tradepost.datamap.subjects import email_key
from tradepost.lib import clock
from tradepost.lib.addresses import InvalidEmail

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
INES, BO = "ines@example.com", "bo@example.com"
NEWS, TRACKING = ConsentKind.NEWSLETTER, ConsentKind.TRACKING


@pytest.fixture
def offers(in_scope):
    return setup.save_list(merchant=in_scope, by=SYSTEM, name="Offers", description="")


@pytest.fixture
def agree(in_scope):
    """Somebody agrees to something, with one and the same wording of each kind."""

    def to(email=INES, kind=NEWS, **more):
        shop = more.pop("merchant", in_scope)
        return record_consent(
            merchant=shop,
            email=email,
            kind=kind,
            wording=wording(merchant=shop, kind=kind, text=f"Yes to {kind}."),
            source=ContactSource.FORM,
            confirmed_by=Confirmation.DOUBLE_OPT_IN,
            **more,
        )

    return to


@pytest.fixture
def withdraw(in_scope):
    def from_(email=INES, kind=NEWS, how="unsubscribe page", **more):
        return withdraw_consent(merchant=in_scope, email=email, kind=kind, how=how, **more)

    return from_


def left(shop, contact_list, *emails):
    """Those of these people who left the list, or all news."""
    keys = {email_key(email): email for email in emails or (INES, BO)}
    found = keys_that_left(merchant=shop, keys=iter(keys), contact_list=contact_list)
    return {keys[key] for key in found}


def test_the_same_words_are_one_version_and_new_words_the_next(in_scope, other_merchant) -> None:
    first = wording(merchant=in_scope, kind=NEWS, text="Once a month.")
    assert wording(merchant=in_scope, kind=NEWS, text="  Once a month.\n") == first
    second = wording(merchant=in_scope, kind=NEWS, text="Once a week.")
    third = wording(merchant=in_scope, kind=NEWS, text="Once a day.")
    assert [one.version for one in (first, second, third)] == [1, 2, 3]
    assert wording(merchant=in_scope, kind=NEWS, text="Once a month.") == first
    other_kind = wording(merchant=in_scope, kind=TRACKING, text="Once a month.")
    assert (other_kind.version, other_kind.kind) == (1, TRACKING)
    with scope(merchant=other_merchant):
        theirs = wording(merchant=other_merchant, kind=NEWS, text="Once a month.")
    assert (theirs.version, theirs.merchant) == (1, other_merchant)
    assert (first.text, first.kind, first.merchant) == ("Once a month.", NEWS, in_scope)


def test_a_card_number_in_a_wording_is_not_kept(in_scope) -> None:
    made = wording(merchant=in_scope, kind=NEWS, text="Yes. 4111 1111 1111 1111")
    assert "4111 1111 1111 1111" not in made.text


def test_the_record_says_who_to_what_where_when_and_how(in_scope, agree, news) -> None:
    made = agree(
        "Ines@Example.com", contact_list=news, where="w" * 201, network="203.0.113.77", at=NOON
    )
    row = ConsentRecord.objects.get()
    assert row == made
    assert (row.merchant, row.email_key, row.kind) == (in_scope, email_key(INES), NEWS)
    assert (row.wording.text, row.contact_list) == ("Yes to newsletter.", news)
    assert (row.source, row.where) == (ContactSource.FORM, "w" * 200)
    assert row.confirmed_by == "link in a mail, then a button"
    assert (row.network, row.given_at) == ("203.0.113.0", NOON)
    assert (row.withdrawn_at, row.withdrawn_how) == (None, "")


def test_what_nobody_told_is_empty_and_the_time_is_now(agree) -> None:
    with clock.at(NOON):
        row = agree()
    row.refresh_from_db()
    assert (row.where, row.network, row.contact_list, row.given_at) == ("", "", None, NOON)


def test_agreeing_twice_to_the_same_is_one_consent(agree, news, offers) -> None:
    assert agree(contact_list=news) == agree(contact_list=news)
    others = [
        agree(contact_list=offers),
        agree(),
        agree(kind=TRACKING, contact_list=news),
        agree(BO, contact_list=news),
    ]
    assert len({row.pk for row in others}) == 4
    assert ConsentRecord.objects.count() == 5


def test_agreeing_again_after_withdrawing_is_a_consent_of_its_own(agree, withdraw) -> None:
    first = agree()
    withdraw()
    assert agree() != first
    assert ConsentRecord.objects.count() == 2


def test_an_address_that_is_none_agrees_to_nothing(agree, withdraw) -> None:
    for act in (agree, withdraw):
        with pytest.raises(InvalidEmail):
            act("nobody")


def test_withdrawing_says_when_and_how_and_counts_what_ended(agree, withdraw, news) -> None:
    agree(contact_list=news)
    agree()
    with clock.at(NOON):
        assert withdraw("INES@example.com", how="h" * 61) == 2
    rows = ConsentRecord.objects.values_list("withdrawn_at", "withdrawn_how")
    assert set(rows) == {(NOON, "h" * 60)}
    assert withdraw() == 0, "nothing is in force any more"
    assert set(rows.all()) == {(NOON, "h" * 60)}


def test_withdrawing_ends_nobody_else_s_consent_no_other_kind_and_no_other_shop_s(
    agree, withdraw, other_merchant
) -> None:
    agree()
    kept = [agree(BO), agree(kind=TRACKING)]
    with scope(merchant=other_merchant):
        kept.append(agree(merchant=other_merchant))
    assert withdraw() == 1
    with scopes_disabled():
        in_force = set(ConsentRecord.objects.filter(withdrawn_at=None))
    assert in_force == set(kept)


def test_leaving_one_list_leaves_the_others(agree, withdraw, news, offers) -> None:
    agree(contact_list=news)
    agree(contact_list=offers)
    assert withdraw(contact_list=news) == 1
    assert ConsentRecord.objects.get(withdrawn_at=None).contact_list == offers


@pytest.fixture
def join(in_scope, agree):
    def on(contact_list, email=INES, state=MembershipState.SUBSCRIBED):
        contact = upsert_contact(
            merchant=in_scope, email=email, source=ContactSource.FORM, by=SYSTEM
        )
        return ListMembership.objects.create(
            merchant=in_scope,
            contact=contact,
            contact_list=contact_list,
            state=state,
            consent=agree(email, contact_list=contact_list),
        )

    return on


def test_a_membership_ends_with_the_consent_it_rests_on_and_no_other(
    join, withdraw, news, offers
) -> None:
    ended, stays, bos = join(news), join(offers), join(news, BO)
    with clock.at(NOON):
        withdraw("Ines@example.com", contact_list=news)
    for row in (ended, stays, bos):
        row.refresh_from_db()
    assert (ended.state, ended.ended_at) == (MembershipState.UNSUBSCRIBED, NOON)
    for row in (stays, bos):
        assert (row.state, row.ended_at) == (MembershipState.SUBSCRIBED, None)


def test_who_left_before_keeps_the_day_they_left(join, withdraw, news) -> None:
    row = join(news)
    ListMembership.objects.update(state=MembershipState.UNSUBSCRIBED, ended_at=NOON)
    withdraw()
    row.refresh_from_db()
    assert row.ended_at == NOON


def test_only_a_consent_in_force_counts(in_scope, agree, withdraw, other_merchant) -> None:
    def asked(kind=NEWS, email=INES):
        return has_consent(merchant=in_scope, email=email, kind=kind)

    assert asked() is False
    agree()
    assert asked() is True
    assert asked(email="INES@example.com") is True
    assert asked(TRACKING) is False
    assert asked(email=BO) is False
    with scope(merchant=other_merchant):
        assert not has_consent(merchant=other_merchant, email=INES, kind=NEWS)
    withdraw()
    assert asked() is False


def test_who_of_many_agrees_is_one_question(
    in_scope, agree, withdraw, django_assert_num_queries
) -> None:
    agree()
    agree(BO)
    withdraw(BO)
    keys = [email_key(email) for email in (INES, BO, "cy@example.com")]
    with django_assert_num_queries(1):
        found = consenting_keys(merchant=in_scope, keys=iter(keys), kind=NEWS)
    assert found == {email_key(INES)}


def test_who_left_a_list_may_not_be_put_on_it_again(
    in_scope, agree, withdraw, news, offers
) -> None:
    agree(contact_list=news)
    agree(contact_list=offers)
    assert left(in_scope, news) == set()
    withdraw(contact_list=news)
    assert left(in_scope, news) == {INES}
    assert left(in_scope, offers) == set(), "still on that one"
    assert left(in_scope, news, BO) == set()


def test_who_left_all_news_left_every_list(in_scope, agree, withdraw, news, offers) -> None:
    agree(contact_list=news)
    withdraw()
    assert left(in_scope, offers) == {INES}


def test_who_came_back_to_a_list_is_on_it_and_has_not_left_the_rest(
    in_scope, agree, withdraw, news, offers
) -> None:
    agree(contact_list=news)
    agree(contact_list=offers)
    withdraw()
    agree(contact_list=news)
    assert left(in_scope, news) == set()
    assert left(in_scope, offers) == {INES}


def test_leaving_news_of_another_kind_or_another_shop_is_not_leaving(
    in_scope, agree, withdraw, news, other_merchant
) -> None:
    agree(kind=TRACKING)
    withdraw(kind=TRACKING)
    agree(BO)
    withdraw(BO)
    assert left(in_scope, news) == {BO}
    with scope(merchant=other_merchant):
        theirs = setup.save_list(merchant=other_merchant, by=SYSTEM, name="N", description="")
        assert left(other_merchant, theirs) == set()


def test_a_wording_is_never_changed(agree, in_scope) -> None:
    row = agree(at=NOON - timedelta(days=1))
    wording(merchant=in_scope, kind=NEWS, text="Something else.")
    assert ConsentWording.objects.get(pk=row.wording_id).text == "Yes to newsletter."

"""Rows of an import hang on nothing that is gone, whether the database looks or the import does."""

import os

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction

from tradepost.audience.actions import imports
from tradepost.audience.actions.counts import count_again
from tradepost.audience.consent import records
from tradepost.audience.imports import bulk
from tradepost.audience.models import Contact, ListMembership
from tradepost.audience.queries import subscriptions_of
from tradepost.audience.types import ConsentKind
from tradepost.audit.types import Actor
from tradepost.lib import clock

ORPHANS = """
    SELECT count(*) FROM audience_listmembership m
    LEFT JOIN audience_contact c ON c.id = m.contact_id AND c.merchant_id = m.merchant_id
    LEFT JOIN audience_consentrecord r ON r.id = m.consent_id AND r.email_key = c.email_key
        AND r.contact_list_id = m.contact_list_id
    LEFT JOIN audience_consentwording w ON w.id = r.wording_id
    WHERE c.id IS NULL OR r.id IS NULL OR w.id IS NULL
"""


@pytest.fixture(params=["the account of the installation", "an account without privileges"])
def account(request, in_scope):
    """PostgreSQL knows accounts that may not leave out a look-up; SQLite has one account."""
    if connection.vendor == "postgresql" and "without" in request.param:
        role = f"ordinary_{os.getpid()}"
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE ROLE {role}")
            cursor.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}")
            cursor.execute(f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {role}")
            cursor.execute(f"SET LOCAL ROLE {role}")
    return request.param


def test_everybody_is_on_the_list_by_a_consent_of_their_own(account, in_scope, owner, news):
    rows = "".join(f"p{number}@example.com\n" for number in range(7))
    upload = SimpleUploadedFile("p.csv", f"email\n{rows}P1@example.com\n".encode())
    by = Actor.user(owner)
    run = imports.read(run=imports.upload(merchant=in_scope, upload=upload, by=by))
    imports.settle(
        run=run, mapping=run.mapping, rule="fill", contact_list=news, consent_text="Fair.", by=by
    )
    assert list(imports.take_all(run)) == [8]
    assert (run.added, run.merged, ListMembership.objects.count()) == (7, 1, 7)
    assert (subscriptions_of(in_scope), count_again()) == (7, 0), "the kept number knows them"
    with connection.cursor() as cursor:
        cursor.execute(ORPHANS)
        assert cursor.fetchone() == (0,)
    connection.check_constraints()


@transaction.atomic
def write(batch, joining):
    bulk.write(batch, joining)
    connection.check_constraints()


@pytest.mark.parametrize("gone", ["contact_list", "wording", "merchant_id"])
def test_a_slice_whose_parents_are_gone_is_not_written(account, in_scope, news, gone):
    kind = ConsentKind.NEWSLETTER
    parents = {
        "contact_list": news.pk,
        "wording": records.wording(merchant=in_scope, kind=kind, text="Fair.").pk,
        "merchant_id": in_scope.pk,
    } | {gone: 999_999}
    now = bulk.moment(clock.now())
    batch = bulk.Batch(
        same={
            "merchant_id": parents.pop("merchant_id"),
            "source": "import",
            "created_at": now,
            "last_active_at": now,
        },
        contacts=[("ines@example.com", "k" * 32, "Ines", "de", "{}")],
    )
    joining = bulk.Joining(
        **parents, where="p.csv", kind=kind.value, confirmed_by="stated", state="subscribed"
    )
    with pytest.raises(IntegrityError):
        write(batch, joining)
    assert not Contact.objects.exists()

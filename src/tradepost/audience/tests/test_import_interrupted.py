"""What may happen between two slices of an import."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django_scopes import scope

from tradepost.audience.actions import imports
from tradepost.audience.actions.setup import delete_list, save_list
from tradepost.audience.imports.bulk import bulk_connection
from tradepost.audience.models import Contact, ContactList, Import, ListMembership
from tradepost.audit.types import Actor


def test_two_processes_cannot_take_the_same_rows(in_scope, owner, monkeypatch):
    monkeypatch.setattr(imports, "SLICE", 2)
    rows = "".join(f"p{n}@example.com\n" for n in range(6))
    upload = SimpleUploadedFile("p.csv", f"email\n{rows}".encode())
    run = imports.upload(merchant=in_scope, upload=upload, by=Actor.user(owner))
    imports.read(run=run)
    first = imports.take_all(Import.objects.get(pk=run.pk))
    assert next(first) == 2
    assert list(imports.take_all(Import.objects.get(pk=run.pk))) == [4, 6]
    with pytest.raises(imports.ImportNotReady):
        next(first)
    run.refresh_from_db()
    assert run.added == Contact.objects.count() == 6


@pytest.mark.django_db(transaction=True)
def test_a_list_that_goes_in_the_middle_of_an_import_gets_nobody(
    make_merchant, make_user, monkeypatch
):
    """Without a transaction around it, as in the product: SQLite then looks up no parents."""
    merchant, by = make_merchant("ember"), Actor.user(make_user("by@example.com"))
    monkeypatch.setattr(imports, "SLICE", 2)
    with scope(merchant=merchant):
        news = save_list(merchant=merchant, by=by, name="News")
        rows = "".join(f"p{n}@example.com\n" for n in range(4))
        run = imports.upload(
            merchant=merchant, upload=SimpleUploadedFile("p.csv", f"email\n{rows}".encode()), by=by
        )
        imports.read(run=run)
        run = imports.settle(
            run=run,
            mapping=run.mapping,
            rule="fill",
            contact_list=news,
            consent_text="Fair.",
            by=by,
        )
        with bulk_connection():
            taking = imports.take_all(run)
            next(taking)
            delete_list(contact_list=ContactList.objects.get(pk=news.pk), by=by)
            with pytest.raises(imports.ImportNotReady):
                next(taking)
        assert not ListMembership.objects.exists()
        assert list(imports.take_all(Import.objects.get(pk=run.pk))) == [4]
        assert (Contact.objects.count(), ListMembership.objects.count()) == (4, 0)
    connection.check_constraints()

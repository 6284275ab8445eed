"""Each promise of the post, kept as it stands and broken under one deliberate breach."""

import pytest

from tests.promises.mutations import assert_kept_then_broken, cases
from tradepost.datamap import rooms as letterheads
from tradepost.datamap.vocabulary import Purpose
from tradepost.delivery import promises
from tradepost.delivery.actions import receive
from tradepost.delivery.engine import claiming
from tradepost.delivery.outgoing import mime
from tradepost.delivery.outgoing.dkim import DkimSigner


def mail_leaves_unsigned(monkeypatch):
    monkeypatch.setattr(DkimSigner, "signatures", lambda self, head, body: b"")


def only_one_key_signs(monkeypatch):
    original = DkimSigner.signatures

    def one(self, head, body):
        self._keys = self._keys[:1]
        return original(self, head, body)

    monkeypatch.setattr(DkimSigner, "signatures", one)


def the_signature_does_not_cover_the_text(monkeypatch):
    original = DkimSigner.signatures
    monkeypatch.setattr(
        DkimSigner, "signatures", lambda self, head, body: original(self, head, b"")
    )


def any_return_path_is_believed(monkeypatch):
    monkeypatch.setattr(promises, "read_token", lambda kind, text: ("handover", 1))


def every_template_passes_as_service_mail(monkeypatch):
    original = claiming.suppressed_among
    monkeypatch.setattr(
        claiming,
        "suppressed_among",
        lambda *, addresses, merchant_id, service=False: original(
            addresses=addresses, merchant_id=merchant_id, service=True
        ),
    )


def announcements_can_be_opted_out_of(monkeypatch):
    original = claiming.suppressed_among
    monkeypatch.setattr(
        claiming,
        "suppressed_among",
        lambda *, addresses, merchant_id, service=False: original(
            addresses=addresses, merchant_id=merchant_id
        ),
    )


def news_may_be_flagged(monkeypatch):
    wider = letterheads.SERVICE_PURPOSES | {Purpose.NEWSLETTERS}
    monkeypatch.setattr(letterheads, "SERVICE_PURPOSES", wider)


def the_message_is_thrown_away(monkeypatch):
    monkeypatch.setattr(receive, "_turn_off", lambda row, why: None)


def the_header_names_no_address(monkeypatch):
    monkeypatch.setattr(
        mime, "_unsubscribe_headers", lambda url, address: f"List-Unsubscribe: <{url}>\r\n".encode()
    )


MUTATIONS = {
    "secure.signed": [
        mail_leaves_unsigned,
        only_one_key_signs,
        the_signature_does_not_cover_the_text,
        any_return_path_is_believed,
    ],
    "purpose.service-mail": [
        every_template_passes_as_service_mail,
        announcements_can_be_opted_out_of,
        news_may_be_flagged,
    ],
    "choice.unsubscribe-by-message": [the_message_is_thrown_away, the_header_names_no_address],
}


@pytest.mark.parametrize(("promise", "mutate"), cases(MUTATIONS))
def test_kept_until_broken(promise, mutate, monkeypatch, db):
    assert_kept_then_broken(promise, mutate, monkeypatch)

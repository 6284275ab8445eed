"""Everything that is signed, sealed or enciphered says what for: no token stands in for another's."""

import hashlib
import hmac
import itertools
import zlib
from typing import get_args

import pytest
from django.apps import apps
from django.core import signing

from tradepost.audience.forms import public
from tradepost.campaigns.tracking.tokens import CLICK, OPEN, UNSUBSCRIBE, Forged, signer
from tradepost.datamap.columns.opaque_id import PublicIdMixin
from tradepost.delivery.outgoing import tokens as mail_tokens
from tradepost.lib.keys import derived_key
from tradepost.lib.sealed import NotSealedHere, Sealer
from tradepost.merchants.actions import team
from tradepost.merchants.actions.team import InvitationSpent, read_invitation
from tradepost.orders.actions.remote import sign, sign_for

CAMPAIGN_KINDS = (OPEN, CLICK, UNSUBSCRIBE)
SEALED_FOR = ("orders.remote", "payments.gateways", "checkout.old_link_secret")


@pytest.mark.parametrize(("made", "read"), itertools.permutations(get_args(mail_tokens.Kind), 2))
def test_a_mail_s_token_for_one_use_is_none_for_another(made: str, read: str) -> None:
    (token,) = mail_tokens.make_tokens(made, "handover", [7])
    assert mail_tokens.read_token(made, token) == ("handover", 7)
    with pytest.raises(mail_tokens.BadToken):
        mail_tokens.read_token(read, token)


@pytest.mark.parametrize(("made", "read"), itertools.permutations(CAMPAIGN_KINDS, 2))
def test_a_letter_s_token_for_one_use_is_none_for_another(made: bytes, read: bytes) -> None:
    (block,) = signer().blocks(3, [4])
    token = signer().token(made, block)
    assert signer().read(made, token) == (block, b"")
    with pytest.raises(Forged):
        signer().read(read, token)


def test_a_letter_s_token_is_no_mail_s_token() -> None:
    (block,) = signer().blocks(3, [4])
    for kind in get_args(mail_tokens.Kind):
        for text in (signer().token(OPEN, block), block.hex()):
            with pytest.raises(mail_tokens.BadToken):
                mail_tokens.read_token(kind, text)


def test_an_id_of_one_kind_of_row_is_none_of_another() -> None:
    names = [m._meta.label_lower for m in apps.get_models() if issubclass(m, PublicIdMixin)]
    marks = {zlib.crc32(name.encode()) for name in names}
    assert len(names) > 40
    assert len(marks) == len(names), "two kinds of rows share their mark"


@pytest.mark.parametrize(("made", "read"), itertools.permutations(SEALED_FOR, 2))
def test_what_is_sealed_for_one_use_opens_for_no_other(made: str, read: str) -> None:
    sealed = Sealer(b"secret", made).seal("tulip")
    assert Sealer(b"secret", made).unseal(sealed) == "tulip"
    with pytest.raises(NotSealedHere):
        Sealer(b"secret", read).unseal(sealed)


def test_the_stamp_of_a_form_is_no_invitation(db: None) -> None:
    assert public._SALT != team._SALT
    for text in (public.opened_now(), signing.dumps(1), signing.dumps(1, salt=public._SALT)):
        with pytest.raises(InvitationSpent):
            read_invitation(text)


def test_derived_keys_differ_by_use() -> None:
    uses = ("mail tokens", "suppression", "")
    assert len({derived_key("secret", use) for use in uses}) == len(uses)


def test_the_remote_call_says_what_it_signs() -> None:
    named = hmac.new(b"s", b"order.17.id=1", hashlib.sha256).hexdigest()
    assert sign_for("order", "id=1", "s", 17) == f"t=17,order={named}"
    assert named not in sign("id=1", "s", 17)
    assert named not in sign_for("thanks", "id=1", "s", 17)

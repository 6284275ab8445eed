"""Every secret that could be guessed is too long to guess, or its guesses are counted. None is forgotten.

The table is read against the product: every argument of every address outside the back office has a row,
every place that queues a mail says why a stranger cannot make it mail without end, and every form field
in which a secret is typed has a row.
"""

import ast
import math

from django.urls import get_resolver

from tests.house.addresses import other_addresses
from tests.house.source import modules, nodes_of, shown
from tradepost.config.web.quiet_logs import OPEN_ARGUMENTS
from tradepost.identity.actions import limits, lockout

GUESSES_A_YEAR = 10**13  # 300,000 a second, for a year, against one installation

# Argument of an address → (bits of chance in it, or why none are needed).
IN_ADDRESSES: dict[str, tuple[int, str]] = {
    "token": (
        128,
        "carts, orders, conversations: 16 and more random bytes; invitations, letters, choices: HMAC",
    ),
    "secret": (256, "mailed sign-in links and portal links: 32 random bytes, one use, minutes"),
    "key": (160, "signed by Django (HMAC-SHA256), with an age"),
    "uidb36": (0, "names the account; the key beside it is the secret"),
    "invoice_id": (128, "one AES block; needs the order's token before it"),
    "file_id": (128, "one AES block; needs the conversation's token before it"),
    "intent_id": (128, "one AES block (datamap.identifiers)"),
    "account_id": (128, "one AES block; webhooks are signed besides"),
    "form_id": (0, "public: a form that anybody may fill in"),
    "request_id": (0, "operators only"),
    "incident_id": (0, "operators only"),
    "party_id": (0, "operators only"),
    "bulletin_id": (0, "operators only"),
    "question_id": (0, "operators only"),
    "review_id": (0, "operators only"),
    "plan_id": (0, "operators only"),
    "meter": (0, "operators only; one of a few words"),
    "of": (0, "operators only; one of two words"),
    "mail_id": (0, "operators only"),
    "name": (0, "files of pictures, public; caught mail of a demo, for its operator and machine"),
    "pk": (0, "own passkeys; the query is of the signed-in person"),
}
# What is typed or sent → how guessing it ends.
TYPED: dict[str, str] = {
    "password at the sign-in": "lockout: pair, account, network",
    "password asked again, password changed": "lockout: pair, account, network",
    "code of the app, recovery code": "lockout: code pair, code",
    "passkey as second factor": "lockout: code pair, code",
    "passkey alone": "limits: passkey",
    "discount code": "limits: code word",
    "API token": "bits: 256",
    "webhook secret of a provider": "bits: 256",
    "signature of a drop-in link": "bits: 128",
    "cookie of the session": "bits: 160",
    "cookie of the portal": "bits: 256",
}


def test_every_argument_of_a_public_address_has_a_row():
    used = {
        name
        for address in other_addresses()
        if not address.name.startswith("api:")
        for name in address.needs - OPEN_ARGUMENTS
    }
    used |= _arguments_of_expressions()
    assert used - set(IN_ADDRESSES) == set()
    assert set(IN_ADDRESSES) - used == set()


def _arguments_of_expressions() -> set[str]:
    """Named groups of routes that are regular expressions, which have no converters."""
    found: set[str] = set()

    def walk(resolver) -> None:
        for entry in resolver.url_patterns:
            found.update(getattr(getattr(entry.pattern, "regex", None), "groupindex", {}))
            if hasattr(entry, "url_patterns"):
                walk(entry)

    walk(get_resolver())
    backoffice_and_api = {
        name for name in found if name.endswith("_id") and name not in IN_ADDRESSES
    }
    return found - OPEN_ARGUMENTS - backoffice_and_api


def test_what_is_in_an_address_cannot_be_guessed():
    for name, (bits, reason) in IN_ADDRESSES.items():
        assert reason, name
        assert bits == 0 or bits > math.log2(GUESSES_A_YEAR) + 64, name


def test_what_is_typed_is_counted_or_too_long():
    for what, how in TYPED.items():
        kind, _, names = how.partition(": ")
        if kind == "bits":
            assert int(names) >= 128, what
        table = {"lockout": lockout.LIMITS, "limits": limits.LIMITS}.get(kind, {})
        assert kind == "bits" or set(names.split(", ")) <= set(table), what


def test_random_secrets_are_as_long_as_the_table_says():
    """By the product's own makers: what they give out, not what a comment says."""
    from tradepost.checkout.models import new_token as cart_token
    from tradepost.merchants.actions.tokens import PREFIX

    assert len(cart_token()) >= 22
    assert len({cart_token() for _ in range(1000)}) == 1000
    assert PREFIX == "tp_"


# Every place that queues a mail → by which limit, or why nobody unknown can make it mail.
MAILERS: dict[str, str] = {
    "identity/actions/letters.py::tell_owner": "limit: one unasked in six hours; asked: lockout link",
    "identity/actions/letters.py::tell_owner_of_guesses": "limit: warning",
    "identity/actions/letters.py::mail_reset_link": "limit: password reset",
    "identity/sign_in/adapter.py::send_mail": "limit: account letter, sign-up; the rest are one's own changes",
    "merchants/actions/team.py::invite": "limit: invitation",
    "audience/actions/subscribe.py::_mail": "limit: opt-in; one a day from a shop, five from all",
    "billing/actions/letters.py::_mail": "limit: invitation; else the owner's own steps, and the clock, once a period",
    "billing/actions/warn.py::_mail": "the clock, once a month for each allowance and level",
    "campaigns/actions/start.py::_tell": "the clock, once for each schedule that was missed",
    "campaigns/actions/send_test.py::send_test": "limit: test letter; to the team alone",
    "orders/actions/mails.py::_queue": "limit: order; later mails follow the merchant's steps",
    "orders/actions/notices.py::_mail": "limit: order; else the payment provider's word",
    "support/actions/letters.py::_mail_to_person": "limit: message, letter in; one an hour unasked; answers are the desk's steps",
    "support/actions/letters.py::tell_desk": "limit: message, letter in; once until somebody answered",
    "backups/actions/mail_head.py::mail_head": "the clock, once a week, to operators",
    "breaches/actions/letters.py::_in_its_language": "the desk's own step, once to each on a frozen list; limit: test letter",
    "breaches/actions/letters.py::_to_desk": "the clock, four times an incident; a shop's part once",
    "breakglass/actions/letters.py::ask_others": "operators only, once for each request",
    "bulletins/actions/tell_shops.py::_write": "operators only, once for each contact address",
    "breakglass/actions/letters.py::tell_shop": "once for each reading of mail that is over",
    "holds/actions/hold.py::_tell": "the merchant's own steps, once for each hold",
    "console/actions/alarm.py::_tell": "the clock, once for each condition and once when it is over",
    "merchants/actions/owner_mail.py::tell_owners": "an owner's own steps, and the clock once a date",
    "merchants/actions/owner_mail.py::tell_shop": "operators and the clock: once for each suspension, notice, or end of one",
    "delivery/actions/keep_incoming.py::_forward": "fifty a day to each mailbox; the rest is kept and shown",
    "delivery/actions/stop_sending.py::_tell": "what relays answered, at most once a day a cause",
    "rights/actions/letters.py::write_to": "limit: portal link; the rest inside a visit or by the desk",
    "rights/actions/letters.py::tell_desk": "inside a visit; one an hour to each shop",
    "rights/actions/letters.py::tell_of_change": "a shop's own steps; one a day to each person for each kind",
    "rights/actions/letters.py::tell_recipients": "inside a visit; one mail to each registered party",
    "notice/actions/tell_holders.py::tell_once": "the clock, once for each version; and a change of owner, once for each announcement that stands",
    "notice/actions/tell_people.py::_queue": "long work, once to each whom the shop knows, for each announcement that stands",
    "delivery/management/commands/testmail.py::handle": "somebody with a shell on the machine",
    "delivery/promises.py::_queue_check_mail": "a check in a scratch copy",
}
_QUEUES = {"queue_mail", "queue_same", "queue_written"}


def _mailers() -> set[str]:
    found = set()
    for path in modules():
        for function in nodes_of(path):
            if isinstance(function, ast.FunctionDef) and function.name not in _QUEUES:
                calls = {
                    ast.unparse(node.func)
                    for node in ast.walk(function)
                    if isinstance(node, ast.Call)
                }
                if calls & _QUEUES:
                    found.add(f"{shown(path).removeprefix('src/tradepost/')}::{function.name}")
    return found


def test_every_place_that_mails_says_why_no_stranger_makes_it_mail_without_end():
    assert _mailers() == set(MAILERS)


def test_the_limits_that_are_named_are_there_and_none_is_left_over():
    named = {
        name.strip()
        for how in MAILERS.values()
        if how.startswith("limit: ")
        for name in how.removeprefix("limit: ").partition(";")[0].split(",")
    }
    typed = {how.partition(": ")[2] for how in TYPED.values() if how.startswith("limits")}
    assert set(limits.LIMITS) - named - typed == set()
    assert named - set(limits.LIMITS) == {"one unasked in six hours"}

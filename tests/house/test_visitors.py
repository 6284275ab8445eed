"""Who a visitor is, is read from the wire in one place."""

from tests.house.source import modules, shown

_WIRE = ("REMOTE_ADDR", "X_FORWARDED_FOR", "X-Forwarded-For", "X_REAL_IP", "HTTP_FORWARDED")
# Words about it, or made-up visitors; none of these reads a request.
_EXCUSED = {
    "assurance/whole/browser.py": "a made-up visitor from an example network",
    "assurance/whole/doors/buyers.py": "as above",
    "assurance/whole/doors/letters.py": "as above",
    "assurance/whole/doors/readers.py": "as above",
    "assurance/whole/oracles/pages.py": "as above",
    "identity/probe.py": "drives pages as a visitor from an example network",
    "checkout/promises.py": "drives pages as a visitor from an example network",
    "config/environment/choices.py": "the meaning of a setting",
    "identity/checks.py": "a sentence to the operator",
    "config/web/front.py": "hands the socket's peer on, as every WSGI server does",
}


def test_the_peers_address_is_read_in_one_place():
    readers = {
        shown(path).removeprefix("src/tradepost/")
        for path in modules()
        if any(word in path.read_text() for word in _WIRE)
    }
    assert readers - set(_EXCUSED) == {"lib/visitors.py"}


def test_no_excuse_is_left_of_what_is_gone():
    readers = {
        shown(path).removeprefix("src/tradepost/")
        for path in modules()
        if any(word in path.read_text() for word in _WIRE)
    }
    assert set(_EXCUSED) - readers == set()

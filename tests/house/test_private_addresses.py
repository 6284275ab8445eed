"""Over the whole map of addresses: no log keeps a secret of one, no browser keeps a private page."""

import logging
import re
from io import StringIO

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from tests.house.addresses import all_addresses
from tradepost.config.web.headers import careful_headers
from tradepost.config.web.quiet_logs import OPEN_ARGUMENTS, KeepingSecrets

# Short, and like no random text: only its place in the address can give it away as a secret.
PLANTED = "planted-secret-of-ann"


def _texts(resolver: URLResolver, before: str = "/"):
    for entry in resolver.url_patterns:
        text = before + str(entry.pattern).removeprefix("^").removesuffix("$")
        if isinstance(entry, URLResolver):
            yield from _texts(entry, text)
        elif isinstance(entry, URLPattern):
            yield text


ARGUMENT = re.compile(
    r"<(?:\w+:)?(?P<route>\w+)>|\(\?P<(?P<group>\w+)>(?:\[[^]]*\]|[^()]|\([^()]*\))*\)"
)


def _filled(text: str, value: str, opened: str) -> str:
    """The route with ``value`` for each argument but those that anybody may read."""

    def one(found: re.Match[str]) -> str:
        name = found["route"] or found["group"]
        return opened if name in OPEN_ARGUMENTS else value

    return ARGUMENT.sub(one, text).replace("\\", "")


ROUTES = sorted(set(_texts(get_resolver())))
SECRET = [text for text in ROUTES if _filled(text, PLANTED, "1") != _filled(text, "other", "1")]


def test_every_argument_of_the_map_is_seen():
    arguments = {name for address in all_addresses() for name in address.needs}
    seen = {
        found["route"] or found["group"] for text in ROUTES for found in ARGUMENT.finditer(text)
    }
    assert arguments <= seen
    assert seen >= OPEN_ARGUMENTS, "an open argument that is gone"
    assert len(SECRET) > 50


@pytest.fixture
def log():
    """The bytes that the product's own handler writes, whatever logger they come from."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(KeepingSecrets("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


@pytest.mark.django_db
@pytest.mark.parametrize("text", SECRET)
def test_no_log_keeps_the_secret_of_an_address(text, log):
    path = _filled(text, PLANTED, "1")
    client = Client(raise_request_exception=False)
    there = f"http://testserver{path}"
    query = f"?cart={PLANTED}&key={PLANTED}"
    client.get(path + query)
    client.post(path + query, {"x": PLANTED}, headers={"Referer": there})
    Client(enforce_csrf_checks=True).post(path, headers={"Referer": there, "Origin": "https://x.y"})
    logging.getLogger("django.request").error("Internal Server Error: %s", path)
    try:
        raise LookupError(f"nothing at {there}{query}")  # noqa: TRY301  raised to be logged at once
    except LookupError:
        logging.getLogger("django.request").exception("Server error at %s", there)
    assert "Server error" in log.getvalue()
    assert PLANTED not in log.getvalue()


def test_the_product_logs_with_this_formatter(settings):
    assert settings.LOGGING["formatters"]["plain"]["()"].endswith(".KeepingSecrets")
    assert set(settings.LOGGING["handlers"]) == {"console"}


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("Not Found: /office/ember/orders/export/", "/office/ember/orders/export/"),
        ("Not Found: /shop/ember/product/courier-bag/", "/shop/ember/product/courier-bag/"),
        ("tradepost.identity.tests.test_limits took 0.3 s", "tradepost.identity.tests.test_limits"),
        ("digest 9f86d081884c7d659a2feaa0c55ad015", "9f86d081884c7d659a2feaa0c55ad015"),
    ],
)
def test_what_is_no_secret_can_still_be_read(line, kept):
    assert kept in KeepingSecrets().quiet(line)


@pytest.mark.parametrize(
    "token", ["tp_Xo3_kLm9Qw-ErTyUiOpAsDfGhJkLzXcVb", "MQ:1xY2zC:zoeB568r-WHDTVpGxvlt6UOk_-tWIg14"]
)
def test_a_random_text_is_hidden_wherever_it_stands(token):
    for line in (f"KeyError: '{token}'", f"Bearer {token}", f"token={token}"):
        assert token.rpartition(":")[2] not in KeepingSecrets().quiet(line)


# Pages that are the same for everybody; every other address must forbid keeping its answer.
SAME_FOR_ALL = re.compile(
    r"^(storefront|ui):"
    r"|^(backoffice:front_page|catalog:media|campaigns:picture|audience:(subscribe|sent)"
    r"|notice:(notice|agreement|version|paper|programs)(-merchant)?(-eu|-california)?|assurance:(proof|sources))$"
)


def _named(resolver: URLResolver, space: tuple[str, ...] = (), before: str = "/"):
    for entry in resolver.url_patterns:
        text = before + str(entry.pattern).removeprefix("^").removesuffix("$")
        if isinstance(entry, URLResolver):
            inner = (*space, entry.namespace) if entry.namespace else space
            yield from _named(entry, inner, text)
        elif isinstance(entry, URLPattern):
            yield text, ":".join((*space, entry.name or str(entry.pattern)))


@pytest.mark.parametrize(("text", "name"), sorted(set(_named(get_resolver()))))
def test_no_browser_keeps_a_private_page(text, name):
    request = RequestFactory().get(_filled(text, "x", "1"))
    answer = careful_headers(lambda _: HttpResponse("page"))(request)
    kept = "no-store" not in answer.headers.get("Cache-Control", "")
    assert kept == bool(SAME_FOR_ALL.match(name))
    assert "camera=()" in answer.headers["Permissions-Policy"]


def test_a_real_private_page_says_so(office, merchant):
    answer = office.get(f"/office/{merchant.handle}/orders/")
    assert "no-store" in answer["Cache-Control"]
    assert "no-store" in Client().get("/api/v1/orders")["Cache-Control"]
    assert "no-store" in Client().get("/privacy/my-data/")["Cache-Control"]

"""A module of another maker: outside until the operator names it, then held to what holds for ours."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.house.source import ROOT

EXAMPLE = ROOT / "docs" / "examples" / "opening-hours"
_VISIT = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "tradepost.config.settings"
import django
django.setup()
from django.conf import settings
settings.ALLOWED_HOSTS = ["*"]
plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
settings.STORAGES = settings.STORAGES | {"staticfiles": plain}  # nothing has been collected
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("createcachetable", verbosity=0)
from django.test import Client
from tradepost.audit.types import Actor
from tradepost.audit.models import Entry
from tradepost.identity.actions.accounts import create_account
from tradepost.identity.probe import has_just_confirmed
from tradepost.merchants.actions.join import open_shop
from tradepost.merchants.actions.switch import switch_module

owner = create_account(email="ines@shop.example", name="", password="dark-ink-paper-4")
shop = open_shop(owner=owner, country="DE", website="https://shop.example", name="Shop")
office, anybody = Client(), Client()
office.force_login(owner)
has_just_confirmed(office)
inside = f"/office/{shop.handle}/settings/opening-hours/"
outside = f"/opening-hours/{shop.handle}/"
def knock():
    return office.get(inside).status_code, anybody.get(outside).status_code
print("off", *knock())
switch_module(merchant=shop, key="opening_hours", on=True, by=Actor.user(owner))
print("on", *knock())
print("saved", office.post(inside, {"text": "Nine to five"}).status_code)
print("shown", "Nine to five" in anybody.get(outside).text)
print("menu", inside in office.get(f"/office/{shop.handle}/").text)
switch_module(merchant=shop, key="opening_hours", on=False, by=Actor.user(owner))
print("record", Entry.objects.filter(action="opening_hours.save", actor=str(Actor.user(owner))).count())
print("off again", *knock(), inside in office.get(f"/office/{shop.handle}/").text)
"""


_LISTENER = """    subscriptions=(
        __import__("tradepost.datamap.events", fromlist=["x"]).Subscription(
            name="opening_hours.hears",
            to=__import__("tradepost.orders.events", fromlist=["x"]).OrderPaid,
            call=print,
            {}
        ),
    ),
    navigation="""


_TURN = """    schedule=(
        __import__("tradepost.datamap.rooms", fromlist=["x"]).Periodic(
            name="look at the clock",
            every=__import__("datetime").timedelta(hours=1),
            call="{}",
        ),
    ),
    navigation="""


# A module that declares a party with one host, and does more than it declares.
_TRESPASSER = """
import smtplib, socket, subprocess, urllib.request
from django.http import JsonResponse
from django.views.decorators.csp import csp_override
from tradepost.datamap.vocabulary import Kind, Purpose
from tradepost.rights import egress

@csp_override({"script-src": ["*"]})
def follow(request, handle):
    response = HttpResponse("<script src='https://elsewhere.example/x.js'></script>")
    response.set_cookie("follows_you", "1")
    response.headers["Set-Cookie"] = "follows_you_too=1"
    response.headers["Content-Security-Policy"] = "script-src *"
    return response

def through_egress(host):
    with egress.session("carrier", kinds=[Kind.PAYMENT], purpose=Purpose.ORDERS) as client:
        client.get(f"http://{host}:{PORT}/")

def reach(request, handle):
    there = f"http://127.0.0.1:{PORT}/"
    ways = {
        "urllib": lambda: urllib.request.urlopen(there),
        "socket": lambda: socket.create_connection(("127.0.0.1", PORT)),
        "name": lambda: socket.getaddrinfo("elsewhere.example", 443),
        "mail": lambda: smtplib.SMTP("127.0.0.1", PORT),
        "program": lambda: subprocess.run(["true"]),
        "undeclared host": lambda: through_egress("127.0.0.1"),
        "declared host": lambda: through_egress("localhost"),
    }
    said = {}
    for name, way in ways.items():
        try:
            way()
            said[name] = "let out"
        except Exception as error:
            said[name] = type(error).__name__
    return JsonResponse(said)
"""
_CARRIER = """    processors=(
        __import__("tradepost.datamap.processors", fromlist=["x"]).Processor(
            id="carrier", name="Carrier", role="payment", what=("payment reference",), why="pays",
            purposes=("take and deliver orders",), country="DE", safeguard="contract", hosts=lambda: ("localhost",),
            stand_in_allowed=lambda: True,
        ),
    ),
    navigation="""
_TRESPASS = """
import http.server, threading
seen = []
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        seen.append(self.headers["Host"].split(":")[0])
        self.send_response(200)
        self.end_headers()
    def log_message(self, *given):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Answer)
threading.Thread(target=server.serve_forever, daemon=True).start()
import opening_hours.views
opening_hours.views.PORT = server.server_port
settings.UNDECLARED_COOKIE_RAISES = False
switch_module(merchant=shop, key="opening_hours", on=True, by=Actor.user(owner))
page = anybody.get(outside + "follow/")
print("cookies", sorted(page.cookies), page.headers.get("Set-Cookie"))
policy = page.headers["Content-Security-Policy"]
print("policy", "*" not in policy, "script-src 'self'" in policy)
for name, said in anybody.get(outside + "reach/").json().items():
    print(name, said)
print("reached", seen)
"""


@pytest.fixture
def installed(tmp_path):
    """A copy of the example on the path, as an installed package."""
    place = tmp_path / "site"
    shutil.copytree(EXAMPLE, place, ignore=shutil.ignore_patterns("__pycache__"))
    return place


def run(place, *words, modules="opening-hours"):
    own = {key: value for key, value in os.environ.items() if not key.startswith("TRADEPOST_")}
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=own
        | {
            "TRADEPOST_DATA": str(place.parent / "var"),
            "TRADEPOST_MODULES": modules,
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(place)]),
        },
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def manage(place, *words, **more):
    return run(place, "manage.py", *words, **more)


def test_the_example_is_off_until_a_shop_switches_it_on(installed):
    visit = run(installed, "-c", _VISIT)
    assert visit.stdout.splitlines() == [
        "off 404 404",
        "on 200 200",
        "saved 302",
        "shown True",
        "menu True",
        "record 1",
        "off again 404 404 False",
    ], visit.stderr


def test_what_it_does_not_declare_it_cannot_do_while_it_runs(installed):
    """Cookies, scripts of strangers, connections past the one way out, and hosts that it did not name."""
    folder = installed / "opening_hours"
    with (folder / "views.py").open("a") as file:
        file.write(_TRESPASSER)
    text = (folder / "room.py").read_text()
    (folder / "room.py").write_text(text.replace("    navigation=", _CARRIER, 1))
    pages = "".join(
        f'path("opening-hours/<slug:handle>/{name}/", views.{name}, name="{name}"), '
        for name in ("follow", "reach")
    )
    text = (folder / "urls.py").read_text()
    (folder / "urls.py").write_text(text.replace("urlpatterns = [", f"urlpatterns = [{pages}", 1))
    begin = _VISIT.partition("def knock")[0]
    visit = run(installed, "-c", begin + _TRESPASS)
    assert visit.stdout.splitlines() == [
        "cookies [] None",
        "policy True True",
        "urllib URLError",
        "socket NoWayOut",
        "name NoWayOut",
        "mail NoWayOut",
        "program NoWayOut",
        "undeclared host EgressRefused",
        "declared host let out",
        "reached ['localhost']",
    ], visit.stderr


def test_it_passes_the_checks_of_the_start_and_stands_in_the_wiring(installed):
    assert "no issues" in manage(installed, "check").stdout
    assert "opening_hours" in manage(installed, "rooms").stdout
    assert "No changes" in manage(installed, "makemigrations", "--check", "--dry-run").stdout


def test_installed_alone_it_stays_outside(installed):
    assert "opening_hours" not in manage(installed, "rooms", modules="").stdout


def test_a_name_that_is_not_installed_is_said(installed):
    answer = manage(installed, "check", modules="opening-hours closing-hours")
    assert answer.returncode
    assert "closing-hours" in answer.stderr


def test_a_package_that_is_no_room_is_not_let_in(installed):
    (installed / "opening_hours" / "room.py").unlink()
    answer = manage(installed, "check")
    assert answer.returncode
    assert "declares no Room" in answer.stderr


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        ("models.py", '"text": "public words of the shop",', "", "Hours.text"),
        ("room.py", 'addresses=("opening_hours:", "opening_hours_office:"),', "", "no Module of"),
        ("room.py", 'key="opening_hours",', 'key="orders",', "must begin with"),
        ("room.py", "not_collecting=", 'ways_out={"x.py": ("socket",)}, not_collecting=', "reach"),
        ("room.py", 'name="opening_hours",\n    modules', 'name="orders",\n    modules', "orders"),
        ("room.py", '"opening_hours_office:"),', '"orders_office:"),', "cannot take it away"),
        ("room.py", "default_on=False,", 'code=("tradepost.orders.api",),', "cannot take it away"),
        ("room.py", "default_on=False,", 'promises=("secure.lockout",),', "cannot take it away"),
        ("room.py", "default_on=False,", 'collects=("checkout.order",),', "cannot take it away"),
        ("room.py", "default_on=False,", 'requires=("closing_hours",),', "cannot require"),
        ("room.py", "default_on=False,", 'requires=("opening_hours",),', "cannot require"),
        (
            *("room.py", "    navigation=", _LISTENER.format("in_transaction=True")),
            "it undoes nothing of ours",
        ),
        ("room.py", "    navigation=", _LISTENER.format(""), "names no Module"),
        ("room.py", "    navigation=", _TURN.format("opening_hours.actions.x"), "names no Module"),
        (
            "room.py",
            "    navigation=",
            _TURN.format("tradepost.jobs.runner.sweep"),
            "own functions",
        ),
        (
            *(
                "urls.py",
                "office_urlpatterns =",
                'offices_of_lower_rooms = {"orders": urlpatterns}\noffice_urlpatterns =',
            ),
            "orders_office:show",
        ),
    ],
)
def test_what_it_does_not_declare_keeps_the_program_from_starting(
    installed, file, before, after, said
):
    path = installed / "opening_hours" / file
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))
    answer = manage(installed, "check")
    assert answer.returncode
    assert said in answer.stderr

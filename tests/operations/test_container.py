"""The container's file and the compose example. ``deploy/container/check`` runs the steps themselves."""

import json
import re
import shlex
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader

import pytest
import yaml
from granian.cli import cli as granian_cli
from granian.constants import HTTPModes, Interfaces, Loops
from granian.log import LogLevels

from tests.installations import ROOT
from tradepost.config import cli
from tradepost.config.environment import read_environment
from tradepost.config.processes.supervisor import _commands
from tradepost.config.web import server

FOLDER = ROOT / "deploy" / "container"
COMPOSE = yaml.safe_load((FOLDER / "compose.yaml").read_text())
OURS = {name: said for name, said in COMPOSE["services"].items() if said["image"] == "tradepost"}
IMAGE = re.compile(r"[a-z]+(:[\w.-]+)?")  # a name of the default registry, and no address


def _steps() -> list[tuple[str, str]]:
    """As the check by hand reads them."""
    loader = SourceFileLoader("container_check", str(FOLDER / "check"))
    spec = spec_from_loader(loader.name, loader)
    assert spec
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module.steps((FOLDER / "Containerfile").read_text())


STEPS = _steps()


def test_what_is_copied_is_there():
    stages = {rest.partition(" AS ")[2] for what, rest in STEPS if what == "FROM"}
    for what, rest in STEPS:
        if what != "COPY":
            continue
        first, *words = rest.split()
        if first.startswith("--from="):
            assert first.removeprefix("--from=") in stages
            continue
        for source in [first, *words[:-1]]:
            assert (ROOT / source).exists(), source


def test_no_registry_is_named():
    images = [rest.partition(" AS ")[0] for what, rest in STEPS if what == "FROM"]
    images += [said["image"] for said in COMPOSE["services"].values()]
    assert images
    assert [image for image in images if not IMAGE.fullmatch(image.replace("-slim", ""))] == []


def test_it_runs_as_nobody_special_and_starts_what_there_is():
    said = dict(STEPS)  # the last of a kind counts
    assert said["USER"] == "tradepost"
    assert said["CMD"] == json.dumps(["tradepost", "up", "--no-demo"])
    packages = {word for what, rest in STEPS if what == "RUN" for word in rest.split()}
    assert {"useradd", "python3-venv", "libpango-1.0-0", "libharfbuzz-subset0"} <= packages
    chosen = dict(
        rest.split("=", 1) for what, rest in STEPS if what == "ENV" and rest.startswith("TRADEPOST")
    )
    assert str(read_environment(chosen).data) == said["VOLUME"] == said["WORKDIR"] == "/data"


def test_the_address_that_the_container_is_asked_at_is_there(client):
    [path] = re.findall(r"http://127.0.0.1:8000(/[\w/]+)", dict(STEPS)["HEALTHCHECK"])
    assert client.get(path).status_code == 200


def test_each_process_of_a_large_installation_has_a_service():
    here = read_environment({"TRADEPOST_SMTP_URL": "smtp://x.example", "TRADEPOST_HOST": "0.0.0.0"})
    wanted = {_part(words[words.index("-m") + 1 :]) for words in _commands(here).values()}
    given = {_part(said["command"]) for said in OURS.values()}
    assert given == wanted | {"prepare"}
    assert OURS["prepare"]["command"] == ["tradepost", "prepare", "--no-demo"]
    assert "prepare" in cli._ways


def test_the_web_server_of_the_example_is_the_one_of_tradepost_web():
    """granian itself, for two processes at one port of one container; with the same limits."""
    name, *words, application = OURS["web"]["command"]
    assert name == "granian"
    # By its name: loading it would hold this process, too, to the declared ways out.
    assert application == "tradepost.config.web.serving:front"
    said = dict(zip(words, [*words[1:], ""], strict=True))
    assert said["--interface"] == Interfaces.RSGI
    assert said["--http"] == HTTPModes.http1
    assert said["--loop"] == Loops.asyncio
    assert said["--log-level"] == LogLevels.warning
    assert int(said["--backpressure"]) == server.CONNECTIONS
    assert int(said["--http1-header-read-timeout"]) == server.HEADER_MILLISECONDS
    assert "--no-ws" in said
    known = {option for it in granian_cli.params for option in (*it.opts, *it.secondary_opts)}
    assert {word for word in words if word.startswith("--")} <= known


def _part(words: list[str]) -> str:
    """Which process of the product it is, however the web server is started."""
    return "web" if words[-1].endswith("serving:front") else words[1]


@pytest.mark.parametrize("name", OURS)
def test_the_settings_of_a_service_can_be_used(name):
    lines = (FOLDER / "tradepost.env").read_text().splitlines()
    chosen = dict(line.split("=", 1) for line in lines if line.startswith("TRADEPOST_"))
    chosen |= {
        key: re.sub(r"\$\{\w+:\?\}", "word", str(value))
        for key, value in OURS[name]["environment"].items()
    }
    assert read_environment(chosen).broker_url == "amqp://tradepost:word@rabbitmq:5672//"


def test_what_services_wait_for_and_share_is_declared():
    services, volumes = COMPOSE["services"], COMPOSE["volumes"]
    for said in services.values():
        assert set(said.get("depends_on", {})) <= set(services)
        assert {one.split(":")[0] for one in said.get("volumes", [])} <= set(volumes)
        for port in said.get("ports", []):
            assert port.startswith("127.0.0.1:"), (
                "a container's port goes around the host's firewall"
            )
    hosts = {"postgres", "redis", "rabbitmq"}
    assert hosts <= set(services)
    assert hosts == set(services["prepare"]["depends_on"])


def test_its_first_lines_name_files_that_are_there():
    head = (FOLDER / "compose.yaml").read_text().split("x-tradepost")[0]
    assert "tradepost.env" in head
    for word in ("../nginx", "../caddy"):
        assert word in head
        assert (FOLDER / word).is_dir()
    assert shlex.split("podman build -t tradepost -f Containerfile ../..")[-2] == "Containerfile"

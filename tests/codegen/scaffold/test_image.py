"""The Dockerfile, as far as reading tells; test_image_run.py follows its steps."""

from __future__ import annotations

import fnmatch
import json
import shlex
from pathlib import Path

import pytest

from kube.controller import LeaderElection, Manager
from kube.events.recorder import CLOSING_SECONDS
from tests.codegen.scaffold import projects
from tests.codegen.scaffold.dockerfile import stages
from tests.codegen.scaffold.kustomization import build


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return projects.init(tmp_path_factory.mktemp("image"))


def manager(root: Path) -> dict:
    (deployment,) = (o for o in build(root / "config/default") if o["kind"] == "Deployment")
    return deployment["spec"]["template"]["spec"]


def test_the_image_runs_the_program_itself_as_a_user_without_a_name(root: Path) -> None:
    last = dict(stages(root / "Dockerfile")[-1])
    assert json.loads(last["ENTRYPOINT"]) == ["python", "-m", projects.PACKAGE]
    assert last["USER"] == "65532:65532"
    assert "CMD" not in last
    (container,) = manager(root)["containers"]
    assert container["command"] == json.loads(last["ENTRYPOINT"])


def test_the_last_stage_has_nothing_to_build_or_install_with(root: Path) -> None:
    *_, last = stages(root / "Dockerfile")
    assert last[0] == ("FROM", "${BASE_IMAGE}")
    copied = [arguments for instruction, arguments in last if instruction == "COPY"]
    assert copied == ["--from=builder /venv /venv"]
    (run,) = (arguments for instruction, arguments in last if instruction == "RUN")
    assert run.startswith("python -m pip uninstall --yes ")
    assert "ensurepip" in run
    assert "install" not in run.replace("uninstall", "")


def test_every_stage_of_the_program_is_of_the_same_base_image(root: Path) -> None:
    assert [stage[0][1] for stage in stages(root / "Dockerfile")] == [
        "scratch AS wheels",
        "${BASE_IMAGE} AS builder",
        "${BASE_IMAGE}",
    ]
    assert (root / "Dockerfile").read_text().count("ARG BASE_IMAGE=python:3") == 1


def test_what_is_copied_is_let_through_and_nothing_else(root: Path) -> None:
    sources = {
        source
        for stage in stages(root / "Dockerfile")
        for instruction, arguments in stage
        if instruction == "COPY" and "--from=" not in arguments
        for source in shlex.split(arguments)[:-1]
    }
    ignored = (root / ".dockerignore").read_text().splitlines()
    rules = [line for line in ignored if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert {rule.removeprefix("!") for rule in rules if rule.startswith("!")} == sources
    assert all((root / source).exists() for source in sources)
    for kept_out in (".git/config", ".venv/bin/python", "src/a/__pycache__/b.pyc", "PROJECT"):
        assert not passes(kept_out, rules), kept_out
    assert passes("src/a/b.py", rules)


def passes(path: str, rules: list[str]) -> bool:
    """Whether a file is sent to the builder. The last rule that matches it or a parent decides."""
    parts = path.split("/")
    paths = ["/".join(parts[: n + 1]) for n in range(len(parts))]
    sent = True
    for rule in rules:
        pattern = rule.removeprefix("!").strip("/")
        inside = pattern.removeprefix("**/")
        for each in paths:
            name = each.rpartition("/")[2]
            if fnmatch.fnmatch(name if inside != pattern else each, inside):
                sent = rule.startswith("!")
    return sent


def test_the_pod_has_longer_to_end_than_the_manager_takes_to_stop(root: Path) -> None:
    graceful_stop = Manager.__init__.__kwdefaults__["graceful_stop"]
    releasing = LeaderElection(name="a").renew_deadline
    longest = graceful_stop + releasing + CLOSING_SECONDS
    assert longest < manager(root)["terminationGracePeriodSeconds"]


def test_the_pod_is_as_restricted_as_the_pod_security_standard_asks(root: Path) -> None:
    pod = manager(root)
    assert pod["securityContext"] == {
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    (container,) = pod["containers"]
    assert container["securityContext"] == {
        "readOnlyRootFilesystem": True,
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {"name": "tmp", "emptyDir": {}} in pod["volumes"]
    assert {"name": "tmp", "mountPath": "/tmp"} in container["volumeMounts"]


def test_probes_ask_where_the_program_answers(root: Path) -> None:
    (container,) = manager(root)["containers"]
    (health,) = (port for port in container["ports"] if port["name"] == "health")
    assert f"--health-probe-bind-address=:{health['containerPort']}" in container["args"]
    for probe in ("livenessProbe", "readinessProbe"):
        assert container[probe]["httpGet"]["port"] == "health"

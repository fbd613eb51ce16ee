"""The real kubectl against the embedded server over HTTP."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator

import pytest
import yaml

from kube.envtest import Environment, Server
from tests.kube.envtest.api import SPEC, WIDGETS, Client, definition, widget

Kubectl = Callable[..., str]


@pytest.fixture(scope="module")
def environment() -> Iterator[Environment]:
    with Environment(server=Server()) as started:
        yield started


@pytest.fixture(scope="module")
def variables(environment: Environment, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """kubectl's environment, with a home of its own: it remembers what a port served before."""
    home = tmp_path_factory.mktemp("kubectl")
    return {**os.environ, "KUBECONFIG": str(environment.kubeconfig), "HOME": str(home)}


@pytest.fixture(scope="module")
def run(kubectl: str, variables: dict[str, str]) -> Kubectl:
    def call(*arguments: str, stdin: object = None, code: int = 0) -> str:
        text = None if stdin is None else yaml.safe_dump(stdin)
        done = subprocess.run(
            [kubectl, *arguments],
            env=variables,
            input=text,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    crd = definition()
    properties = SPEC["properties"]
    described = {**properties["size"], "description": "How large it shall be."}
    schema = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
    schema = {**schema, "properties": {**properties, "size": described}}
    crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"] = schema
    assert "created" in call("apply", "-f", "-", stdin=crd)
    call("wait", "--for=condition=Established", "crd/widgets.example.com", "--timeout=10s")
    return call


@pytest.fixture(autouse=True)
def _clean(run: Kubectl, environment: Environment) -> None:
    Client(environment.server).delete(WIDGETS)


def test_apply_creates_changes_and_leaves_alone(run: Kubectl) -> None:
    assert "widget.example.com/a created" in run("apply", "-f", "-", stdin=widget("a"))
    assert "widget.example.com/a unchanged" in run("apply", "-f", "-", stdin=widget("a"))
    assert "configured" in run("apply", "-f", "-", stdin=widget("a", size=7))
    assert run("get", "widget", "a", "-o", "jsonpath={.spec.size}") == "7"


def test_get_prints_the_columns_of_the_crd(run: Kubectl) -> None:
    run("apply", "-f", "-", stdin=widget("a"))
    lines = run("get", "wi").splitlines()
    assert lines[0].split() == ["NAME", "MODE", "AGE"]
    assert lines[1].split()[:2] == ["a", "a"]
    wide = run("get", "widgets", "-A", "-o", "wide").splitlines()
    assert wide[0].split() == ["NAMESPACE", "NAME", "MODE", "SIZE", "AGE"]
    found = yaml.safe_load(run("get", "widget", "a", "-o", "yaml"))
    assert found["spec"] == {"mode": "a", "size": 3}


def test_get_of_nothing_says_so(run: Kubectl) -> None:
    assert "No resources found in default namespace." in run("get", "widgets")
    missing = run("get", "widget", "nope", code=1)
    assert 'Error from server (NotFound): widgets.example.com "nope" not found' in missing


def test_a_refused_object_is_told_with_its_faults(run: Kubectl) -> None:
    told = run("create", "-f", "-", stdin=widget("a", size=0), code=1)
    assert 'The Widget "a" is invalid: spec.size: Invalid value: 0: spec.size in body' in told
    told = run("create", "-f", "-", stdin=widget("a", extra=1), code=1)
    assert 'strict decoding error: unknown field "spec.extra"' in told


def test_watching_get_prints_changes(
    run: Kubectl, environment: Environment, variables: dict[str, str], kubectl: str
) -> None:
    run("create", "-f", "-", stdin=widget("a"))
    arguments = [kubectl, "get", "widgets", "-w", "--no-headers", "-o", "name"]
    with subprocess.Popen(arguments, env=variables, stdout=subprocess.PIPE, text=True) as watching:
        assert watching.stdout is not None
        assert watching.stdout.readline().strip() == "widget.example.com/a"
        Client(environment.server).create(WIDGETS, widget("b"))
        assert watching.stdout.readline().strip() == "widget.example.com/b"
        watching.terminate()


def test_describe_label_annotate_patch_and_scale(run: Kubectl) -> None:
    run("create", "-f", "-", stdin=widget("a", replicas=1))
    run("label", "widget", "a", "team=red")
    run("annotate", "widget", "a", "note=hello")
    run("patch", "widget", "a", "--type=merge", "-p", '{"spec":{"size":5}}')
    operation = '[{"op":"replace","path":"/spec/mode","value":"b"}]'
    run("patch", "widget", "a", "--type=json", "-p", operation)
    assert "scaled" in run("scale", "widget", "a", "--replicas=4")
    described = run("describe", "widget", "a")
    assert "team=red" in described
    assert "note: hello" in described
    found = json.loads(run("get", "widget", "-l", "team=red", "-o", "json"))["items"][0]
    assert found["spec"] == {"mode": "b", "replicas": 4, "size": 5}


def test_replace_takes_what_get_gave(run: Kubectl) -> None:
    run("create", "-f", "-", stdin=widget("a"))
    edited = yaml.safe_load(run("get", "widget", "a", "-o", "yaml"))
    edited["spec"]["size"] = 9
    assert "replaced" in run("replace", "-f", "-", stdin=edited)
    edited["spec"]["size"] = 8
    assert "the object has been modified" in run("replace", "-f", "-", stdin=edited, code=1)


def test_delete_waits_until_it_is_gone(run: Kubectl) -> None:
    run("create", "-f", "-", stdin=widget("a"))
    assert "deleted" in run("delete", "widget", "a", "--timeout=10s")
    run("get", "widget", "a", code=1)


def test_wait_sees_a_change(run: Kubectl, environment: Environment) -> None:
    run("create", "-f", "-", stdin=widget("a"))
    Client(environment.server).patch(f"{WIDGETS}/a/status", {"status": {"phase": "Done"}})
    run("wait", "--for=jsonpath={.status.phase}=Done", "widget/a", "--timeout=10s")


def test_explain_reads_the_schema(run: Kubectl) -> None:
    told = run("explain", "widget.spec.size")
    assert "How large it shall be." in told
    assert "FIELD: size <integer>" in told


def test_api_resources_lists_what_is_served(run: Kubectl) -> None:
    lines = {line.split()[0]: line.split() for line in run("api-resources").splitlines()}
    assert lines["widgets"] == ["widgets", "wi", "example.com/v1", "true", "Widget"]
    assert lines["namespaces"][:3] == ["namespaces", "ns", "v1"]


def test_namespaces_are_created_and_go(run: Kubectl) -> None:
    assert "created" in run("create", "namespace", "team")
    assert "configured" in run(
        "apply",
        "-f",
        "-",
        stdin={
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": "team", "labels": {"a": "b"}},
        },
    )
    run("delete", "namespace", "team", "--wait=false")
    assert "Terminating" in run("get", "namespace", "team")


def test_a_kind_that_is_not_there_is_told_plainly(run: Kubectl) -> None:
    body = {"apiVersion": "nobody.io/v1", "kind": "Nothing", "metadata": {"name": "a"}}
    told = run("apply", "-f", "-", stdin=body, code=1)
    assert 'no matches for kind "Nothing" in version "nobody.io/v1"' in told

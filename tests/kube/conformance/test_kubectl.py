"""kubectl, as its users use it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

EXPLAINED = Path(__file__).parent / "explained"
"""What `kubectl explain` prints, as with a kube-apiserver."""

CONFIGMAP = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: a
data:
  key: "{value}"
"""

WIDGET = """\
apiVersion: example.io/v1
kind: Widget
metadata:
  name: a
spec:
  size: {size}
  color: red
"""


def test_explain_tells_the_fields_of_a_custom_resource(kubectl):
    told = kubectl("explain", "widgets.spec.size").stdout
    assert "FIELD: size <integer>" in told
    assert "Size in meters." in told
    told = kubectl("explain", "wd").stdout
    assert "Widget is a thing to test with." in told
    assert "GROUP:      example.io" in told
    told = kubectl("explain", "widgets.spec.color").stdout
    assert "ENUM:\n    red\n    green\n    blue\n" in told


@pytest.mark.parametrize(
    "what",
    [
        "deployment.spec",
        "configmaps.data",
        "pod.spec.containers.livenessProbe",
        "ingress.spec.rules",
        "networkpolicy",
        "customresourcedefinition.spec.versions.schema.openAPIV3Schema.not",
    ],
)
def test_explain_tells_of_a_built_in_kind_what_a_real_server_does(kubectl, golden, what):
    golden(EXPLAINED / f"{what}.txt", kubectl("explain", what).stdout)


def test_api_resources_lists_what_is_served(kubectl):
    told = kubectl("api-resources", "--api-group=example.io", "--no-headers").stdout
    lines = [line.split() for line in told.splitlines()]
    assert ["widgets", "wd", "example.io/v1", "true", "Widget"] in lines
    assert ["gizmos", "example.io/v1", "false", "Gizmo"] in lines


def test_apply_creates_configures_and_leaves_alone(kubectl):
    assert kubectl("apply", "-f", "-", stdin=CONFIGMAP.format(value="1")).stdout == (
        "configmap/a created\n"
    )
    assert kubectl("apply", "-f", "-", stdin=CONFIGMAP.format(value="1")).stdout == (
        "configmap/a unchanged\n"
    )
    assert kubectl("apply", "-f", "-", stdin=CONFIGMAP.format(value="2")).stdout == (
        "configmap/a configured\n"
    )
    assert kubectl("get", "configmap", "a", "-o", "jsonpath={.data.key}").stdout == "2"


def test_apply_removes_what_the_manifest_no_longer_says(kubectl):
    kubectl("apply", "-f", "-", stdin=CONFIGMAP.format(value="1") + "  gone: x\n")
    kubectl("apply", "-f", "-", stdin=CONFIGMAP.format(value="1"))
    found = json.loads(kubectl("get", "configmap", "a", "-o", "json").stdout)
    assert found["data"] == {"key": "1"}


def test_apply_of_a_custom_resource(kubectl):
    for size, told in (("3", "created"), ("3", "unchanged"), ("4", "configured")):
        done = kubectl("apply", "-f", "-", stdin=WIDGET.format(size=size))
        assert done.stdout == f"widget.example.io/a {told}\n"
    assert kubectl("get", "wd", "a", "-o", "jsonpath={.spec.size}").stdout == "4"


def test_apply_refuses_unknown_fields(kubectl):
    done = kubectl("apply", "-f", "-", stdin=WIDGET.format(size="3\n  bad: 1"), check=False)
    assert done.returncode == 1
    assert 'unknown field "spec.bad"' in done.stderr


def test_apply_says_what_the_schema_forbids(kubectl):
    done = kubectl("apply", "-f", "-", stdin=WIDGET.format(size="1000"), check=False)
    assert done.returncode == 1
    assert (
        'The Widget "a" is invalid: spec.size: Invalid value: 1000: '
        "spec.size in body should be less than or equal to 100"
    ) in done.stderr


@pytest.mark.parametrize("manifest", [CONFIGMAP.format(value="1"), WIDGET.format(size="1")])
def test_apply_on_the_server_side(kubectl, manifest):
    done = kubectl("apply", "--server-side", "-f", "-", stdin=manifest)
    assert done.stdout.endswith(" serverside-applied\n")
    done = kubectl("apply", "--server-side", "-f", "-", stdin=manifest)
    assert done.stdout.endswith(" serverside-applied\n")


def test_apply_on_the_server_side_meets_conflicts(kubectl):
    kubectl("apply", "--server-side", "-f", "-", stdin=CONFIGMAP.format(value="1"))
    manifest = CONFIGMAP.format(value="2")
    done = kubectl(
        "apply", "--server-side", "--field-manager=other", "-f", "-", stdin=manifest, check=False
    )
    assert done.returncode == 1
    assert 'conflict with "kubectl": .data.key' in done.stderr
    kubectl(
        "apply", "--server-side", "--field-manager=other", "--force-conflicts", "-f", "-",
        stdin=manifest,
    )  # fmt: skip
    assert kubectl("get", "cm", "a", "-o", "jsonpath={.data.key}").stdout == "2"


def test_diff_shows_what_apply_would_change(kubectl):
    kubectl("apply", "-f", "-", stdin=WIDGET.format(size="3"))
    assert kubectl("diff", "-f", "-", stdin=WIDGET.format(size="3")).stdout == ""
    for options in ((), ("--server-side", "--force-conflicts")):
        done = kubectl("diff", *options, "-f", "-", stdin=WIDGET.format(size="4"), check=False)
        assert done.returncode == 1
        assert "-  size: 3\n" in done.stdout
        assert "+  size: 4\n" in done.stdout


def test_get_shows_the_columns(kubectl):
    kubectl("apply", "-f", "-", stdin=WIDGET.format(size="3"))
    header, row = kubectl("get", "widgets").stdout.splitlines()
    assert header.split() == ["NAME", "SIZE", "COLOR", "AGE"]
    assert row.split()[:3] == ["a", "3", "red"]
    header, _ = kubectl("get", "wd", "-o", "wide").stdout.splitlines()
    assert header.split() == ["NAME", "SIZE", "COLOR", "REPLICAS", "AGE"]
    assert kubectl("get", "wd", "-o", "name").stdout == "widget.example.io/a\n"
    done = kubectl("get", "wd", "none", check=False)
    assert done.stderr == 'Error from server (NotFound): widgets.example.io "none" not found\n'


def test_get_selects(kubectl):
    kubectl("apply", "-f", "-", stdin=WIDGET.format(size="3"))
    kubectl("label", "wd", "a", "app=web")
    assert kubectl("get", "wd", "-l", "app=web", "-o", "name").stdout == "widget.example.io/a\n"
    assert kubectl("get", "wd", "-l", "app=db", "-o", "name").stdout == ""
    query = "--field-selector=spec.color=red"
    assert kubectl("get", "wd", query, "-o", "name").stdout == "widget.example.io/a\n"


def test_get_watches(kubectl, environment, namespace):
    kubectl("apply", "-f", "-", stdin=WIDGET.format(size="3"))
    command = [
        kubectl.binary, f"--kubeconfig={environment.kubeconfig}",
        f"-n={namespace.name}", "get", "wd", "-w", "--output-watch-events", "--no-headers",
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as watching:
        try:
            assert watching.stdout.readline().split()[:3] == ["ADDED", "a", "3"]
            kubectl("patch", "wd", "a", "--type=merge", "-p", '{"spec": {"size": 4}}')
            assert watching.stdout.readline().split()[:3] == ["MODIFIED", "a", "4"]
            kubectl("delete", "wd", "a")
            assert watching.stdout.readline().split()[:2] == ["DELETED", "a"]
        finally:
            watching.kill()


def test_wait_for_a_condition(kubectl):
    done = kubectl(
        "wait", "crd/widgets.example.io", "--for=condition=Established", "--timeout=100s"
    )
    assert done.stdout.endswith("condition met\n")
    kubectl("apply", "-f", "-", stdin=WIDGET.format(size="3"))
    status = json.dumps({"status": {"phase": "Ready"}})
    kubectl("patch", "wd", "a", "--subresource=status", "--type=merge", "-p", status)
    kubectl("wait", "wd/a", "--for=jsonpath={.status.phase}=Ready", "--timeout=100s")


def test_delete_waits_until_an_object_is_gone(kubectl):
    kubectl("apply", "-f", "-", stdin=WIDGET.format(size="3"))
    done = kubectl("delete", "wd", "a")
    assert done.stdout.startswith('widget.example.io "a" deleted')
    assert kubectl("get", "wd", "-o", "name").stdout == ""


def test_create_edit_and_replace(kubectl):
    kubectl("create", "configmap", "b", "--from-literal=x=1")
    done = kubectl("create", "configmap", "b", check=False)
    assert done.stderr == 'error: failed to create configmap: configmaps "b" already exists\n'
    manifest = CONFIGMAP.format(value="1").replace("name: a", "name: b")
    assert kubectl("replace", "-f", "-", stdin=manifest).stdout == "configmap/b replaced\n"
    kubectl("create", "secret", "generic", "s", "--from-literal=k=v")
    assert kubectl("get", "secret", "s", "-o", "jsonpath={.data.k}").stdout == "dg=="
    kubectl("annotate", "cm", "b", "note=here")
    kubectl("patch", "cm", "b", "-p", '{"data": {"z": "9"}}')
    found = json.loads(kubectl("get", "cm", "b", "-o", "json").stdout)
    assert found["data"] == {"key": "1", "z": "9"}
    assert found["metadata"]["annotations"]["note"] == "here"


def test_scale_writes_the_subresource(kubectl):
    kubectl("apply", "-f", "-", stdin=WIDGET.format(size="3\n  replicas: 2"))
    assert kubectl("scale", "wd/a", "--replicas=5").stdout == "widget.example.io/a scaled\n"
    assert kubectl("get", "wd", "a", "-o", "jsonpath={.spec.replicas}").stdout == "5"


def test_describe_tells_of_a_custom_resource(kubectl):
    kubectl("apply", "-f", "-", stdin=WIDGET.format(size="3"))
    told = kubectl("describe", "wd", "a").stdout
    assert "Kind:         Widget" in told
    assert "Color:    red" in told


def test_apply_on_the_server_side_takes_over_what_was_applied_on_the_client_side(kubectl):
    kubectl("apply", "-f", "-", stdin=CONFIGMAP.format(value="1") + "  gone: x\n")
    done = kubectl("apply", "--server-side", "-f", "-", stdin=CONFIGMAP.format(value="2"))
    assert (done.stdout, done.stderr) == ("configmap/a serverside-applied\n", "")

    text = kubectl("get", "cm", "a", "-o", "json", "--show-managed-fields").stdout
    found = json.loads(text)
    assert found["data"] == {"key": "2"}
    metadata = found["metadata"]
    applied = json.loads(
        metadata["annotations"]["kubectl.kubernetes.io/last-applied-configuration"]
    )
    assert applied["data"] == {"key": "2"}
    annotation = {"f:kubectl.kubernetes.io/last-applied-configuration": {}}
    assert [(e["manager"], e["operation"], e["fieldsV1"]) for e in metadata["managedFields"]] == [
        ("kubectl-last-applied", "Apply", {"f:metadata": {"f:annotations": annotation}}),
        ("kubectl", "Apply", {"f:data": {"f:key": {}}}),
    ]
    # And back again.
    done = kubectl("apply", "-f", "-", stdin=CONFIGMAP.format(value="3"))
    assert done.stdout == "configmap/a configured\n"


def test_a_created_namespace_has_what_the_real_one_has(kubectl, namespace):
    name = f"{namespace.name}-2"
    kubectl("create", "namespace", name)
    found = json.loads(kubectl("get", "ns", name, "-o", "json", "--show-managed-fields").stdout)
    assert sorted(found["metadata"]) == [
        "creationTimestamp", "labels", "managedFields", "name", "resourceVersion", "uid",
    ]  # fmt: skip
    labels = {".": {}, "f:kubernetes.io/metadata.name": {}}
    (entry,) = found["metadata"]["managedFields"]
    assert entry["manager"] == "kubectl-create"
    assert entry["fieldsV1"] == {"f:metadata": {"f:labels": labels}}

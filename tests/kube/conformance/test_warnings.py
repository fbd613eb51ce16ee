"""Warnings about what is allowed but unwise, which kubectl prints."""

from __future__ import annotations

import pytest

CONTAINER = {"name": "main", "image": "nginx:1"}


def pod_of(**spec):
    return {"metadata": {"name": "web"}, "spec": {"containers": [CONTAINER], **spec}}


def container_of(**members):
    return {"containers": [{**CONTAINER, **members}]}


def ports_of(*ports):
    return container_of(ports=[{"containerPort": 80, **port} for port in ports])


HIDES = 'hides previous definition of "A", which may be dropped when using apply'
UNWISE = {
    "a variable that hides another": (
        container_of(env=[{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]),
        [f"spec.containers[0].env[1]: {HIDES}"],
    ),
    "a variable that extends another": (
        container_of(env=[{"name": "A", "value": "1"}, {"name": "A", "value": "$(A)2"}]),
        [],
    ),
    "a port that is there twice": (
        ports_of({"name": "a"}, {"name": "b"}),
        ["spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]"],
    ),
    "an address without a port of the host": (
        ports_of({"hostIP": "10.0.0.1"}),
        [
            "spec.containers[0].ports[0]: hostIP set without hostPort: {Name: HostPort:0 "
            "ContainerPort:80 Protocol:TCP HostIP:10.0.0.1}"
        ],
    ),
    "half a byte": (
        container_of(resources={"limits": {"memory": "1500m"}, "requests": {"memory": "1"}}),
        [
            'spec.containers[0].resources.limits[memory]: fractional byte value "1500m" is '
            "invalid, must be an integer"
        ],
    ),
    "a label of nodes that was renamed": (
        {"nodeSelector": {"beta.kubernetes.io/os": "linux"}},
        [
            'spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use '
            '"kubernetes.io/os" instead'
        ],
    ),
    "a volume that no node mounts any more": (
        {"volumes": [{"name": "a", "glusterfs": {"endpoints": "a", "path": "b"}}]},
        ["spec.volumes[0].glusterfs: deprecated in v1.25, non-functional in v1.26+"],
    ),
    "paths that hide each other": (
        {
            "volumes": [
                {"name": "a", "configMap": {"name": "c", "items": [
                    {"key": "a", "path": "p"}, {"key": "b", "path": "p/q"},
                ]}}
            ]
        },
        ['volume "a" (ConfigMap "c"): overlapping paths: "p/q" with "p"'],
    ),
    "a secret that is named twice, and one without a name": (
        {"imagePullSecrets": [{"name": "a"}, {"name": "a"}, {}]},
        [
            'spec.imagePullSecrets[1].name: duplicate name "a"',
            'spec.imagePullSecrets[2].name: invalid empty name ""',
        ],
    ),
    "constraints that count no Pods": (
        {
            "topologySpreadConstraints": [
                {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule"}
            ]
        },
        [
            "spec.topologySpreadConstraints[0].labelSelector: a null labelSelector results in "
            "matching no pod"
        ],
    ),
    "a negative period, which is a second when it is looked at": (
        {"terminationGracePeriodSeconds": -1},
        [],
    ),
    "an address that is not canonical": (
        {"hostAliases": [{"ip": "2001:DB8::1", "hostnames": ["a"]}]},
        [
            'spec.hostAliases[0].ip: IPv6 address "2001:DB8::1" should be in RFC 5952 canonical '
            'format ("2001:db8::1")'
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", UNWISE)
def test_a_pod_with_something_unwise_is_created_with_a_warning(api, namespace, what):
    spec, warnings = UNWISE[what]
    answer = api.post(namespace.path("pods"), pod_of(**spec), dryRun="All")
    answer.ok()
    assert answer.warnings() == warnings


def workload_of(**spec):
    template = {"metadata": {"labels": {"app": "web"}}, "spec": pod_of(**spec)["spec"]}
    selector = {"matchLabels": {"app": "web"}}
    return {"metadata": {"name": "web"}, "spec": {"selector": selector, "template": template}}


def test_a_workload_warns_about_its_template_when_this_changes(api, namespace):
    path = namespace.path("apps/v1/deployments")
    unwise = workload_of(**UNWISE["a variable that hides another"][0])
    warnings = [f"spec.template.spec.containers[0].env[1]: {HIDES}"]
    assert api.post(path, unwise).warnings() == warnings
    labels = {"metadata": {"labels": {"a": "b"}}}
    assert api.patch("merge", f"{path}/web", labels).warnings() == []
    more = {"spec": {"minReadySeconds": 1}}
    assert api.patch("merge", f"{path}/web", more).warnings() == warnings


def test_a_name_that_no_host_can_have_is_warned_of(api, namespace):
    pod = {**pod_of(), "metadata": {"name": "a.b"}}
    (warning,) = api.post(namespace.path("pods"), pod, dryRun="All").warnings()
    assert warning.startswith("metadata.name: this is used in the Pod's hostname, which can")
    workload = {**workload_of(), "metadata": {"name": "a.b"}}
    path = namespace.path("apps/v1/deployments")
    (warning,) = api.post(path, workload, dryRun="All").warnings()
    assert warning.startswith("metadata.name: this is used in Pod names and hostnames, which can")


def test_a_refused_pod_has_no_warnings(api, namespace):
    spec = UNWISE["a variable that hides another"][0]
    answer = api.post(namespace.path("pods"), pod_of(**spec, restartPolicy="Bad"), dryRun="All")
    assert answer.status == 422
    assert answer.warnings() == []


def test_an_ingress_that_names_its_class_in_an_annotation_is_warned_of(api, namespace):
    path, key = namespace.path("networking.k8s.io/v1/ingresses"), "kubernetes.io/ingress.class"
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    ingress = {
        "metadata": {"name": "web", "annotations": {key: "nginx"}},
        "spec": {"defaultBackend": backend},
    }
    assert api.post(path, ingress, dryRun="All").warnings() == [
        f"annotation \"{key}\" is deprecated, please use 'spec.ingressClassName' instead"
    ]


def test_members_of_a_service_that_its_type_ignores_are_warned_of(api, namespace):
    spec = {"ports": [{"port": 80}], "externalName": "a.example.com", "externalIPs": ["10.1.2.3"]}
    service = {"metadata": {"name": "web"}, "spec": spec}
    assert api.post(namespace.path("services"), service, dryRun="All").warnings() == [
        "spec.externalIPs is deprecated and may no longer be implemented in some clusters",
        'spec.externalName is ignored when spec.type is not "ExternalName"',
    ]

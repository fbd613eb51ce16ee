"""Pods as an API server sends them: 7.8 KB, of which managedFields are 2.2 KB.

A sample is made once and then only its name, namespace, uid and version are put into its bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

NAMESPACES = 20

_PROBE = {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}
_TYPE_META = b'"apiVersion":"v1","kind":"Pod",'
_STARTED = "2026-01-02T03:04:05Z"


KINDS = ("full", "lean", "small", "newer")
"""Pods as they come, without managedFields, of 2.5 KB, and from a newer server."""


def pod(kind: str = "full") -> dict[str, Any]:
    """One Pod of a kind as a JSON tree."""
    metadata: dict[str, Any] = {
        "name": "web-7c5ddbdf54-NNNNNNNN",
        "generateName": "web-7c5ddbdf54-",
        "namespace": "team-SSSS",
        "uid": "0b9d6a1c-94c1-4bd4-9f5a-0000NNNNNNNN",
        "resourceVersion": "VVVVVVVVVV",
        "generation": 1,
        "creationTimestamp": _STARTED,
        "labels": {
            "app.kubernetes.io/name": "web",
            "app.kubernetes.io/instance": "web-production",
            "app.kubernetes.io/version": "4.2.1",
            "pod-template-hash": "7c5ddbdf54",
        },
        "annotations": {
            "prometheus.io/scrape": "true",
            "prometheus.io/port": "9090",
            "kubectl.kubernetes.io/restartedAt": "2026-01-02T03:00:00+01:00",
            "checksum/config": "8f14e45fceea167a5a36dedd4bea2543b1f3c0e8a7f1d2b3c4d5e6f708192a3b",
        },
        "ownerReferences": [
            {
                "apiVersion": "apps/v1",
                "kind": "ReplicaSet",
                "name": "web-7c5ddbdf54",
                "uid": "a5f5a0a4-1f0a-4c6e-8e0f-3a5f4b6f2d11",
                "controller": True,
                "blockOwnerDeletion": True,
            }
        ],
    }
    if kind in ("full", "newer"):
        metadata["managedFields"] = _managed_fields()
    spec, status = _spec(), _status()
    if kind == "newer":
        spec["workloadRef"] = {"name": "web", "podGroup": "group-1"}
    if kind == "small":
        for absent in ("volumes", "affinity", "tolerations"):
            del spec[absent]
        del spec["containers"][1], status["containerStatuses"][1]
        del status["conditions"][2:]
        for absent in ("volumeMounts", "readinessProbe", "securityContext"):
            del spec["containers"][0][absent]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata,
        "spec": spec,
        "status": status,
    }


def _spec() -> dict[str, Any]:
    return {
        "volumes": [
            {"name": "config", "configMap": {"name": "web-config", "defaultMode": 420}},
            {"name": "cache", "emptyDir": {"sizeLimit": "1Gi"}},
            {
                "name": "kube-api-access-x7k2p",
                "projected": {
                    "sources": [
                        {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
                        {
                            "configMap": {
                                "name": "kube-root-ca.crt",
                                "items": [{"key": "ca.crt", "path": "ca.crt"}],
                            }
                        },
                        {
                            "downwardAPI": {
                                "items": [
                                    {
                                        "path": "namespace",
                                        "fieldRef": {
                                            "apiVersion": "v1",
                                            "fieldPath": "metadata.namespace",
                                        },
                                    }
                                ]
                            }
                        },
                    ],
                    "defaultMode": 420,
                },
            },
        ],
        "containers": [_container("web", 8080), _container("proxy", 9090)],
        "restartPolicy": "Always",
        "terminationGracePeriodSeconds": 30,
        "dnsPolicy": "ClusterFirst",
        "nodeSelector": {"kubernetes.io/os": "linux"},
        "serviceAccountName": "web",
        "serviceAccount": "web",
        "nodeName": "node-17.example.internal",
        "securityContext": {"runAsNonRoot": True, "fsGroup": 2000},
        "affinity": {
            "podAntiAffinity": {
                "preferredDuringSchedulingIgnoredDuringExecution": [
                    {
                        "weight": 100,
                        "podAffinityTerm": {
                            "labelSelector": {"matchLabels": {"app.kubernetes.io/name": "web"}},
                            "topologyKey": "topology.kubernetes.io/zone",
                        },
                    }
                ]
            }
        },
        "schedulerName": "default-scheduler",
        "tolerations": [
            {
                "key": f"node.kubernetes.io/{condition}",
                "operator": "Exists",
                "effect": "NoExecute",
                "tolerationSeconds": 300,
            }
            for condition in ("not-ready", "unreachable")
        ],
        "priority": 0,
        "enableServiceLinks": True,
        "preemptionPolicy": "PreemptLowerPriority",
    }


def _container(name: str, port: int) -> dict[str, Any]:
    return {
        "name": name,
        "image": f"registry.example.com/shop/{name}:4.2.1",
        "args": [f"--listen=:{port}", "--log-format=json"],
        "ports": [{"name": "http", "containerPort": port, "protocol": "TCP"}],
        "env": [
            {"name": "POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
            {
                "name": "DATABASE_URL",
                "valueFrom": {"secretKeyRef": {"name": "web-database", "key": "url"}},
            },
        ],
        "resources": {
            "limits": {"cpu": "500m", "memory": "256Mi"},
            "requests": {"cpu": "100m", "memory": "128Mi"},
        },
        "volumeMounts": [
            {"name": "config", "readOnly": True, "mountPath": "/etc/web"},
            {
                "name": "kube-api-access-x7k2p",
                "readOnly": True,
                "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount",
            },
        ],
        "readinessProbe": {
            "httpGet": {"path": "/ready", "port": "http", "scheme": "HTTP"},
            **_PROBE,
        },
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "imagePullPolicy": "IfNotPresent",
        "securityContext": {
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
            "allowPrivilegeEscalation": False,
        },
    }


def _status() -> dict[str, Any]:
    conditions = ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady")
    return {
        "phase": "Running",
        "conditions": [
            {"type": kind, "status": "True", "lastProbeTime": None, "lastTransitionTime": _STARTED}
            for kind in conditions
        ],
        "hostIP": "10.0.3.17",
        "hostIPs": [{"ip": "10.0.3.17"}],
        "podIP": "10.244.5.23",
        "podIPs": [{"ip": "10.244.5.23"}],
        "startTime": _STARTED,
        "containerStatuses": [
            {
                "name": name,
                "state": {"running": {"startedAt": _STARTED}},
                "lastState": {},
                "ready": True,
                "restartCount": 0,
                "image": f"registry.example.com/shop/{name}:4.2.1",
                "imageID": f"registry.example.com/shop/{name}@sha256:{'0f' * 32}",
                "containerID": f"containerd://{'1e' * 32}",
                "started": True,
            }
            for name in ("web", "proxy")
        ],
        "qosClass": "Burstable",
    }


def _managed_fields() -> list[dict[str, Any]]:
    container: dict[str, Any] = {
        ".": {},
        **{
            f"f:{name}": {}
            for name in ("args", "env", "image", "imagePullPolicy", "name", "ports", "resources")
        },
        "f:readinessProbe": {
            ".": {},
            "f:failureThreshold": {},
            "f:httpGet": {".": {}, "f:path": {}, "f:port": {}, "f:scheme": {}},
            "f:periodSeconds": {},
            "f:successThreshold": {},
            "f:timeoutSeconds": {},
        },
        "f:securityContext": {".": {}, "f:capabilities": {".": {}, "f:drop": {}}},
        "f:volumeMounts": {".": {}, 'k:{"mountPath":"/etc/web"}': {".": {}, "f:name": {}}},
    }
    labels = ("name", "instance", "version")
    fields_of_manager = {
        "f:metadata": {
            "f:annotations": {".": {}, "f:prometheus.io/scrape": {}, "f:checksum/config": {}},
            "f:generateName": {},
            "f:labels": {".": {}, **{f"f:app.kubernetes.io/{label}": {} for label in labels}},
            "f:ownerReferences": {".": {}, 'k:{"uid":"a5f5a0a4-1f0a-4c6e-8e0f-3a5f4b6f2d11"}': {}},
        },
        "f:spec": {
            "f:affinity": {},
            "f:containers": {
                'k:{"name":"web"}': container,
                'k:{"name":"proxy"}': container,
            },
            "f:dnsPolicy": {},
            "f:nodeSelector": {},
            "f:restartPolicy": {},
            "f:schedulerName": {},
            "f:securityContext": {},
            "f:serviceAccount": {},
            "f:terminationGracePeriodSeconds": {},
            "f:volumes": {".": {}, 'k:{"name":"config"}': {".": {}, "f:configMap": {}}},
        },
    }
    conditions: dict[str, Any] = {
        f'k:{{"type":"{kind}"}}': {".": {}, "f:lastProbeTime": {}, "f:status": {}, "f:type": {}}
        for kind in ("ContainersReady", "Initialized", "Ready")
    }
    fields_of_kubelet = {
        "f:status": {
            "f:conditions": conditions,
            "f:containerStatuses": {},
            "f:hostIP": {},
            "f:phase": {},
            "f:podIP": {},
            "f:startTime": {},
        }
    }
    return [
        {
            "manager": manager,
            "operation": "Update",
            "apiVersion": "v1",
            "time": _STARTED,
            "fieldsType": "FieldsV1",
            "fieldsV1": fields,
            **more,
        }
        for manager, fields, more in (
            ("kube-controller-manager", fields_of_manager, {}),
            ("kubelet", fields_of_kubelet, {"subresource": "status"}),
        )
    ]


class Sample:
    """The bytes of Pods that are alike; `number` tells them apart."""

    def __init__(self, kind: str = "full") -> None:
        self._bytes = json.dumps(pod(kind), separators=(",", ":")).encode()

    def pod(self, number: int, version: int) -> bytes:
        return (
            self._bytes.replace(b"NNNNNNNN", b"%08d" % number)
            .replace(b"SSSS", b"%04d" % (number % NAMESPACES))
            .replace(b"VVVVVVVVVV", b"%010d" % (version + 1_000_000_000))
        )

    def list(self, numbers: range, *, version: int = 1, continue_: str = "") -> bytes:
        """A list, or a page of one where more follow."""
        continues = b',"continue":"%s"' % continue_.encode() if continue_ else b""
        return b'{"kind":"PodList","apiVersion":"v1","metadata":{%s%s},"items":[%s]}\n' % (
            b'"resourceVersion":"%010d"' % (version + 1_000_000_000),
            continues,
            # A server leaves out what the list says already.
            b",".join(self.pod(n, version).replace(_TYPE_META, b"", 1) for n in numbers),
        )

    def initial(self, objects: int, *, version: int = 1) -> Iterator[bytes]:
        """The lines of a streamed list of `objects` Pods: the first ones of its watch."""
        for i in range(objects):
            yield b'{"type":"ADDED","object":%s}\n' % self.pod(i, version)
        yield (
            b'{"type":"BOOKMARK","object":{"kind":"Pod","apiVersion":"v1","metadata":'
            b'{"resourceVersion":"%010d","annotations":{"k8s.io/initial-events-end":"true"}}}}\n'
            % (version + 1_000_000_000)
        )

    def events(self, count: int, objects: int) -> Iterator[bytes]:
        """The lines of a watch in which `objects` Pods that are there change, round and round."""
        for i in range(count):
            yield b'{"type":"MODIFIED","object":%s}\n' % self.pod(i % objects, 2 + i)

"""Webhooks of the program under test: manifests that name Services, and a server on loopback."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from kube.client import RESTClient
from kube.envtest import Environment
from kube.runtime.errors import BadRequestError

MANIFESTS = """\
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata:
  name: validating-webhook-configuration
webhooks:
- admissionReviewVersions: [v1]
  clientConfig:
    service: {name: webhook-service, namespace: system, path: /validate}
  failurePolicy: Fail
  name: v.example.com
  rules:
  - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}
  sideEffects: None
---
apiVersion: v1
kind: Service
metadata: {name: webhook-service, namespace: system}
"""
CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: boxes.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Box, plural: boxes}
  conversion:
    strategy: Webhook
    webhook:
      conversionReviewVersions: [v1]
      clientConfig:
        service: {name: webhook-service, namespace: system, path: /convert}
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
  - {name: v2, served: true, storage: false, schema: {openAPIV3Schema: {type: object}}}
"""


@pytest.fixture
def folder(tmp_path):
    """As `config/webhook` of a project is: not all of it is for the server."""
    (tmp_path / "manifests.yaml").write_text(MANIFESTS)
    (tmp_path / "kustomization.yaml").write_text("resources: [manifests.yaml]\n")
    return tmp_path


class Denying(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        review = json.loads(self.rfile.read(int(self.headers["content-length"])))
        status = {"message": f"denied at {self.path.partition('?')[0]}"}
        answer = {"uid": review["request"]["uid"], "allowed": False, "status": status}
        body = json.dumps({**review, "response": answer}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


def test_a_server_of_the_test_answers_for_the_services_of_the_manifests(folder):
    with Environment(server="embedded", webhooks=folder) as environment:
        at = environment.webhooks
        server = ThreadingHTTPServer((at.host, at.port), Denying)
        server.socket = at.ssl_context().wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with RESTClient.for_config(environment.config) as rest:
            path = "/api/v1/namespaces/default/configmaps"
            headers = {"content-type": "application/json"}
            with pytest.raises(BadRequestError, match="denied at /validate"):
                rest.request("POST", path, headers=headers, body=b'{"metadata":{"name":"a"}}')
        server.shutdown()
        server.server_close()


def test_the_conversions_of_definitions_lead_there_too(folder):
    crd = folder / "crds.yaml"
    crd.write_text(CRD)
    with Environment(server="embedded", crds=crd, webhooks=()) as environment:
        definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
        with RESTClient.for_config(environment.config) as rest:
            found = json.loads(rest.request("GET", f"{definitions}/boxes.example.com").body)
        client = found["spec"]["conversion"]["webhook"]["clientConfig"]
        assert client["url"] == f"{environment.webhooks.url}/convert"
        assert client["caBundle"]
        assert "service" not in client


def test_the_certificate_goes_with_the_environment(folder):
    environment = Environment(server="embedded", webhooks=folder)
    with environment:
        certificates = environment.webhooks.cert_dir
        assert {file.name for file in certificates.iterdir()} == {"tls.crt", "tls.key"}
    assert not certificates.exists()
    with pytest.raises(RuntimeError, match="no webhooks"):
        assert environment.webhooks


def test_an_environment_without_webhooks_has_no_address_for_them():
    with (
        Environment(server="embedded") as environment,
        pytest.raises(RuntimeError, match="give it their manifests"),
    ):
        assert environment.webhooks

"""Webhooks that are Services, on both servers: where they are, and how it is told if nowhere."""

from __future__ import annotations

import base64
import secrets

import pytest
import trustme

from tests.kube.conformance.hooks import deny

SERVICES = "/api/v1/namespaces/default/services"


@pytest.fixture
def service(api):
    """`service(spec)` is the name of a new Service in the namespace default."""
    made = []

    def create(**spec):
        name = f"hook-{secrets.token_hex(4)}"
        api.post(SERVICES, {"metadata": {"name": name}, "spec": spec}).ok()
        made.append(f"{SERVICES}/{name}")
        return name

    yield create
    for path in made:
        api.delete(path).ok()


def client(hooks, name, path="/hook", **rest):
    reference = {"namespace": "default", "name": name, "path": path, **rest}
    return {"service": reference, "caBundle": hooks.ca}


def failure(name, where, why):
    return (
        500,
        "InternalError",
        f'Internal error occurred: failed calling webhook "w.example.com": failed to call webhook: '
        f'Post "https://{name}.default.svc:{where}?timeout=30s": {why}',
    )


def test_a_webhook_is_asked_by_the_external_name_of_its_service(hooks, register, service, denied):
    """It is known by the Service's name: in TLS, and in the header Host."""
    name = service(type="ExternalName", externalName="localhost")
    hooks.answers["/hook"] = deny("by service")
    hooks.hosts.clear()
    config = client(hooks, name, port=hooks.port)
    register("Validating", {"w": {"clientConfig": config}})
    assert denied().refusal()[2].endswith("denied the request: by service")
    assert hooks.hosts[-1] == f"{name}.default.svc:{hooks.port}"


def test_a_service_that_is_missing_fails_the_request(hooks, register, denied):
    register("Validating", {"w": {"clientConfig": client(hooks, "nowhere")}})
    assert denied().refusal() == failure("nowhere", "443/hook", 'service "nowhere" not found')


def test_a_port_that_the_service_has_not_fails_the_request(hooks, register, service, denied):
    name = service(ports=[{"port": 443}])
    register("Validating", {"w": {"clientConfig": client(hooks, name, port=8443)}})
    why = f'no service port 8443 found for service "{name}"'
    assert denied().refusal() == failure(name, "8443/hook", why)


def test_a_headless_service_leads_nowhere(hooks, register, service, denied):
    name = service(clusterIP="None", ports=[{"port": 443}])
    register("Validating", {"w": {"clientConfig": client(hooks, name)}})
    why = 'cannot route to service with ClusterIP "None"'
    assert denied().refusal() == failure(name, "443/hook", why)


def test_a_certificate_for_another_name_fails_the_request(hooks, register, service, denied):
    name = service(type="ExternalName", externalName="localhost")
    other = base64.b64encode(trustme.CA().cert_pem.bytes()).decode()
    config = {**client(hooks, name, port=hooks.port), "caBundle": other}
    register("Validating", {"w": {"clientConfig": config}})
    code, reason, message = denied().refusal()
    assert (code, reason) == (500, "InternalError")
    assert "certificate" in message


def test_a_service_that_does_not_answer_is_ignored_where_failures_are(
    api, hooks, register, service, denied
):
    name = service(ports=[{"port": 443}])
    register(
        "Validating",
        {
            "w": {
                "clientConfig": client(hooks, name),
                "failurePolicy": "Ignore",
                "timeoutSeconds": 1,
            },
            "last": {"answer": deny("after")},
        },
    )
    assert denied().refusal()[2].endswith("denied the request: after")


def test_a_service_without_a_path_is_asked_at_the_root(hooks, register, service, denied):
    name = service(type="ExternalName", externalName="localhost")
    hooks.answers["/"] = deny("at the root")
    reference = {"namespace": "default", "name": name, "port": hooks.port}
    register("Mutating", {"w": {"clientConfig": {"service": reference, "caBundle": hooks.ca}}})
    assert denied().refusal()[2].endswith("denied the request: at the root")

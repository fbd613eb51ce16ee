"""Webhooks and their configurations, which end with the test that made them."""

from __future__ import annotations

import secrets

import pytest

from tests.kube.conformance.hooks import (
    CONFIGURATIONS,
    GROUP,
    Hooks,
    allow,
    configmap,
    eventually,
    rule,
)


@pytest.fixture(scope="module")
def hooks():
    hooks = Hooks()
    yield hooks
    hooks.close()


@pytest.fixture
def here(api, namespace):
    """A label that only the objects and the namespace of this test have."""
    mark = {"hooked": secrets.token_hex(4)}
    api.patch("merge", f"/api/v1/namespaces/{namespace.name}", {"metadata": {"labels": mark}}).ok()
    return mark


@pytest.fixture
def register(api, hooks, here):
    """`register("Validating", {name: rest of the webhook})`; gone at the end of the test."""
    made = []
    hooks.asked.clear()

    def webhook(name, rest):
        path = f"/{secrets.token_hex(4)}"
        hooks.answers[path] = rest.pop("answer", allow)
        path = rest.pop("path", path)
        rules = rest.pop("rules", None) or [rule()]
        made_of = {
            "name": f"{name}.example.com",
            "clientConfig": {"url": hooks.url + path, "caBundle": hooks.ca},
            "rules": rules,
            "sideEffects": "None",
            "admissionReviewVersions": ["v1"],
            "namespaceSelector": {"matchLabels": here},
            "timeoutSeconds": 30,
        }
        return {**made_of, **rest}, path

    def configure(kind, webhooks, name=None):
        name = name or f"test-{secrets.token_hex(4)}"
        plural = f"{kind.lower()}webhookconfigurations"
        parts = [webhook(each, dict(rest)) for each, rest in webhooks.items()]
        body = {
            "apiVersion": f"{GROUP}/v1",
            "kind": f"{kind}WebhookConfiguration",
            "metadata": {"name": name},
            "webhooks": [tree for tree, _ in parts],
        }
        api.post(f"{CONFIGURATIONS}/{plural}", body).ok()
        made.append(f"{CONFIGURATIONS}/{plural}/{name}")
        return [path for _, path in parts]

    yield configure
    for path in made:
        api.delete(path).ok()


@pytest.fixture
def denied(api, configmaps):
    """`denied()` tries to create until that is refused, and is the refusal."""

    def ask():
        return api.post(configmaps, configmap(f"try-{secrets.token_hex(4)}"))

    return lambda: eventually(ask, lambda answer: answer.status >= 300)

"""The program as its service account: config/rbac grants what it needs, and nothing else."""

from __future__ import annotations

import asyncio
import importlib
import ssl
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml

from kube.api.authentication.v1 import TokenReview, TokenReviewSpec, TokenReviewStatus, UserInfo
from kube.client import Client
from kube.client.transport import Request, Response
from kube.envtest import Action, Environment, Server
from kube.envtest.apiserver.requests import attributes
from kube.envtest.apiserver.requests.routing import Query
from kube.runtime import from_yaml
from kube.runtime.unstructured import Unstructured
from tests.codegen.scaffold import projects
from tests.codegen.scaffold.kustomization import build, create, samples

ACCOUNT = f"system:serviceaccount:{projects.NAMESPACE}:{projects.NAME}-controller-manager"
SCRAPER = "prometheus"
Need = tuple[str, str, str]
"""Verb, group, resource with subresource."""

BINDING = f"""
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {{name: scraper}}
roleRef:
  {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: {projects.NAME}-metrics-reader}}
subjects: [{{apiGroup: rbac.authorization.k8s.io, kind: User, name: {SCRAPER}}}]
"""


class Noting(Server):
    """A server that notes what the service account asks for, and what of it is refused."""

    def __init__(self) -> None:
        super().__init__(authorization=True)
        self.asked: set[Need] = set()
        self.refused: set[Need] = set()
        self.news = threading.Condition()
        self.reactors.append(review)

    def handle(self, request: Request) -> Any:
        answer = super().handle(request)
        asked = attributes.of(request, Query(request.query))
        if asked.user.name == ACCOUNT and not asked.path:
            need = (asked.verb, asked.group, asked.whole_resource)
            with self.news:
                self.asked.add(need)
                if isinstance(answer, Response) and answer.status == 403:
                    self.refused.add(need)
                self.news.notify_all()
        return answer

    def wait_for(self, needs: set[Need]) -> None:
        """Until all of these were asked for; for a minute at most."""
        with self.news:
            self.news.wait_for(lambda: needs <= self.asked, timeout=60)


def review(action: Action) -> TokenReview | None:
    """Every token is the scraper's."""
    if action.resource != "tokenreviews":
        return None
    user = UserInfo(username=SCRAPER, groups=["system:authenticated"])
    spec = TokenReviewSpec(token="a")
    return TokenReview(spec=spec, status=TokenReviewStatus(authenticated=True, user=user))


def granted(objects: list[Any]) -> set[Need]:
    """What the roles that are bound to the service account grant.

    But for `get` beside `list` and `watch`: what a controller gets of these is in its cache.
    """
    bound = {
        (each["roleRef"]["kind"], each["roleRef"]["name"]) for each in objects if "roleRef" in each
    }
    return {
        (verb, group, resource)
        for each in objects
        if (each["kind"], each["metadata"]["name"]) in bound
        for rule in each["rules"]
        for verb in rule["verbs"]
        if verb != "get" or "watch" not in rule["verbs"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
    }


@contextmanager
def program(root: Path) -> Iterator[Any]:
    """The project's `__main__`, imported from its folder."""
    sys.path.insert(0, str(root / "src"))
    try:
        yield importlib.import_module(f"{projects.PACKAGE}.__main__")
    finally:
        sys.path.pop(0)
        for name in [name for name in sys.modules if name.split(".")[0] == projects.PACKAGE]:
            del sys.modules[name]


@pytest.mark.parametrize("layout", projects.CHOSEN)
async def test_the_roles_are_enough_for_the_program_and_no_more(
    layout: str, stages: projects.Stages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through start, election, a reconcile of each sample, a scrape of the metrics, and the end."""
    root = stages.whole(layout)
    objects = build(root / "config/default")
    server = Noting()
    with Environment(server=server) as environment, Client.for_config(environment.config) as admin:
        create(admin, objects)
        create(admin, samples(root / "config"))
        admin.create(from_yaml(BINDING, Unstructured))
        kubeconfig = yaml.safe_load(environment.kubeconfig.read_text())
        kubeconfig["users"][0]["user"]["as"] = ACCOUNT
        (tmp_path / "kubeconfig").write_text(yaml.safe_dump(kubeconfig))
        monkeypatch.setenv("KUBECONFIG", str(tmp_path / "kubeconfig"))
        monkeypatch.setenv("WATCH_NAMESPACE", projects.NAMESPACE)
        with program(root) as main:
            options = main.parse(
                [
                    *("--metrics-bind-address=127.0.0.1:0", "--leader-elect"),
                    *("--health-probe-bind-address=127.0.0.1:0",),
                    f"--leader-election-namespace={projects.NAMESPACE}",
                ]
            )
            manager = main.make_manager(options)
            main.add_controllers(manager)
            running = asyncio.create_task(manager.run(handle_signals=False))
            try:
                await asyncio.wait_for(manager.elected.wait(), 60)
                assert await scrape(manager.metrics_address) == 200
                needed = granted(objects)
                await asyncio.to_thread(server.wait_for, needed)
            finally:
                manager.stop()
                await running
    assert server.refused == set()
    assert needed - server.asked == set()


async def scrape(address: str) -> int:
    """The status of the answer to a request for the metrics."""
    trust = ssl.create_default_context()
    trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    async with (
        aiohttp.ClientSession(headers={"Authorization": "Bearer a"}) as session,
        session.get(f"https://{address}/metrics", ssl=trust) as answer,
    ):
        return answer.status

"""`kube.clientset`, `kube.listers` and `kube.informers`: what they have, and what they import."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import Any

import pytest

from codegen.naming import snake_case
from kube.api.core.v1 import ConfigMap, Pod
from kube.api.meta.v1 import ObjectMeta
from kube.client import AsyncRESTClient, Config, RESTClient
from kube.clientset import AsyncClientset, Clientset
from kube.clientset.fake import FakeAsyncClientset, FakeClientset
from kube.informers import SharedInformerFactory
from kube.runtime import Resource, resource_of

ROOT = Path(__file__).parents[3]
CLIENT_GO = json.loads((Path(__file__).parent / "client_go.json").read_bytes())
"""By group and version the kinds of client-go 0.36: their getter, whether it takes a namespace, and
the methods of their interface, without those written by hand (expansions)."""

MORE_THAN_CLIENT_GO = {
    ("core/v1", "Namespace"): {"Finalize"},  # an expansion there
    ("core/v1", "Pod"): {"Bind", "Evict"},
    ("core/v1", "ReplicationController"): {"ApplyScale"},
    ("core/v1", "Service"): {"DeleteCollection"},  # servers have it since 1.23
}
LESS_THAN_CLIENT_GO = {
    ("core/v1", "ComponentStatus"): set(CLIENT_GO["core/v1"]["ComponentStatus"][2])
    - {"Get", "List"},  # servers have no more
}
OTHER_NAMES = {
    # client-go's Evictions has one method of a hand-written expansion: pods' evict here.
    ("policy/v1", "Eviction"): None,
}
SERVER = Config(server="http://127.0.0.1:1")


def kinds() -> Iterator[tuple[str, str]]:
    for version in CLIENT_GO:
        for kind in CLIENT_GO[version]:
            if (version, kind) not in OTHER_NAMES:
                yield version, kind


def client_of(clients: Any, version: str, kind: str) -> Any:
    getter, namespaced, _ = CLIENT_GO[version][kind]
    group = getattr(clients, version.replace("/", "_"))
    method = getattr(group, snake_case(getter))
    assert ("namespace" in signature(method).parameters) == namespaced
    return method()


@pytest.mark.parametrize(("version", "kind"), list(kinds()), ids=str)
def test_each_kind_has_the_methods_of_client_go(version: str, kind: str) -> None:
    methods = set(CLIENT_GO[version][kind][2]) - LESS_THAN_CLIENT_GO.get((version, kind), set())
    methods |= MORE_THAN_CLIENT_GO.get((version, kind), set())
    for clients in (
        Clientset(RESTClient.for_config(SERVER)),
        AsyncClientset(AsyncRESTClient.for_config(SERVER)),
    ):
        client = client_of(clients, version, kind)
        public = {name for name in dir(client) if not name.startswith("_")}
        # A list is read page by page and object by object too.
        own = {snake_case(method) for method in methods}
        assert public - {"iterate", "namespace", "pages", "resource"} == own


def test_no_kind_has_a_client_that_client_go_has_not() -> None:
    ours = set()
    for file in (ROOT / "kube/clientset/typed").glob("*/v*/*.py"):
        if file.stem.startswith(("async_", "__init__")) or file.stem.endswith("_client"):
            continue
        version = f"{file.parent.parent.name}/{file.parent.name}"
        module = import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
        (name,) = (n for n in vars(module) if n.endswith("Client"))
        ours.add((version, name.removesuffix("Client")))
    assert ours <= set(kinds())
    assert set(kinds()) <= ours


def test_informers_and_listers_are_there_for_each_kind_that_can_be_listed_and_watched() -> None:
    factory = SharedInformerFactory(FakeAsyncClientset())
    cached = set()
    for version, kind in kinds():
        getter, _, methods = CLIENT_GO[version][kind]
        left = set(methods) - LESS_THAN_CLIENT_GO.get((version, kind), set())
        if not {"List", "Watch"} <= left:
            continue
        group, _, name = version.partition("/")
        informer = getattr(getattr(getattr(factory, group), name), snake_case(getter))
        listers = import_module(f"kube.listers.{group}.{name}")
        assert informer.lister_type is getattr(listers, f"{kind}Lister")
        assert informer.resource is resource_of(informer.resource.type)
        assert factory.for_resource(informer.resource.gvr).informer is informer.informer
        cached.add(informer.resource)
    assert cached == set(factory.resources)


def test_a_fake_serves_every_kind_of_the_clientset() -> None:
    clients = FakeClientset()
    for version, kind in kinds():
        client = client_of(clients, version, kind)
        if hasattr(client, "list"):
            assert isinstance(client.list(), client.resource.list_type)


async def test_both_fakes_of_one_server_see_one_cluster() -> None:
    settings = ConfigMap(metadata=ObjectMeta(name="settings", namespace="default"))
    fake = FakeClientset(settings)
    fakes = FakeAsyncClientset(server=fake.server)
    assert (await fakes.core_v1.config_maps("default").get("settings")).data is None
    async with SharedInformerFactory(fakes) as factory:
        lister = factory.core.v1.config_maps.lister
        await factory.wait_for_cache_sync()
        assert [each.metadata.name for each in lister.list()] == ["settings"]


def test_a_kind_leads_to_its_resource_without_a_clientset() -> None:
    resource: Resource = resource_of(Pod)
    assert (resource.api_version, resource.plural, resource.namespaced) == ("v1", "pods", True)


# --- imports --------------------------------------------------------------------------------------


def loaded(program: str) -> list[str]:
    """The modules of kube that a program of its own has loaded at its end."""
    show = "\nimport sys; print(*sorted(m for m in sys.modules if m.startswith('kube.')))"
    done = subprocess.run(
        [sys.executable, "-c", program + show], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def below(modules: list[str], *packages: str) -> list[str]:
    return [m for m in modules if any(m == p or m.startswith(f"{p}.") for p in packages)]


MAKE = (
    "from kube.client import Config\n"
    "from kube.clientset import Clientset\n"
    "clients = Clientset.for_config(Config(server='http://127.0.0.1:1'))\n"
)


def test_importing_the_clientset_imports_no_types_no_groups_and_no_transport() -> None:
    modules = loaded("from kube.clientset import AsyncClientset, Clientset")
    assert below(modules, "kube.api", "kube.clientset.typed") == []
    assert below(modules, "kube.client._sync.rest", "kube.client._async.rest") == []
    assert below(modules, "kube.client.http", "kube.envtest", "kube.cache") == []


def test_a_group_imports_none_of_its_types() -> None:
    modules = loaded(f"{MAKE}clients.core_v1; clients.apps_v1")
    assert below(modules, "kube.api.core", "kube.api.apps") == []
    assert below(modules, "kube.clientset.typed.core.v1") == [
        "kube.clientset.typed.core.v1",
        "kube.clientset.typed.core.v1.core_client",
    ]


def test_a_kind_imports_the_types_of_its_version_and_no_other_kind() -> None:
    modules = loaded(f"{MAKE}clients.core_v1.config_maps('default')")
    assert "kube.clientset.typed.core.v1.config_map" in modules
    assert "kube.clientset.typed.core.v1.pod" not in modules
    assert "kube.api.core.v1.types" in modules
    assert below(modules, "kube.api.apps", "kube.api.batch", "kube.applyconfiguration") == []


def test_listers_and_informers_import_one_kind_at_a_time() -> None:
    assert below(loaded("import kube.listers.core.v1"), "kube.api.core") == []
    modules = loaded("from kube.listers.core.v1 import PodLister")
    assert below(modules, "kube.listers.core.v1") == [
        "kube.listers.core.v1",
        "kube.listers.core.v1.pod",
    ]
    modules = loaded("from kube.informers import SharedInformerFactory")
    assert below(modules, "kube.api.core", "kube.informers.core", "kube.listers") == []


def test_a_fake_imports_the_types_that_a_test_uses() -> None:
    program = (
        "from kube.clientset.fake import FakeClientset\n"
        "assert FakeClientset().core_v1.config_maps('default').list().items == []\n"
    )
    modules = loaded(program)
    assert "kube.api.core.v1.types" in modules
    others = (
        "kube.api.batch",
        "kube.api.networking",
        "kube.api.storage",
        "kube.applyconfiguration",
    )
    assert below(modules, *others) == []


def test_the_scheme_imports_a_version_when_one_of_its_kinds_is_looked_up() -> None:
    program = (
        "from kube.clientset.scheme import scheme\n"
        "from kube.runtime import GroupVersionKind\n"
        "scheme.type_for(GroupVersionKind('batch', 'v1', 'Job'))\n"
    )
    modules = loaded(program)
    assert "kube.api.batch.v1.types" in modules
    assert below(modules, "kube.api.apps", "kube.clientset.typed") == []


@pytest.mark.parametrize("module", ["kube.controller", "kube.envtest", "kube.cache", "kube.client"])
def test_lower_floors_import_no_clientset(module: str) -> None:
    modules = loaded(f"import {module}")
    assert below(modules, "kube.clientset", "kube.listers", "kube.informers") == []

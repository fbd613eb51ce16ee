"""What `import kube.client` gives, and what it costs."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

import kube.client
from apis.clusterprovisioner.v1alpha1.types import Cluster, ClusterSpec
from generated.clientset.versioned import AsyncClientset
from generated.clientset.versioned.fake import FakeAsyncClientset, FakeClientset
from kube.api.meta.v1 import ObjectMeta
from kube.client import AsyncClient, Client, RESTClient
from tests.kube.client.scripted import ScriptedTransport, answer


def test_every_public_name_is_there_in_both_forms() -> None:
    for name in kube.client.__all__:
        assert getattr(kube.client, name) is not None
    asynchronous = {n for n in kube.client.__all__ if n.lower().startswith("async")}
    for name in asynchronous:
        twin = name.removeprefix("Async").removeprefix("async_")
        assert twin in kube.client.__all__


def test_type_checkers_see_the_names_that_load_lazily() -> None:
    done = subprocess.run(
        [sys.executable, "hack/public_names.py", "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Nonsense'"):
        _ = kube.client.Nonsense


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        (
            "from kube.client import AsyncRESTClient, RESTClient, Config, Creates, AsyncWatches",
            {"httptools", "asyncio", "ssl"},
        ),
        (
            "from kube.client import RESTClient, Config\n"
            "RESTClient.for_config(Config(server='http://127.0.0.1:1'))",
            {"aiohttp", "urllib3", "asyncio"},
        ),
        (
            "from kube.client import AsyncRESTClient, Config\n"
            "AsyncRESTClient.for_config(Config(server='http://127.0.0.1:1'))",
            {"aiohttp", "urllib3", "kube.client.http.transport"},
        ),
    ],
)
def test_only_the_transport_in_use_is_imported(code: str, absent: set[str]) -> None:
    code += "\nimport sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not absent & set(done.stdout.split())


def test_a_client_of_the_other_kind_is_refused() -> None:
    rest: Any = RESTClient(ScriptedTransport(answer(200)))
    with pytest.raises(TypeError, match="AsyncClientset needs an AsyncRESTClient, not RESTClient"):
        AsyncClientset(rest)


async def test_a_client_by_class_works_over_the_connection_of_a_clientset_and_of_a_fake() -> None:
    one = Cluster(metadata=ObjectMeta(name="one"), spec=ClusterSpec(config_path="x"))
    assert Client(FakeClientset(one).rest).get(Cluster, "one").kind == "Cluster"
    clients = FakeAsyncClientset(one)
    await AsyncClient(clients.rest).delete(Cluster, "one")
    assert (await clients.clusterprovisioner_v1alpha1.clusters().list()).items == []

"""The server as a whole: reactors and actions, discovery, OpenAPI, HTTP, the environment."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import urllib.error
import urllib.request
import weakref
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml

from apis.clusterprovisioner.v1alpha1 import Cluster
from kube.api.coordination.v1 import Lease, LeaseList
from kube.api.core.v1 import Pod
from kube.api.meta.v1 import ObjectMeta
from kube.client import Client as TypedClient
from kube.client.transport import Request, Response, TransportError
from kube.envtest import (
    Action,
    AsyncMemoryTransport,
    Delay,
    Environment,
    MemoryTransport,
    Server,
    ServerResource,
    StatusError,
)
from kube.envtest.__main__ import main
from kube.runtime.errors import (
    APIError,
    ConflictError,
    InternalError,
    NotFoundError,
    ResourceVersionTooLargeError,
    TooManyRequestsError,
    from_response,
)
from tests.kube.envtest.api import CRDS, NAMESPACES, WIDGETS, Client, definition, names, widget

AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"


def test_actions_record_what_was_asked(server: Server, client: Client) -> None:
    client.create(WIDGETS, widget("a"))
    client.patch(f"{WIDGETS}/a/status", {"status": {}})
    client.get(WIDGETS)
    seen = [(a.verb, a.resource, a.subresource, a.namespace, a.name) for a in server.actions]
    assert seen == [
        ("create", "widgets", "", "default", ""),
        ("patch", "widgets", "status", "default", "a"),
        ("list", "widgets", "", "default", ""),
    ]
    assert json.loads(server.actions[0].body or b"")["spec"] == {"mode": "a"}


def test_a_reactor_can_fail_a_request_as_the_server_would(server: Server, client: Client) -> None:
    def quota(action: Action) -> None:
        if action.verb == "create":
            raise StatusError(403, "Forbidden", "exceeded quota")

    server.reactors.append(quota)
    refused = client.create(WIDGETS, widget())
    assert (refused.status, refused.message) == (403, "exceeded quota")
    assert client.get(WIDGETS).status == 200


def test_a_reactor_can_answer_itself_and_break_the_connection(server: Server) -> None:
    def react(action: Action) -> Response | None:
        if action.verb == "list":
            return Response(500, {}, b"oops")
        raise TransportError("connection reset")

    server.reactors.append(react)
    assert MemoryTransport(server).send(Request("GET", WIDGETS)).body == b"oops"
    with pytest.raises(TransportError, match="connection reset"):
        MemoryTransport(server).send(Request("GET", f"{WIDGETS}/a"))


@pytest.mark.parametrize(
    ("error", "code", "reason"),
    [
        (ConflictError("somebody was faster"), 409, "Conflict"),
        (NotFoundError("somebody was faster"), 404, "NotFound"),
        (APIError("somebody was faster"), 500, ""),
    ],
)
def test_a_reactor_can_raise_a_typed_error_with_a_message_alone(
    server: Server, client: Client, error: APIError, code: int, reason: str
) -> None:
    def fail(action: Action) -> None:
        raise error

    server.reactors.append(fail)
    refused = client.get(WIDGETS)
    assert (refused.status, refused.message) == (code, "somebody was faster")
    assert refused.body.get("reason", "") == reason
    assert type(from_response(refused.status, refused.headers, refused.text)) in (
        type(error),
        InternalError,
    )


def test_a_typed_error_of_a_reactor_tells_when_to_come_back(server: Server, client: Client) -> None:
    def busy(action: Action) -> None:
        raise TooManyRequestsError("too many requests", retry_after=1.5)

    server.reactors.append(busy)
    assert client.get(WIDGETS).headers["retry-after"] == "2"


def test_a_reactor_can_answer_with_an_object(server: Server, client: Client) -> None:
    def answer(action: Action) -> Lease | LeaseList | None:
        named = Lease(metadata=ObjectMeta(name="made up"))
        if action.resource != "leases":
            return None
        return LeaseList(items=[named]) if action.verb == "list" else named

    server.reactors.append(answer)
    path = "/apis/coordination.k8s.io/v1/namespaces/default/leases"
    found = client.get(f"{path}/a").body
    assert (found["apiVersion"], found["kind"]) == ("coordination.k8s.io/v1", "Lease")
    assert found["metadata"]["name"] == "made up"
    assert client.create(path, {"metadata": {"name": "a"}}).status == 201
    listed = client.get(path).body
    assert (listed["kind"], len(listed["items"])) == ("LeaseList", 1)


def test_a_reactor_can_answer_with_a_tree_of_the_kind_asked_for(
    server: Server, client: Client
) -> None:
    server.reactors.append(lambda action: {"metadata": {"name": "made up"}})
    found = client.get(f"{WIDGETS}/a").body
    assert (found["apiVersion"], found["kind"]) == ("example.com/v1", "Widget")


@pytest.mark.parametrize("answer", [3, "text", [{}]])
def test_a_reactor_that_returns_something_else_is_told_what_it_may_return(
    server: Server, client: Client, answer: Any
) -> None:
    server.reactors.append(lambda action: answer)
    with pytest.raises(TypeError, match="return a Response, an object"):
        client.get(WIDGETS)


@pytest.mark.parametrize("error", [ConnectionResetError("reset by peer"), TimeoutError()])
async def test_a_broken_connection_in_a_reactor_is_the_transports_error(
    server: Server, error: OSError
) -> None:
    def fail(action: Action) -> None:
        raise error

    server.reactors.append(fail)
    request = Request("GET", WIDGETS)
    with pytest.raises(TransportError, match=str(error) or "TimeoutError"):
        MemoryTransport(server).send(request)
    with pytest.raises(TransportError):
        await AsyncMemoryTransport(server).send(request)


def test_a_refused_connection_in_a_reactor_surely_sent_nothing(server: Server) -> None:
    def fail(action: Action) -> None:
        raise ConnectionRefusedError("connection refused")

    server.reactors.append(fail)
    with pytest.raises(TransportError) as raised:
        MemoryTransport(server).send(Request("GET", WIDGETS))
    assert not raised.value.sent


def test_a_typed_error_that_its_cause_alone_tells_apart_arrives_as_itself(server: Server) -> None:
    def fail(action: Action) -> None:
        raise ResourceVersionTooLargeError("too far ahead")

    server.reactors.append(fail)
    answer = MemoryTransport(server).send(Request("GET", WIDGETS))
    error = from_response(answer.status, answer.headers, answer.body)
    assert (type(error), error.message) == (ResourceVersionTooLargeError, "too far ahead")


def test_a_broken_connection_in_a_reactor_is_one_over_http_too(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(action: Action) -> None:
        raise ConnectionResetError("reset by peer")

    server.reactors.append(fail)
    with Environment(server=server) as environment, pytest.raises(OSError, match=r"closed|reset"):
        urllib.request.urlopen(environment.url + WIDGETS)
    assert not caplog.records, "what a test asked for is not an error of the server"


@pytest.mark.parametrize("form", [str, Path, lambda path: [path], lambda path: (str(path),)])
def test_the_environment_takes_one_path_of_manifests_or_several(tmp_path: Path, form: Any) -> None:
    (tmp_path / "widgets.yaml").write_text(yaml.safe_dump(definition()))
    with Environment(server="embedded", crds=form(tmp_path)) as environment:
        assert Client(environment.server).get(WIDGETS).status == 200


def test_a_reactor_can_answer_for_a_method_that_a_clientset_adds(server: Server) -> None:
    request = Request("POST", f"{WIDGETS}/a/scale", body=b"{}")
    assert MemoryTransport(server).send(request).status == 405
    server.reactors.append(lambda action: Response(201, {}, b"{}"))
    assert MemoryTransport(server).send(request).status == 201


async def test_a_delayed_request_is_carried_out_after_the_delay(server: Server) -> None:
    server.reactors.append(lambda action: Delay(0.0) if action.verb == "create" else None)
    body = json.dumps(widget("a")).encode()
    transport = AsyncMemoryTransport(server)
    assert (await transport.send(Request("POST", WIDGETS, body=body))).status == 201
    slow = Delay(5.0)
    server.reactors[:] = [lambda action: slow]
    with pytest.raises(TransportError):
        await transport.send(Request("GET", WIDGETS, timeout=1.0))


def test_a_registered_kind_is_stored_as_it_is(server: Server, client: Client) -> None:
    server.register(
        ServerResource(
            group="apps.example.io",
            version="v1",
            kind="Fleet",
            plural="fleets",
            namespaced=True,
            subresources=frozenset({"status", "scale"}),
        )
    )
    path = "/apis/apps.example.io/v1/namespaces/default/fleets"
    body = {
        "metadata": {"name": "d"},
        "spec": {"replicas": 1, "template": {"spec": {"containers": [{"name": "a", "tty": True}]}}},
    }
    client.create(path, body)
    containers = client.get(f"{path}/d").body["spec"]["template"]["spec"]["containers"]
    assert containers == [{"name": "a", "tty": True}]
    client.patch(f"{path}/d/scale", {"spec": {"replicas": 4}})
    assert client.get(f"{path}/d").body["spec"]["replicas"] == 4


def test_both_forms_of_discovery_name_the_same_resources(client: Client) -> None:
    found = client.send("GET", "/apis", accept=f"{AGGREGATED},application/json").body
    items = {item["metadata"]["name"]: item for item in found["items"]}
    (resource,) = items["example.com"]["versions"][0]["resources"]
    assert (resource["resource"], resource["scope"], resource["shortNames"]) == (
        "widgets",
        "Namespaced",
        ["wi"],
    )
    assert [sub["subresource"] for sub in resource["subresources"]] == ["scale", "status"]
    listed = client.get("/apis/example.com/v1").body["resources"]
    assert [entry["name"] for entry in listed] == ["widgets", "widgets/scale", "widgets/status"]
    assert client.get("/apis").body["kind"] == "APIGroupList"
    assert client.get("/version").body["major"] == "1"
    assert client.get("/readyz").text == b"ok"


def test_openapi_has_a_document_for_each_version(client: Client) -> None:
    index = client.get("/openapi/v3").body["paths"]
    assert {"api/v1", "apis/example.com/v1"} <= set(index)
    document = client.get("/openapi/v3/apis/example.com/v1").body
    schema = document["components"]["schemas"]["com.example.v1.Widget"]
    kind = {"group": "example.com", "version": "v1", "kind": "Widget"}
    assert schema["x-kubernetes-group-version-kind"] == [kind]
    assert schema["properties"]["spec"]["properties"]["size"]["default"] == 3
    assert client.get("/openapi/v3/apis/nobody/v1").status == 404


async def test_a_watch_over_http_arrives_as_it_happens(server: Server) -> None:
    from kube.envtest.http import serving

    with serving(server) as url:
        async with (
            aiohttp.ClientSession(url) as session,
            session.get(WIDGETS, params={"watch": "1"}) as response,
        ):
            chunked = response.headers["Transfer-Encoding"]
            assert (response.status, chunked) == (200, "chunked")
            async with session.post(WIDGETS, json=widget("a")) as created:
                assert created.status == 201
            event = json.loads(await response.content.readline())
            assert (event["type"], event["object"]["metadata"]["name"]) == ("ADDED", "a")
            server.drop_watches()
            assert await response.content.readline() == b""


async def test_a_client_that_goes_away_ends_its_watch(server: Server) -> None:
    from kube.envtest.http import serving

    watchers = server.store.collection(("example.com", "widgets")).watchers
    with serving(server) as url:
        async with (
            aiohttp.ClientSession(url) as session,
            session.get(WIDGETS, params={"watch": "1"}),
        ):
            assert len(watchers) == 1
    assert not watchers


def test_a_started_environment_runs_until_it_is_stopped_also_when_nobody_keeps_it() -> None:
    kept = weakref.ref(Environment(server="embedded").start())
    gc.collect()
    environment = kept()
    assert environment is not None
    with urllib.request.urlopen(environment.url + "/healthz") as response:
        assert response.read() == b"ok"
    environment.stop()
    del environment
    gc.collect()
    assert kept() is None


def test_the_environment_serves_and_writes_a_kubeconfig(tmp_path: Path) -> None:
    (tmp_path / "crds").mkdir()
    (tmp_path / "crds" / "widgets.yaml").write_text(yaml.safe_dump(definition()))
    with Environment(server="embedded", crds=[tmp_path / "crds"]) as environment:
        config = yaml.safe_load(environment.kubeconfig.read_text())
        assert config["clusters"][0]["cluster"]["server"] == environment.url
        with urllib.request.urlopen(environment.url + WIDGETS) as response:
            assert json.load(response)["kind"] == "WidgetList"
        kept = environment.kubeconfig
    assert not kept.exists()
    with pytest.raises(RuntimeError, match="not started"):
        _ = environment.url


async def test_the_environment_can_be_entered_asynchronously(tmp_path: Path) -> None:
    kubeconfig = tmp_path / "config"
    async with Environment(server="embedded", kubeconfig=kubeconfig) as environment:
        assert environment.url in kubeconfig.read_text()


async def test_the_environment_can_be_entered_plainly_within_an_event_loop() -> None:
    with Environment(server="embedded") as environment:
        url = environment.url
    with pytest.raises(RuntimeError):
        _ = environment.url
    assert url.startswith("http://127.0.0.1:")


def test_a_broken_manifest_is_told_with_its_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("a: [")
    assert main(["--crds", str(broken)]) == 1
    assert f"{broken}: not YAML" in capsys.readouterr().err


def test_a_body_beyond_the_limit_is_refused(server: Server) -> None:
    with Environment(server=server) as environment:
        request = urllib.request.Request(
            environment.url + WIDGETS, data=b"x" * (3 * 1024 * 1024 + 1), method="POST"
        )
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request)
        assert caught.value.code == 413


def test_dropped_watches_end_and_new_ones_go_on(server: Server, client: Client) -> None:
    watch = client.watch(WIDGETS)
    other = client.watch(CRDS)
    server.drop_watches("widgets")
    assert watch.ended
    assert not other.ended
    client.create(WIDGETS, widget("a"))
    assert names(client.watch(WIDGETS)) == [("ADDED", "a")]


def test_watches_are_dropped_by_group_and_plural() -> None:
    other = definition()
    other["metadata"]["name"] = "widgets.other.io"
    other["spec"]["group"] = "other.io"
    server = Server()
    server.load([definition(), other])
    client = Client(server)
    first, second = client.watch(WIDGETS), client.watch("/apis/other.io/v1/widgets")
    server.drop_watches("widgets", group="other.io")
    assert (first.ended, second.ended) == (False, True)


def test_a_definition_that_goes_ends_the_watches_of_its_own_group() -> None:
    other = definition()
    other["metadata"]["name"] = "widgets.other.io"
    other["spec"]["group"] = "other.io"
    server = Server()
    server.load([definition(), other])
    client = Client(server)
    first, second = client.watch(WIDGETS), client.watch("/apis/other.io/v1/widgets")
    client.delete(f"{CRDS}/widgets.other.io")
    assert (first.ended, second.ended) == (False, True)


def test_namespaces_of_kubectl_arrive_as_protobuf(client: Client) -> None:
    def field(number: int, content: bytes) -> bytes:
        return bytes([number << 3 | 2, len(content)]) + content

    kind = field(1, field(1, b"v1") + field(2, b"Namespace"))
    label = field(11, field(1, b"team") + field(2, b"red"))
    body = b"k8s\x00" + kind + field(2, field(1, field(1, b"made") + label))
    created: dict[str, Any] = client.send(
        "POST", "/api/v1/namespaces", body, content_type="application/vnd.kubernetes.protobuf"
    ).body
    assert created["metadata"]["name"] == "made"
    assert created["metadata"]["labels"]["team"] == "red"


def test_a_server_that_runs_for_long_remembers_only_the_last_requests(monkeypatch):
    monkeypatch.setattr("kube.envtest.apiserver.server.MOST_ACTIONS", 10)
    server = Server()
    for i in range(100):
        server.handle(Request("GET", f"{NAMESPACES}/n{i}"))
        assert server.actions[-1].name == f"n{i}"
    assert 10 <= len(server.actions) <= 20


def test_a_server_imports_and_reads_what_it_is_asked_for() -> None:
    """Nothing of other groups than the core one, of YAML, schemas of CRDs, webhooks or sockets."""
    program = """
import sys
from kube.envtest import Server
from kube.envtest.apiserver.schemas import documents

Server()
names = ("aiohttp", "asyncio", "jsonschema", "ssl", "yaml", "kube.api")
print(sorted(name for name in sys.modules if name.startswith(names)))
kinds = ("kinds.apps", "kinds.roles", "kinds.webhooks")
print(sorted(name for name in sys.modules if name.endswith(kinds)))
print(documents.schemas.cache_info().currsize)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["[]", "[]", "1"]


def test_a_server_on_a_socket_imports_no_http_library_and_no_client() -> None:
    program = """
import sys
from kube.envtest import Environment

with Environment(server="embedded"):
    names = {
        "aiohttp", "asyncio", "email", "http", "jsonschema", "logging", "tempfile", "yaml",
        "kube.api", "kube.client.http", "kube.runtime.codec",
        "kube.envtest.apiserver.requests.table",
    }  # fmt: skip
    print(sorted(names & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["[]"]


def test_controllers_are_a_list_of_names() -> None:
    with pytest.raises(ValueError, match=r"controllers is a list of names: \['kubelet'\]"):
        Server(controllers="kubelet")


def test_an_object_that_is_loaded_is_a_json_tree() -> None:
    pod: Any = Pod()
    with pytest.raises(TypeError, match="takes objects as JSON trees, and this is a Pod: pass"):
        Server().load([pod])


def test_a_kind_that_is_not_served_is_told_with_what_to_do() -> None:
    with (
        Environment(server="embedded") as environment,
        TypedClient.for_config(environment.config) as client,
        pytest.raises(NotFoundError, match=r"does not serve this kind: is its CRD installed\?"),
    ):
        client.list(Cluster)

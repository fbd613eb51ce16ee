"""What a built request sends: client-go's answers to the same calls, and where ours is stricter."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from kube.api.meta.v1 import DeleteOptions, ListOptions
from kube.client import PatchType, RequestBuilder, RESTClient, VersionedRESTClient
from tests.kube.client.kinds import WIDGETS, wanted, widget
from tests.kube.client.scripted import ScriptedTransport, answer

FACTS = json.loads((Path(__file__).parent / "upstream" / "facts.json").read_text())
"""Written by the program beside them, from client-go's `rest.Request`."""

SAME_FAULT = {
    r"(\w[\w ]*) already set to": r"{} is already set to",
    r"resource name may not be empty": "resource name may not be empty",
    r"invalid (\w[\w ]*) \"": r"{} '[^']*' is invalid|{} \"[^\"]*\" is invalid",
    r"(an empty namespace may not be set [\w ]+)": "{}",
}
"""How our messages say what client-go's say."""


@pytest.fixture
def rest() -> VersionedRESTClient:
    return RESTClient(ScriptedTransport(answer(200, b"{}"))).for_group_version("example.com/v1")


def built(rest: VersionedRESTClient, fact: Mapping[str, Any]) -> RequestBuilder:
    request = rest.verb(fact["verb"])
    for method, *arguments in fact["calls"] or ():
        if method == "versioned_params":
            arguments = [ListOptions(**arguments[0])]
        getattr(request, method)(*arguments)
    return request


def seconds(duration: str) -> float:
    """Of a Go duration, as the server reads it."""
    units = {"m": 60.0, "s": 1.0, "ms": 0.001}
    return sum(float(n) * units[u] for n, u in re.findall(r"([\d.]+)(ms|m|s)", duration))


def parts(url: str) -> tuple[str, list[tuple[str, object]]]:
    """Path and parameters as a server reads them; the order of different parameters is free."""
    split = urlsplit(url)
    query = parse_qsl(split.query, keep_blank_values=True)
    read = [(name, seconds(value) if name == "timeout" else value) for name, value in query]
    return unquote(split.path), sorted(read, key=lambda pair: pair[0])


@pytest.mark.parametrize("fact", [f for f in FACTS if "url" in f], ids=lambda f: f["url"])
def test_what_client_go_sends_is_sent_to_the_same_place(
    rest: VersionedRESTClient, fact: Mapping[str, Any]
) -> None:
    request = built(rest, fact)
    if fact["verb"] == "PATCH" and "an empty namespace" in str(request.error()):
        return  # the one place where a method makes us stricter
    assert request.error() is None
    assert parts(request.url()) == parts(fact["url"])


@pytest.mark.parametrize("fact", [f for f in FACTS if "error" in f], ids=lambda f: f["error"])
def test_what_client_go_refuses_is_refused_for_the_same_reason(
    rest: VersionedRESTClient, fact: Mapping[str, Any]
) -> None:
    error = str(built(rest, fact).error())
    for theirs, ours in SAME_FAULT.items():
        match = re.match(theirs, fact["error"])
        if match is not None:
            assert re.search(ours.format(*match.groups() * 2), error)
            return
    raise AssertionError(f"no fault of ours is known for {fact['error']}")


def test_all_faults_of_a_request_are_named_at_once(rest: VersionedRESTClient) -> None:
    request = rest.get().resource("a").resource("b").namespace("x/y").namespace("z").name("")
    assert str(request.error()) == (
        "invalid request: resource is already set to 'a', and cannot change to 'b'; "
        "namespace 'x/y' is invalid: it must not be `.` or `..`, or contain / or %; "
        "namespace is already set to '', and cannot change to 'z'; "
        "resource name may not be empty"
    )
    with pytest.raises(ValueError, match="resource name may not be empty"):
        request.do()


def test_a_complete_request_has_no_fault_before_and_after_it_is_sent(
    rest: VersionedRESTClient,
) -> None:
    request = rest.get().resource("widgets").namespace("a").name("b")
    assert request.error() is None
    request.do()
    request.do()
    assert request.error() is None


@pytest.mark.parametrize("segments", [("..",), ("a", "b/../c")])
def test_nothing_climbs_out_of_the_path(
    rest: VersionedRESTClient, segments: tuple[str, ...]
) -> None:
    for request in (rest.get().suffix(*segments), rest.get().abs_path(*segments)):
        assert "must not contain `..`" in str(request.error())


def test_a_resource_needs_a_group_and_version() -> None:
    rest = RESTClient(ScriptedTransport(answer(200)))
    assert "'pods' needs a group and version" in str(rest.get().resource("pods").error())
    assert rest.get().abs_path("/api/v1").resource("pods").error() is None
    assert rest.get().url() == "/"
    assert rest.for_group_version("v1").get().resource("pods").url() == "/api/v1/pods"


@pytest.mark.parametrize("wrong", ["", "a/b/c", "apps/"])
def test_a_view_is_of_a_group_and_a_version(rest: VersionedRESTClient, wrong: str) -> None:
    with pytest.raises(ValueError, match="version"):
        rest.rest.for_group_version(wrong)


def test_an_unknown_verb_is_a_fault(rest: VersionedRESTClient) -> None:
    assert "verb 'LIST' is not one of GET, POST" in str(rest.verb("LIST").error())


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf")])
def test_a_timeout_is_a_number_of_seconds(rest: VersionedRESTClient, seconds: float) -> None:
    assert f"timeout {seconds} is not a number" in str(rest.get().timeout(seconds).error())


def test_the_path_is_that_of_the_typed_verbs(rest: VersionedRESTClient) -> None:
    request = rest.get().resource("widgets").namespace("a").name("b").sub_resource("scale")
    assert request.url() == WIDGETS.path("a", "b", "scale")


def test_parameters_are_written_as_the_server_reads_them(rest: VersionedRESTClient) -> None:
    request = rest.get().param("watch", True).params({"limit": 5, "dryRun": ["All", "x"]})
    request.versioned_params(DeleteOptions(dry_run=["All"], grace_period_seconds=0))
    written = "watch=true&limit=5&dryRun=All&dryRun=x&gracePeriodSeconds=0&dryRun=All"
    assert request.url().partition("?")[2] == written


def test_a_timeout_is_told_to_the_server_once(rest: VersionedRESTClient) -> None:
    assert (
        rest.get().param("timeout", "1h").timeout(0.25).url()
        == "/apis/example.com/v1?timeout=0.25s"
    )


@pytest.mark.parametrize("value", [1.5, {"a": 1}, None, b"x", [None]])
def test_a_parameter_of_another_type_is_a_mistake(rest: VersionedRESTClient, value: Any) -> None:
    with pytest.raises(TypeError, match="the parameter x is text, a number"):
        rest.get().param("x", value)


@pytest.mark.parametrize("body", ["text", 5, None, object()])
def test_a_body_of_another_type_is_a_mistake(rest: VersionedRESTClient, body: Any) -> None:
    with pytest.raises(TypeError, match="a body is an object of the API"):
        rest.post().body(body)


def test_an_object_is_completed_and_left_alone() -> None:
    transport = ScriptedTransport(answer(201, b"{}"))
    rest = RESTClient(transport).for_group_version("example.com/v1")
    one = widget("one")
    rest.post().resource("widgets").namespace("a").body(one).do()
    (request,) = transport.requests
    assert json.loads(request.body or b"")["kind"] == "Widget"
    assert one == widget("one")
    assert request.headers["content-type"] == "application/json"


def test_a_patch_keeps_its_media_type() -> None:
    transport = ScriptedTransport(answer(200, b"{}"))
    rest = RESTClient(transport).for_group_version("example.com/v1")
    patch = rest.patch(PatchType.JSON).resource("widgets").namespace("a").name("b")
    patch.body([{"op": "remove", "path": "/spec/size"}]).do()
    assert transport.requests[0].headers["content-type"] == "application/json-patch+json"
    assert transport.requests[0].body == b'[{"op":"remove","path":"/spec/size"}]'


def test_what_is_applied_is_an_apply_configuration_or_a_document(rest: VersionedRESTClient) -> None:
    with pytest.raises(TypeError, match="apply would own every field"):
        rest.patch(PatchType.APPLY).body(widget("one"))
    assert "apiVersion" in (rest.patch(PatchType.APPLY).body(wanted("one"))._body or b"").decode()


def test_a_body_is_set_once(rest: VersionedRESTClient) -> None:
    assert "body is already set" in str(rest.post().body({}).body(b"").error())


def test_a_header_is_replaced_and_taken_back() -> None:
    transport = ScriptedTransport(answer(200, b"{}"))
    rest = RESTClient(transport)
    rest.get().set_header("Accept", "text/plain").set_header("Accept", "a/b", "c/d").do()
    rest.get().set_header("Accept", "text/plain").set_header("accept").do()
    accepted = [request.headers["accept"] for request in transport.requests]
    assert accepted == ["a/b, c/d", "application/json"]


def test_no_body_and_no_header_shows_in_a_repr(rest: VersionedRESTClient) -> None:
    request = rest.post().resource("secrets").namespace("a").body({"data": "s3cret"})
    request.set_header("authorization", "s3cret")
    assert repr(request) == "<RequestBuilder: POST /apis/example.com/v1/namespaces/a/secrets>"
    assert repr(request.do()) == "<Result: 200, 2 bytes>"


def test_requests_of_a_version_go_the_way_of_their_client_whatever_it_becomes() -> None:
    transport = ScriptedTransport(answer(200, b"{}"))
    rest = RESTClient(transport)
    view = rest.for_group_version("apps/v1")
    rest.transport = transport = ScriptedTransport(answer(200, b"{}"))
    view.get().resource("deployments").do()
    assert str(view.group_version) == "apps/v1"
    assert [request.path for request in transport.requests] == ["/apis/apps/v1/deployments"]

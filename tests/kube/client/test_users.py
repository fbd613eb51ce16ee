"""From the user of a kubeconfig to the headers of a request, in both clients."""

from __future__ import annotations

import asyncio
import base64
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kube.client import AsyncRESTClient, Config, RESTClient
from kube.runtime import yaml
from tests.kube.client.faulty import answers, faulty, sends

JSON = "content-type: application/json"


def id_token(expires: float) -> str:
    def part(tree: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(tree).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none'})}.{part({'exp': expires})}.signature"


VALID = id_token(time.time() + 3600)


def with_file(folder: Path) -> dict[str, Any]:
    (folder / "token").write_text("from-file\n")
    return {"tokenFile": "token"}


def with_plugin(version: str) -> Callable[[Path], dict[str, Any]]:
    def user(folder: Path) -> dict[str, Any]:
        api_version = f"client.authentication.k8s.io/{version}"
        credential = {"apiVersion": api_version, "kind": "ExecCredential"}
        printed = json.dumps({**credential, "status": {"token": "from-plugin"}})
        script = folder / "plugin"
        script.write_text(f"#!{sys.executable}\nprint({printed!r})\n")
        script.chmod(0o755)
        return {"exec": {"apiVersion": api_version, "command": "./plugin"}}

    return user


def with_oidc(folder: Path) -> dict[str, Any]:
    config = {"idp-issuer-url": "http://127.0.0.1:1", "client-id": "c", "id-token": VALID}
    return {"auth-provider": {"name": "oidc", "config": config}}


USERS: dict[str, tuple[Callable[[Path], dict[str, Any]], list[str]]] = {
    "a token": (lambda folder: {"token": "given"}, ["authorization: Bearer given"]),
    "a token file": (with_file, ["authorization: Bearer from-file"]),
    "a password": (
        lambda folder: {"username": "me", "password": "pass"},
        [f"authorization: Basic {base64.b64encode(b'me:pass').decode()}"],
    ),
    "an exec plugin": (with_plugin("v1"), ["authorization: Bearer from-plugin"]),
    "an old exec plugin": (with_plugin("v1beta1"), ["authorization: Bearer from-plugin"]),
    "an ID token": (with_oidc, [f"authorization: Bearer {VALID}"]),
    "somebody else": (
        lambda folder: {"token": "t", "as": "jane", "as-groups": ["a", "b"], "as-uid": "7"},
        [
            "authorization: Bearer t",
            "impersonate-user: jane",
            "impersonate-group: a",
            "impersonate-group: b",
            "impersonate-uid: 7",
        ],
    ),
}


def config_for(folder: Path, server: str, user: dict[str, Any]) -> Config:
    path = folder / "kubeconfig"
    path.write_text(
        yaml.dump(
            {
                "current-context": "c",
                "contexts": [{"name": "c", "context": {"cluster": "k", "user": "u"}}],
                "clusters": [{"name": "k", "cluster": {"server": server}}],
                "users": [{"name": "u", "user": user}],
            }
        )
    )
    return Config.load(path)


async def ask(config: Config) -> None:
    async with AsyncRESTClient.for_config(config) as rest:
        await rest.request("GET", "/x")


@pytest.mark.parametrize("name", USERS)
def test_a_user_of_a_kubeconfig_is_who_the_server_sees(name: str, tmp_path: Path) -> None:
    user, expected = USERS[name]
    with faulty(*[sends(answers(b"{}", "200 OK", JSON))] * 2) as server:
        config = config_for(tmp_path, server.url, user(tmp_path))
        with RESTClient.for_config(config) as rest:
            rest.request("GET", "/x")
        asyncio.run(ask(config))
        assert len(server.heads) == 2
        for head in server.heads:
            pairs = [line.partition(": ") for line in head.split("\r\n")]
            found = [f"{name.lower()}: {value}" for name, _, value in pairs]
            said = [line for line in found if line.startswith(("authorization", "impersonate"))]
            assert sorted(said) == sorted(expected)

"""Asking a provisioned cluster which version of Kubernetes it runs."""

from __future__ import annotations

import msgspec

from kube.client import AsyncRESTClient, Config


class Version(msgspec.Struct):
    """What a server answers under `/version`, as far as we read it."""

    git_version: str = msgspec.field(name="gitVersion")


async def server_version(kubeconfig: str) -> str:
    """The version of the cluster that a kubeconfig file leads to, `v1.36.4` say.

    Raises `ConfigError`, `APIError` and `TransportError`.
    """
    async with AsyncRESTClient.for_config(Config.load(kubeconfig)) as rest:
        response = await rest.request("GET", "/version", timeout=5)
    return msgspec.json.decode(response.body, type=Version).git_version

"""Bodies in YAML. A server imports this when one comes: PyYAML takes a while to load."""

from __future__ import annotations

from typing import Any

import msgspec
import yaml

from kube.envtest.apiserver import status
from kube.runtime.yaml import JSONTypesLoader, YAMLError, dump, load


def decode(body: bytes) -> Any:
    """Raises StatusError 400, and UnicodeDecodeError."""
    try:
        return load(body)
    except YAMLError as error:
        text = " ".join(str(error).split())
        raise status.bad_request(f"error converting YAML to JSON: yaml: {text}") from None


def from_json(text: bytes) -> bytes:
    return dump(msgspec.json.decode(text)).encode()


def duplicate_fields(body: bytes) -> list[str]:
    """Paths of keys that occur twice in one mapping."""
    paths: list[str] = []
    _collect(yaml.compose(body, Loader=JSONTypesLoader), "", paths)
    return paths


def _collect(node: yaml.Node | None, path: str, paths: list[str]) -> None:
    if isinstance(node, yaml.MappingNode):
        names: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name in names:
                paths.append(f"{path}.{name}".lstrip("."))
            names.add(name)
            _collect(value, f"{path}.{name}", paths)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _collect(item, f"{path}[{index}]", paths)

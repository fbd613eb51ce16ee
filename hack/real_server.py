"""What a kube-apiserver says: the one that KUBEBUILDER_ASSETS names, started for a script."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from kube.client import RESTClient  # noqa: E402
from kube.envtest import Environment  # noqa: E402


@contextmanager
def asked() -> Iterator[Callable[..., Any]]:
    """Start the server; yields `get(path, accept="application/json")`, which reads a document."""
    with (
        Environment(server="real") as environment,
        RESTClient.for_config(environment.config) as rest,
    ):

        def get(path: str, accept: str = "application/json") -> Any:
            return json.loads(rest.request("GET", path, headers={"accept": accept}).body)

        yield get

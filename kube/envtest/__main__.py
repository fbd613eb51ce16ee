"""`python -m kube.envtest`: an API server in memory on the command line; Ctrl-C stops it."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from kube.envtest.apiserver import StatusError
from kube.envtest.apiserver.controllers import CONTROLLERS
from kube.envtest.environment import Environment


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m kube.envtest",
        description="Run an in-memory Kubernetes API server for tests and demos. It forgets "
        "everything when it ends, and lets everybody in: never use it in production.",
    )
    parser.add_argument(
        "--port", type=_port, default=0, help="port to listen on; 0 takes a free one"
    )
    parser.add_argument(
        "--kubeconfig", type=Path, help="where to write the kubeconfig (default: a temporary file)"
    )
    parser.add_argument(
        "--crds",
        type=Path,
        action="append",
        default=[],
        metavar="PATH",
        help="file or folder of manifests to load at the start; may be repeated",
    )
    parser.add_argument(
        "--controllers",
        default="*,kubernetes-service",
        metavar="NAMES",
        help=f"controllers that run with it, separated by commas: {', '.join(CONTROLLERS)}; "
        "'*' is all of them but kubernetes-service, '' none, and then a deleted namespace stays "
        "Terminating; by default all of them run",
    )
    options = parser.parse_args(arguments)
    controllers = [name.strip() for name in options.controllers.split(",") if name.strip()]
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    try:
        environment = Environment(
            server="embedded",
            crds=options.crds,
            controllers=controllers,
            kubeconfig=options.kubeconfig,
            port=options.port,
        ).start()
    except (OSError, StatusError, ValueError, ModuleNotFoundError) as error:
        why = error.strerror if isinstance(error, OSError) else None
        print(f"error: {why or error}", file=sys.stderr)
        return 1
    try:
        print(f"The API server listens on {environment.url}. In another terminal:", flush=True)
        print(f"  export KUBECONFIG={environment.kubeconfig.resolve()}", flush=True)
        print("  kubectl api-resources", flush=True)
        print("Ctrl-C ends it.", flush=True)
        stopped.wait()
    finally:
        environment.stop()
    return 0


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: it takes 0 to 65535")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())

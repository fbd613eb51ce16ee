"""The manager, which runs every controller: `python -m podtoip --help`."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Mapping, Sequence
from typing import Any

from kube.client import Config, ConfigError
from kube.controller import LeaderElection, Manager, configure_logging

from podtoip.controllers.pod_controller import PodController

# +kubebuilder:scaffold:imports

LEASE = "3fc754fc.com"

log = logging.getLogger("podtoip")


def add_controllers(manager: Manager) -> None:
    """Have the manager run every controller."""
    manager.add(PodController(manager.rest, manager.clock))
    # +kubebuilder:scaffold:builder


def make_manager(options: Namespace) -> Manager:
    """The manager of these options, without its controllers."""
    certificate = options.metrics_cert_path
    if certificate:
        names = (options.metrics_cert_name, options.metrics_cert_key)
        certificate = [os.path.join(certificate, name) for name in names]
    # A leader that stops gives up its lease, so that the next one need not wait for its end. That
    # is safe as long as the program ends when its manager does.
    election = LeaderElection(name=LEASE, namespace=options.leader_election_namespace)
    return Manager(
        Config.load(),
        name="podtoip",
        metrics=options.metrics_bind_address,
        metrics_tls=(certificate or True) if options.metrics_secure else None,
        metrics_access=options.metrics_secure,
        probes=options.health_probe_bind_address,
        leader_election=election if options.leader_elect else None,
        fail_on_missing_informer=True,  # a read of what no controller follows is a mistake
    )


def parse(arguments: Sequence[str] | None = None) -> Namespace:
    """The options of the command line, or of environment variables of the same names."""
    parser = ArgumentParser("podtoip", description="Runs the controllers.")

    def add(flag: str, default: str | bool, help: str, *others: str, **how: Any) -> None:
        variable = flag.removeprefix("--").replace("-", "_").upper()
        if isinstance(default, bool):
            how = {"nargs": "?", "const": True, "type": is_true, "metavar": "true|false"}
        how.setdefault("metavar", flag.rpartition("-")[2].upper())
        value = os.environ.get(variable, default)
        parser.add_argument(flag, *others, default=value, help=f"{help} [${variable}]", **how)

    add("--metrics-bind-address", "0", "where to serve metrics, such as :8443; 0 serves none")
    add("--metrics-secure", True, "serve them by https, to whom the API server allows it")
    add("--metrics-cert-path", "", "folder of their certificate; without it, one is made")
    add("--metrics-cert-name", "tls.crt", "file of the certificate in it")
    add("--metrics-cert-key", "tls.key", "file of the key in it")
    add("--health-probe-bind-address", ":8081", "where to serve /healthz and /readyz")
    add("--leader-elect", False, "work only while this process is the leader")
    add("--leader-election-namespace", "", "namespace of the lease; default: the pod's own")
    levels = "debug, info, warning or error"
    add("--log-level", "info", levels, "--zap-log-level", type=log_level)
    encoders = "json, console, or auto: JSON unless on a terminal"
    add("--log-encoder", "auto", encoders, "--zap-encoder", type=log_encoder)
    return parser.parse_args(arguments)


def is_true(text: str) -> bool:
    """The value of a flag, as in --leader-elect=false."""
    value: bool = one_of(text, {"true": True, "false": False})
    return value


def log_level(text: str) -> str:
    level: str = one_of(text, {name: name for name in ("debug", "info", "warning", "error")})
    return level


def log_encoder(text: str) -> bool | None:
    """Whether to log JSON; None leaves it to the terminal."""
    as_json: bool | None = one_of(text, {"json": True, "console": False, "auto": None})
    return as_json


def one_of(text: str, values: Mapping[str, Any]) -> Any:
    if text.lower() not in values:
        raise ArgumentTypeError(f"{text!r} is none of {', '.join(values)}")
    return values[text.lower()]


async def run(options: Namespace) -> None:
    """Run the manager until SIGTERM or SIGINT."""
    try:
        manager = make_manager(options)
    except (ConfigError, ValueError) as error:  # what somebody has to set: no need of a traceback
        log.error("%s", error)
        sys.exit(1)
    add_controllers(manager)
    await manager.run()


def main() -> None:
    """Run the program; what makes it fail is in its log."""
    options = parse()
    configure_logging(options.log_level, as_json=options.log_encoder)
    try:
        asyncio.run(run(options))
    except Exception:
        log.exception("the manager failed")
        sys.exit(1)


if __name__ == "__main__":
    main()

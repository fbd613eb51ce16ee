"""`python -m examples.clusterprovisioner`: the controllers, on a real cluster."""

from __future__ import annotations

import argparse
import logging
import shlex
import sys
from pathlib import Path

from examples.clusterprovisioner.process import run_process
from examples.clusterprovisioner.program import Settings, run


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m examples.clusterprovisioner", description="Provision clusters with RKE."
    )
    parser.add_argument(
        "--kubeconfig", metavar="FILE", help="where the Clusters are kept (default: as kubectl)"
    )
    parser.add_argument(
        "--rke", metavar="COMMAND", default="rke", help="the rke command (default: %(default)s)"
    )
    parser.add_argument(
        "--crds",
        metavar="FOLDER",
        type=Path,
        default=Path("config/crd/bases"),
        help="the CRDs to apply at start (default: %(default)s)",
    )
    parser.add_argument(
        "--resync",
        metavar="SECONDS",
        type=float,
        default=30.0,
        help="how often config files are read again (default: %(default)s)",
    )
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    settings = Settings(
        rke=shlex.split(options.rke),
        crds=options.crds,
        resync=options.resync,
        health_interval=options.resync,
    )
    return run_process(run(options.kubeconfig, settings))


if __name__ == "__main__":
    sys.exit(main())

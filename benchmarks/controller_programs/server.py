"""The embedded server in a process of its own; it prints its address, and ends with its input."""

from __future__ import annotations

import sys

from benchmarks.controller_programs.api import DEFINITION
from kube.envtest import Environment, Server

if __name__ == "__main__":
    server = Server()
    server.load([DEFINITION])
    with Environment(server=server) as environment:
        print(environment.url, flush=True)
        sys.stdin.read()

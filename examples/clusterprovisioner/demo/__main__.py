"""`make demo`: the controllers at work, from nothing, for a person to watch.

With no options it brings its own API server and a stand-in for `rke`. With `--kubeconfig` it plays
the same scenes on a real cluster, still with the stand-in.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager, suppress
from pathlib import Path

from apis.clusterprovisioner.v1alpha1 import Cluster, ClusterSpec
from examples.clusterprovisioner.annotator import ANNOTATION
from examples.clusterprovisioner.clusters import is_provisioned, is_ready
from examples.clusterprovisioner.crds import install_crds, load_crds
from examples.clusterprovisioner.process import run_process
from examples.clusterprovisioner.program import Settings, control
from generated.clientset.versioned import AsyncClientset
from kube.api.meta.v1 import ObjectMeta
from kube.client import Config
from kube.runtime.errors import NotFoundError

NAME = "clusteraws"
PATIENCE = 60.0
"""Seconds after which a scene that does not come to its end is given up."""

log = logging.getLogger("demo")


class Stage:
    """The audience's side: what it does to the cluster, and what it waits to see."""

    def __init__(self, clients: AsyncClientset, folder: Path) -> None:
        self._clusters = clients.clusterprovisioner_v1alpha1.clusters()
        self._kubeconfigs = clients.clusterprovisioner_v1alpha1.kubeconfigs()
        self._config = folder / "cluster.yml"

    async def play(self) -> None:
        log.info("─── a Cluster is created; its config file is %s", self._config.name)
        self._config.write_text("nodes: [{address: 10.0.0.1}]\n")
        spec = ClusterSpec(config_path=str(self._config))
        await self._clusters.create(Cluster(metadata=ObjectMeta(name=NAME), spec=spec))
        await self._see("the provisioner has run rke up", is_provisioned)
        await self._see("the healthchecker finds it ready", is_ready)
        await self._see("the annotator wrote its version", _is_annotated)
        kubeconfig = await self._kubeconfigs.get(NAME)
        log.info("    ✓ the configgenerator keeps Kubeconfig %s", kubeconfig.metadata.name)

        log.info("─── the config file changes")
        changed = "nodes: [{address: 10.0.0.1}, {address: 10.0.0.2}]\n"
        self._config.write_text(changed)
        await self._see("the provisioner applied it", lambda c: c.status.applied_config == changed)

        if sys.stdin.isatty():
            log.info("    look around; press Enter to have the Cluster deleted")
            await asyncio.to_thread(sys.stdin.readline)
        log.info("─── the Cluster is deleted")
        await self._clusters.delete(NAME)
        await self._see_gone()
        log.info("    ✓ rke remove ran, the finalizer is released, the Cluster is gone")

    async def _see(self, what: str, come_true: Callable[[Cluster], bool]) -> None:
        async with asyncio.timeout(PATIENCE), self._watching() as events:
            async for cluster in events:
                if come_true(cluster):
                    break
        log.info("    ✓ %s", what)

    async def _see_gone(self) -> None:
        async with asyncio.timeout(PATIENCE):
            version = (await self._clusters.list()).metadata.resource_version
            selector = f"metadata.name={NAME}"
            async with self._clusters.watch(
                field_selector=selector, resource_version=version
            ) as events:
                with suppress(NotFoundError):
                    await self._clusters.get(NAME)
                    async for event in events:
                        if event.type == "DELETED":
                            return

    @asynccontextmanager
    async def _watching(self) -> AsyncIterator[AsyncIterator[Cluster]]:
        async with self._clusters.watch(field_selector=f"metadata.name={NAME}") as events:
            yield (event.object async for event in events if event.type != "DELETED")


def _is_annotated(cluster: Cluster) -> bool:
    return ANNOTATION in (cluster.metadata.annotations or {})


async def play(kubeconfig: str | Path, settings: Settings, folder: Path) -> None:
    """Start the program, play the scenes, stop the program. Raises ConfigError."""
    async with AsyncClientset.for_config(Config.load(kubeconfig)) as clients:
        await install_crds(clients.rest, load_crds(settings.crds))
        program = asyncio.create_task(control(clients, settings))
        scenes = asyncio.create_task(Stage(clients, folder).play())
        try:
            # Whichever ends first: a program that fails must not leave the audience waiting.
            await asyncio.wait({program, scenes}, return_when=asyncio.FIRST_COMPLETED)
            await (program if program.done() else scenes)
        finally:
            for task in (program, scenes):
                task.cancel()
            await asyncio.gather(program, scenes, return_exceptions=True)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m examples.clusterprovisioner.demo",
        description="Watch the clusterprovisioner's controllers at work.",
    )
    parser.add_argument(
        "--kubeconfig", metavar="FILE", help="play on this cluster, not on an embedded server"
    )
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    settings = Settings(
        rke=(sys.executable, "-m", "examples.clusterprovisioner.demo.stand_in_rke"),
        resync=1.0,
        health_interval=1.0,
    )
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="demo-")))
        kubeconfig = options.kubeconfig
        if kubeconfig is None:
            from kube.envtest import Environment

            environment = Environment(server="embedded", controllers=["*"])
            kubeconfig = str(stack.enter_context(environment).kubeconfig)
            log.info("─── an embedded API server is up; try: kubectl --kubeconfig %s", kubeconfig)
        os.environ["STAND_IN_KUBECONFIG"] = kubeconfig
        return run_process(play(kubeconfig, settings, folder))


if __name__ == "__main__":
    sys.exit(main())

"""A soak by hand: `python -m tests.kube.soak --seconds 3600`. A run that fails names its seed."""

from __future__ import annotations

import os
from random import SystemRandom

import click

from kube.envtest.real.assets import Assets
from tests.kube.soak.run import soak


@click.command()
@click.option("--seconds", default=60.0, show_default=True, help="How long, about.")
@click.option("--seed", type=int, help="Of a run to repeat; another one each time by default.")
@click.option(
    "--server",
    type=click.Choice(["embedded", "real"]),
    help="Real by default where KUBEBUILDER_ASSETS says where it is, embedded elsewhere.",
)
def main(seconds: float, seed: int | None, server: str | None) -> None:
    """Informers in random faults and writes; at rest they are as the server is."""
    seed = SystemRandom().randrange(2**32) if seed is None else seed
    server = server or ("real" if Assets.from_environment().named else "embedded")
    click.echo(f"seed {seed}, {server} server, {seconds:g} s, process {os.getpid()}")
    report = soak(seconds, seed, server)  # type: ignore[arg-type]
    click.echo(
        f"{report.rounds} rounds, {report.writes} writes, {report.requests} requests, "
        f"{report.faults} faults, at most {report.busiest} requests a second of one informer, "
        f"{report.growth:+d} bytes"
    )


if __name__ == "__main__":
    main()

"""Draws histories of workloads, plays them on both servers, and says by class what differs.

    python -m tests.kube.conformance.workloads --count 50 --seed 7 deployments jobs

needs KUBEBUILDER_ASSETS. After each step both servers must come to show the same; a history ends at
the first step after which they do not.
"""

from __future__ import annotations

import argparse
import json
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

from kube.client import Config
from kube.envtest import Environment
from tests.kube.conformance.api import Api
from tests.kube.conformance.workloads.comparing import Difference, compare, prepare
from tests.kube.conformance.workloads.drawing import THEMES, History, histories
from tests.kube.conformance.workloads.playing import CONTROLLERS


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.kube.conformance.workloads")
    parser.add_argument("themes", nargs="*", help=f"of {', '.join(THEMES)}; all by default")
    parser.add_argument("--count", type=int, default=20, help="how many histories of each")
    parser.add_argument("--length", type=int, default=7, help="how many steps each has")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=6, help="how many are played at a time")
    parser.add_argument("--kubeconfig", help="of a control plane that runs already")
    options = parser.parse_args()
    if options.kubeconfig:
        _run(Config.load(options.kubeconfig), options)
    else:
        with Environment(server="real", controllers=CONTROLLERS) as environment:
            _run(environment.config, options)


def _run(config: Config, options: argparse.Namespace) -> None:
    local = threading.local()

    def play(history: History) -> Difference | None:
        if not hasattr(local, "api"):
            local.api = Api(config)
        return compare(local.api, history)

    prepare(Api(config))
    drawn = [
        history
        for theme in options.themes or THEMES
        for history in histories(theme, options.count, options.length, options.seed)
    ]
    with ThreadPoolExecutor(options.at_once) as pool:
        results = list(pool.map(play, drawn))
    classes: dict[str, list[Difference]] = defaultdict(list)
    for each in results:
        if each is not None:
            classes[each.title].append(each)
    count = sum(map(len, classes.values()))
    print(f"{len(drawn)} histories, {count} differ, {len(classes)} classes")
    for title, found in sorted(classes.items(), key=lambda item: -len(item[1])):
        first = min(found, key=lambda each: each.place)
        print(f"\n== {len(found)} x {title}")
        for step in first.history[: first.place + 1]:
            print(f"   {json.dumps(step)}")
        print("\n".join(first.lines[:60]))


if __name__ == "__main__":
    main()

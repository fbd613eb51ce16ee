"""Draws requests, sends them to both servers, and says by class what is answered differently.

    python -m tests.kube.conformance.kinds --count 500 --seed 7 Pod Service

needs KUBEBUILDER_ASSETS. A class is what is missing and what is surplus in the causes of refusals,
or which members of objects differ; each is shown with one of its requests.
"""

from __future__ import annotations

import argparse
import json
import re
import traceback
from collections import defaultdict
from typing import Any

from kube.client import Config
from kube.envtest import Environment, Server
from kube.envtest.memory import MemoryTransport
from tests.kube.conformance.api import Answer, Api
from tests.kube.conformance.kinds import answers, playing
from tests.kube.conformance.kinds.drawing import Asked, requests

_SHOWN = 230


class InMemory(Api):
    """A client of a server in this process."""

    def __init__(self, server: Server) -> None:
        self._transport = MemoryTransport(server)
        self._headers = {}

    def request(self, *arguments: Any, **options: Any) -> Answer:
        try:
            return super().request(*arguments, **options)
        except Exception as error:  # the report goes on
            last = traceback.extract_tb(error.__traceback__)[-1]
            text = f"{type(error).__name__}: {error} ({last.filename}:{last.lineno})"
            return Answer(500, {}, {"reason": "Crash", "message": text})


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.kube.conformance.kinds")
    parser.add_argument("kinds", nargs="*", help="such as Pod; all of objects.yaml by default")
    parser.add_argument("--count", type=int, default=200, help="how many requests for each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verb", help="one of create, update, json, merge, strategic, apply, ...")
    parser.add_argument("--warnings", action="store_true", help="compare the Warning headers too")
    parser.add_argument("--kubeconfig", help="of a kube-apiserver that runs already")
    options = parser.parse_args()
    if options.kubeconfig:
        _compare(Api(Config.load(options.kubeconfig)), options)
    else:
        with Environment(server="real") as environment:
            _compare(Api(environment.config), options)


def _compare(real: Api, options: argparse.Namespace) -> None:
    embedded = InMemory(Server())
    namespace = f"drawn-{options.seed}"
    for api in (real, embedded):
        api.post("/api/v1/namespaces", {"metadata": {"name": namespace}})
    classes: dict[str, list[tuple[str, Asked, str]]] = defaultdict(list)
    count = 0
    for name, document in playing.objects().items():
        if options.kinds and document["kind"] not in options.kinds:
            continue
        verbs = (options.verb,) if options.verb else playing.verbs(document)
        cases = requests(document, verbs, options.count, options.seed)
        theirs = playing.drawn(real, namespace, document, cases, warns=options.warnings)
        ours = playing.drawn(embedded, namespace, document, cases, warns=options.warnings)
        for case, left, right in zip(cases, theirs, ours, strict=True):
            if left != right and _is_by_chance(real, namespace, document, case, left, options):
                continue
            for step, expected, found in zip(case, left, right, strict=True):
                if expected == playing.UNANSWERED:
                    break
                count += 1
                if expected != found:
                    shown = answers.difference(expected, found)
                    classes[title(expected, found, shown)].append((name, step, shown))
                    break
    report(classes, count)


def _is_by_chance(
    real: Api,
    namespace: str,
    document: Any,
    case: list[Asked],
    answer: list[Any],
    options: argparse.Namespace,
) -> bool:
    """Whether the real server answers otherwise when it is asked again: Go's maps have no order."""
    again = (
        playing.drawn(real, namespace, document, [case], warns=options.warnings) for _ in range(4)
    )
    return any(other != [answer] for other in again)


def report(classes: dict[str, list[tuple[str, Asked, str]]], count: int) -> None:
    """Print how many answers differ, and of each class one."""
    total = sum(map(len, classes.values()))
    print(f"{count} requests, {total} answers differ, {len(classes)} classes")
    for title, found in sorted(classes.items(), key=lambda item: -len(item[1])):
        name, step, shown = found[0]
        print(f"\n{len(found)} x {title}\n{name}: {step.verb} {json.dumps(step.body)[:1000]}")
        print(shown[:3000])


def title(expected: Any, found: Any, shown: str) -> str:
    """The class of a difference."""
    if isinstance(expected, list) and isinstance(found, list):
        codes = expected[0] if expected[0] == found[0] else f"{expected[0]} -> {found[0]}"
        missing = _general(each for each in expected[2:] if each not in found[2:])
        surplus = _general(each for each in found[2:] if each not in expected[2:])
        return f"{codes}: missing {missing}, surplus {surplus}"
    if isinstance(expected, list):
        return f"accepted, not {expected[0]} {_general(expected[2:])}"
    if isinstance(found, list):
        return f"refused {found[0]} {_general(found[2:])}"
    changed = [line.strip() for line in shown.splitlines()[2:] if line[0] in "+-"]
    return f"object: {' '.join(changed)[:_SHOWN]}"


def _general(texts: Any) -> list[str]:
    """Texts without the values and places that make them different."""
    plain = (re.sub(r"\[\d+\]", "[]", text) for text in texts)
    value = r'Invalid value: ("(?:[^"\\]|\\.)*"|\S+):'
    return sorted({re.sub(value, "Invalid value:", text)[:_SHOWN] for text in plain})[:2]


if __name__ == "__main__":
    main()

"""Kubernetes' own kinds: what is stored of an object, and what is refused.

For each object of objects.yaml, the answers of a real kube-apiserver are recorded to each change of
each of its members (mutations.py), by a create, an update, patches and an apply of a second
manager, and to requests that hypothesis drew from its kind's schema (drawing.py). Both servers are
held to them. What the embedded server is known to do otherwise stands in differences.txt, which may
only shrink; docs/testing.md says why, by class.

`--update-goldens` records the answers of the real server, and the differences of the embedded one.
To see what differs beyond what is recorded, by class: `python -m tests.kube.conformance.kinds`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kube.conformance.kinds import answers, customs, playing
from tests.kube.conformance.kinds.drawing import Asked, requests
from tests.kube.conformance.kinds.playing import objects

FOLDER = Path(__file__).parent
DIFFERENCES = FOLDER / "differences.txt"
DRAWN = 60
"""How many cases of each kind are recorded."""
SEED = 1
CUSTOMS, OF_CUSTOM = 24, 12
"""How many definitions are drawn, and cases for each."""

Check = Callable[..., None]


@pytest.fixture
def check(request: pytest.FixtureRequest, server: str) -> Check:
    """Compares answers by what was asked, but for what is known to differ."""
    update = request.config.getoption("--update-goldens")

    def compare(
        name: str, expected: dict[str, Any], found: dict[str, Any], bodies: dict[str, str]
    ) -> None:
        different = {f"{name}: {asked}" for asked in expected if expected[asked] != found[asked]}
        known = DIFFERENCES.read_text().splitlines()
        if server == "real":
            known = []
        elif update:
            own = {f"{name}: {asked}" for asked in expected}
            DIFFERENCES.write_text("\n".join(sorted({*known} - own | different)) + "\n")
            return
        for line in sorted(different.difference(known)):
            asked = line.removeprefix(f"{name}: ")
            shown = answers.difference(expected[asked], found[asked])
            pytest.fail(f"{line}\n{bodies.get(asked, '')}\n{shown}", pytrace=False)
        gone = [line for line in known if line in {f"{name}: {a}" for a in expected}]
        gone = [line for line in gone if line not in different]
        assert not gone, f"{gone[0]}: no longer different; run this with --update-goldens"

    return compare


def recorded(name: str, folder: str) -> Path:
    return FOLDER / folder / f"{name.replace(' ', '-').lower()}.json.xz"


@pytest.mark.parametrize("name", objects())
def test_objects_and_refusals_are_those_of_a_kube_apiserver(
    api: Any, server: str, namespace: Any, name: str, request: pytest.FixtureRequest, check: Check
) -> None:
    found = playing.systematic(api, namespace.name, objects()[name])
    path = recorded(name, "answers")
    if request.config.getoption("--update-goldens") and server == "real":
        answers.write(path, found)
    check(name, answers.read(path), found, {})


@pytest.mark.parametrize("name", objects())
def test_drawn_requests_are_answered_as_by_a_kube_apiserver(
    api: Any, server: str, namespace: Any, name: str, request: pytest.FixtureRequest, check: Check
) -> None:
    document, path = objects()[name], recorded(name, "drawn")
    if request.config.getoption("--update-goldens") and server == "real":
        cases = requests(document, playing.verbs(document), DRAWN, SEED)
        runs = [playing.drawn(api, namespace.name, document, cases) for _ in range(5)]
        pairs = [
            ([[step.verb, step.body, step.query] for step in case], answer)
            for case, answer, *others in zip(cases, *runs, strict=True)
            # Go's maps have no order, and some refusals show it.
            if playing.UNANSWERED not in answer and all(answer == other for other in others)
        ]
        answers.write(path, pairs)
    read = answers.read(path)
    cases = [[Asked(*step) for step in case] for case, _ in read]
    found = playing.drawn(api, namespace.name, document, cases)
    asked = _titles(read)
    bodies = {title: json.dumps(case) for title, (case, _) in zip(asked, read, strict=True)}
    expected = dict(zip(asked, (answer for _, answer in read), strict=True))
    check(name, expected, dict(zip(asked, found, strict=True)), bodies)


def test_custom_resources_of_drawn_definitions_are_answered_as_by_a_kube_apiserver(
    api: Any, server: str, namespace: Any, request: pytest.FixtureRequest, check: Check
) -> None:
    path = FOLDER / "customs.json.xz"
    if request.config.getoption("--update-goldens") and server == "real":
        answers.write(path, [*_recorded_customs(api, namespace.name)])
    expected, found, bodies = {}, {}, {}
    for number, (definition, recorded_cases) in enumerate(answers.read(path)):
        cases = [[Asked(*step) for step in case] for case, _ in recorded_cases]
        ours = customs.played(api, f"{namespace.name}-{number}", definition, cases)
        for index, (case, answer) in enumerate(recorded_cases):
            asked = f"{number}, {_title(index, case)}"
            expected[asked], found[asked] = answer, ours[index]
            bodies[asked] = json.dumps([definition, case])
    check("custom resources", expected, found, bodies)


def _recorded_customs(api: Any, namespace: str) -> Iterator[Any]:
    """Definitions, each with its cases and their answers, as far as these are always the same."""
    for number, kind in enumerate(customs.kinds(CUSTOMS, SEED)):
        cases = kind.requests(OF_CUSTOM)
        own = f"{namespace}-drawn-{number}"
        runs = [customs.played(api, f"{own}-{run}", kind.definition, cases) for run in range(3)]
        steps = [[[step.verb, step.body, step.query] for step in case] for case in cases]
        kept = [
            (case, answer)
            for case, answer, *others in zip(steps, *runs, strict=True)
            if playing.UNANSWERED not in answer and all(answer == other for other in others)
        ]
        yield kind.definition, kept


def test_each_known_difference_is_of_a_recorded_request() -> None:
    for line in DIFFERENCES.read_text().splitlines():
        name, _, asked = line.partition(": ")
        assert asked in _recorded_titles(name, asked), line


def _recorded_titles(name: str, asked: str) -> Collection[str]:
    if name == "custom resources":
        kinds = enumerate(answers.read(FOLDER / "customs.json.xz"))
        return [f"{n}, {title}" for n, (_, cases) in kinds for title in _titles(cases)]
    if asked.startswith("drawn "):
        return _titles(answers.read(recorded(name, "drawn")))
    titles: dict[str, Any] = answers.read(recorded(name, "answers"))
    return titles


def _titles(cases: list[Any]) -> list[str]:
    return [_title(number, case) for number, (case, _) in enumerate(cases)]


def _title(number: int, case: Any) -> str:
    verbs = ", ".join(step[0] for step in case)
    return f"drawn {number}: {verbs}"

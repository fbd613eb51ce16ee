"""Each benchmark runs at a tiny size; nothing here looks at how long anything takes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from benchmarks import (
    controllers,
    decode,
    deep_copy,
    embedded,
    floor,
    imports,
    informer,
    lister,
    measure,
    report,
    requests,
    samples,
    toolchain,
    watch,
    workqueue,
)
from benchmarks.measure import Code, Command, Faulty, Numbers, Outcome
from benchmarks.report import OURS, Column, Table
from kube.api.core.v1 import Pod, PodList
from kube.runtime import codec

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def without_peers(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine that has none of them, and no Go."""
    monkeypatch.setattr(measure, "version_of", lambda distribution: None)
    monkeypatch.setattr(imports, "version_of", lambda distribution: None)
    monkeypatch.setattr(toolchain, "GO_TOOLS", ("a-gen", "b-gen", "c-gen", "d-gen", "e-gen"))
    monkeypatch.setattr(measure, "SHORTEST_ROUND", 0.0)


def names_measured(tables: list[Table]) -> list[str]:
    return [o.name for table in tables for o in table.outcomes if o.numbers is not None]


def test_the_toolchain_is_measured_cold_changed_and_unchanged() -> None:
    tables = toolchain.tables(rounds=1)
    measured = [toolchain.COLD, toolchain.CHANGED, toolchain.UNCHANGED]
    assert names_measured(tables) == measured
    assert "no Go tools" in str(tables[0])


def test_a_deep_copy_is_measured_with_and_without_managed_fields() -> None:
    assert names_measured(deep_copy.tables(rounds=1)).count(OURS) == 2


def test_imports_are_measured_and_a_sync_client_never_loads_the_asynchronous_side() -> None:
    tables = imports.tables(rounds=1)
    assert imports.OURS in names_measured(tables)
    assert "of the asynchronous side none" in str(tables[0])
    assert "asyncio" in imports.modules(imports.ASYNC_CLIENT)


def test_decoding_is_measured_with_and_without_a_field_from_a_newer_server() -> None:
    assert names_measured(decode.tables(count=3, rounds=1)).count(OURS) == 2


def test_watch_events_reach_the_handler() -> None:
    assert names_measured(watch.tables(count=1000, rounds=1)).count(OURS) == len(watch.CASES)


def test_gets_are_measured_in_both_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    # client-go takes minutes to build, and is not what this holds.
    monkeypatch.setattr(measure.shutil, "which", lambda name: None)
    measured = names_measured(requests.tables(count=50, rounds=1))
    assert measured[:2] == [requests.ASYNC, requests.SYNC]


def test_an_informer_is_synced_over_several_pages_and_its_memory_measured() -> None:
    table = informer.tables(objects=informer.PAGE + 1, rounds=1)[0]
    assert report.value_of(table.outcomes, OURS, "peak")


def test_the_embedded_server_is_measured_in_memory_and_over_http() -> None:
    assert len(names_measured(embedded.tables(rounds=1, held=(10,)))) == 6


def test_listers_and_the_workqueue_are_measured() -> None:
    assert len(names_measured(lister.tables(sizes=(100, 200), rounds=1))) == 4
    assert OURS in names_measured(workqueue.tables(rounds=1))


def test_a_controller_follows_every_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(controllers.shutil, "which", lambda name: None)
    monkeypatch.setattr(controllers, "find_spec", lambda name: None)
    monkeypatch.setattr(controllers, "CHANGES", 2)
    measured = names_measured(controllers.tables(objects=3, rounds=1))
    assert measured == [OURS, OURS, "the REST client, one patch"]


def test_the_command_line_names_the_benchmarks_there_are() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "decoding"],
        cwd=ROOT,
        env=measure.environment(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "no benchmark 'decoding'; there are: toolchain, " in done.stderr


class Counter:
    """A contestant whose numbers are given."""

    def __init__(self, name: str, numbers: list[float], log: list[str]) -> None:
        self.name = name
        self._numbers = iter(numbers)
        self._log = log

    def start(self) -> bool:
        return self.name != "absent"

    def round(self) -> Numbers:
        self._log.append(self.name)
        return {"n": next(self._numbers)}

    def stop(self) -> None:
        self._log.append(f"stop {self.name}")


def test_contestants_take_turns_and_medians_count() -> None:
    log: list[str] = []
    a, b = Counter("a", [1, 100, 2], log), Counter("b", [5, 4, 3], log)
    outcomes = measure.race([a, b, Counter("absent", [], log)], 3)
    assert log == ["a", "b"] * 3 + ["stop absent", "stop b", "stop a"]
    assert [o.numbers for o in outcomes] == [{"n": 2}, {"n": 4}, None]


def test_a_table_shows_ratios_and_who_is_not_installed() -> None:
    outcomes = [
        Outcome(OURS, {"cpu": 0.002}),
        Outcome("peer 1.0", {"cpu": 0.01}),
        Outcome("other", None),
    ]
    aims = [
        report.aim_of_ratio(outcomes, "cpu", "peer", 8),
        report.aim_of_value(outcomes, "cpu", 15, "ms", 1e3),
        report.aim_of_ratio(outcomes, "cpu", "other", 2),
    ]
    lines = str(Table("Title", [Column("ms", "cpu", 1e3)], outcomes, aims)).splitlines()
    assert [cell.strip() for cell in lines[5].split("|")] == ["", "peer 1.0", "10.0", "5.00", ""]
    assert "not installed" in lines[6]
    assert lines[8:] == [
        "- aim: peer costs at least 8 times as much; it is 5.00, **missed**",
        "- aim: at most 15 ms; it is 2.00, met",
        "- aim: other costs at least 2 times as much; not measured",
    ]


def test_a_contestant_that_fails_is_no_result() -> None:
    with pytest.raises(Faulty, match="ended with exit code 1"):
        measure.race([Code("broken", "benchmarks.decode:ours", {"count": "many"})], 1)
    with pytest.raises(Faulty, match="no such thing"):
        measure.race(
            [Command("broken", [[sys.executable, "-c", "raise OSError('no such thing')"]])], 1
        )


@pytest.mark.parametrize("kind", samples.KINDS)
def test_the_samples_are_pods_and_lose_nothing(kind: str) -> None:
    sample = samples.Sample(kind)
    pod = codec.decode(sample.pod(7, 3), Pod)
    assert (pod.metadata.name, pod.metadata.namespace) == ("web-7c5ddbdf54-00000007", "team-0007")
    again = codec.decode(codec.encode(pod), Pod)
    assert again == pod
    assert (b"workloadRef" in codec.encode(pod)) == (kind == "newer")


def test_the_floor_reads_what_we_read() -> None:
    body = samples.Sample().list(range(3), continue_="3")
    twin = msgspec.json.decode(body, type=floor.plain(PodList))
    assert json.loads(msgspec.json.encode(twin)) == json.loads(
        codec.encode(codec.decode(body, PodList))
    )

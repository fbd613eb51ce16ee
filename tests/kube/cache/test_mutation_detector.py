"""Who writes to the cache is found."""

from __future__ import annotations

import asyncio

import pytest

from kube.cache import CacheMutationError, SharedInformer
from kube.cache.mutation import MutationDetector, difference, is_enabled
from kube.runtime import codec
from kube.runtime.unstructured import Unstructured
from tests.kube.cache.conftest import quiet
from tests.kube.cache.scripted import Script, added, page, widget


async def running(informer, script):
    task = asyncio.create_task(informer.run())
    await script.silent.wait()
    await quiet()
    return task


async def stopped(task):
    task.cancel()
    await task


def test_looking_into_an_unstructured_object_is_no_writing():
    text = b'{"kind":"A", "metadata":{"name":"a"}, "spec" : { "text": "\\u003c", "n": 1.0 } }'
    obj = codec.decode(text, Unstructured)
    detector = MutationDetector("A")
    detector.remember("a", obj)
    assert obj["spec"]["text"] == "<"
    detector.raise_if_any()
    obj["spec"]["text"] = ">"
    with pytest.raises(CacheMutationError, match="text changed"):
        detector.raise_if_any()


async def test_a_handler_that_writes_is_named_with_the_key_and_the_path(caplog):
    def careless(obj):
        obj.spec.size = 99
        obj.metadata.labels = {"mine": "true"}

    script = Script(page(7, widget("a", namespace="ns")))
    informer = SharedInformer(script, kind="Widget")
    informer.add_event_handler(on_add=careless)
    task = await running(informer, script)
    with pytest.raises(CacheMutationError) as caught:
        await stopped(task)
    [mutation] = caught.value.mutations
    assert mutation.startswith("Widget ns/a: .metadata.labels, .spec.size changed by handler test_")
    assert mutation.endswith("careless")
    assert mutation in caplog.text


async def test_a_write_by_others_is_found_within_a_second(caplog):
    script = Script(page(7, widget("a")))
    informer = SharedInformer(script, kind="Widget")
    task = await running(informer, script)
    informer.indexer.get("a").spec.parts = ["screw"]
    await asyncio.sleep(1.5)
    assert "Widget a: .spec.parts changed" in caplog.text
    with pytest.raises(CacheMutationError):
        await stopped(task)


async def test_a_write_just_before_the_object_is_replaced_is_found():
    script = Script(page(7, widget("a")))
    informer = SharedInformer(script, kind="Widget")
    task = await running(informer, script)
    informer.indexer.get("a").spec.size = 3
    script.send(added(widget("a", 9)))
    await quiet()
    with pytest.raises(CacheMutationError, match=r"\.spec\.size"):
        await stopped(task)


async def test_who_only_reads_and_copies_is_not_accused():
    script = Script(page(7, widget("a")))
    informer = SharedInformer(script)
    informer.add_event_handler(on_add=lambda obj: setattr(obj.deep_copy().spec, "size", 8))
    task = await running(informer, script)
    with pytest.raises(asyncio.CancelledError):
        await stopped(task)


@pytest.mark.parametrize(
    ("value", "on"), [("", False), ("0", False), ("false", False), ("1", True)]
)
def test_the_environment_turns_it_on(monkeypatch, value, on):
    monkeypatch.setenv("KUBE_CACHE_MUTATION_DETECTOR", value)
    assert is_enabled() is on


def test_a_difference_is_told_by_its_paths():
    before = {"a": [1, {"b": 2}], "c": 3, "same": 0}
    after = {"a": [1, {"b": 9}], "d": 4, "same": 0}
    assert difference(before, after) == [".a[1].b", ".c", ".d"]
    assert difference([1], [1, 2]) == ["."]


def test_an_unknown_key_is_no_mutation():
    detector = MutationDetector("Widget")
    detector.check("nobody")
    detector.raise_if_any()

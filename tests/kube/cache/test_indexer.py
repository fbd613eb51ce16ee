"""The store, its indices and the listers over it."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kube.cache import Indexer, Lister, NamespacedLister, make_key, object_key, split_key
from kube.runtime import GroupResource
from kube.runtime.errors import NotFoundError
from kube.runtime.selectors import SelectorError
from tests.kube.cache.scripted import widget

WIDGETS = GroupResource("example.io", "widgets")


def by_parts(obj):
    return obj.spec.parts or ()


def with_parts(name, *parts, namespace=""):
    obj = widget(name, namespace=namespace)
    obj.spec.parts = list(parts)
    return obj


def names(objects):
    return sorted(obj.metadata.name for obj in objects)


def test_an_index_function_may_give_several_values():
    indexer = Indexer({"parts": by_parts})
    indexer.add(with_parts("a", "screw", "nut"))
    indexer.add(with_parts("b", "nut"))
    assert names(indexer.by_index("parts", "nut")) == ["a", "b"]
    assert indexer.index_keys("parts", "screw") == ["a"]
    assert sorted(indexer.index_values("parts")) == ["nut", "screw"]
    assert names(indexer.alike("parts", with_parts("c", "screw", "nut"))) == ["a", "b"]


def test_an_index_follows_changes_and_deletions():
    indexer = Indexer({"parts": by_parts})
    indexer.add(with_parts("a", "screw", "nut"))
    indexer.add(with_parts("a", "nut", "bolt"))
    assert sorted(indexer.index_values("parts")) == ["bolt", "nut"]
    indexer.discard("a")
    assert indexer.index_values("parts") == []
    assert indexer.discard("a") is None


def test_an_index_added_later_holds_what_is_there():
    indexer = Indexer()
    indexer.add(with_parts("a", "nut"))
    indexer.add_indexers({"parts": by_parts})
    assert names(indexer.by_index("parts", "nut")) == ["a"]


def test_a_second_index_of_one_name_is_an_error():
    indexer = Indexer({"parts": by_parts})
    with pytest.raises(ValueError, match="index 'parts' exists already"):
        indexer.add_indexers({"parts": by_parts, "other": by_parts})
    with pytest.raises(KeyError, match="no index 'other'; there are: namespace, parts"):
        indexer.by_index("other", "x")


def test_the_namespace_index_is_always_there():
    indexer = Indexer()
    for namespace in ("x", "y", ""):
        indexer.add(widget("a", namespace=namespace))
    assert [object_key(o) for o in indexer.by_index("namespace", "x")] == ["x/a"]
    assert sorted(indexer.index_values("namespace")) == ["x", "y"]


def test_an_index_function_that_fails_on_an_object_hides_it_from_that_index_only(caplog):
    def fails(obj):
        raise RuntimeError("no such label")

    indexer = Indexer({"broken": fails})
    indexer.add(widget("a"))
    assert indexer.get("a") is not None
    assert indexer.index_values("broken") == []
    assert "index 'broken' has no values for a" in caplog.text


def test_replace_makes_the_objects_the_whole_content():
    indexer = Indexer({"parts": by_parts})
    indexer.add(with_parts("a", "nut"))
    indexer.add(with_parts("b", "nut"))
    indexer.replace([with_parts("b", "bolt"), with_parts("c", "nut")])
    assert sorted(indexer.keys()) == ["b", "c"]
    assert names(indexer.by_index("parts", "nut")) == ["c"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["add", "discard"]),
            st.sampled_from("abc"),
            st.sampled_from(["", "x", "y"]),
            st.lists(st.sampled_from(["nut", "bolt", "screw"]), max_size=3),
        )
    )
)
def test_an_index_answers_as_a_search_through_everything_would(steps):
    indexer = Indexer({"parts": by_parts})
    model = {}
    for step, name, namespace, parts in steps:
        obj = with_parts(name, *parts, namespace=namespace)
        key = object_key(obj)
        if step == "add":
            indexer.add(obj)
            model[key] = obj
        else:
            assert indexer.discard(key) is model.pop(key, None)
    assert set(indexer.keys()) == model.keys()
    for value in ("nut", "bolt", "screw"):
        found = {key for key, obj in model.items() if value in obj.spec.parts}
        assert set(indexer.index_keys("parts", value)) == found
    for namespace in ("x", "y"):
        found = {key for key, obj in model.items() if obj.metadata.namespace == namespace}
        assert set(indexer.index_keys("namespace", namespace)) == found


def test_other_threads_may_read_while_one_writes():
    indexer = Indexer({"parts": by_parts})
    stop, failures = threading.Event(), []

    def read():
        try:
            while not stop.is_set():
                for obj in indexer.list() + indexer.by_index("namespace", "x"):
                    assert obj.metadata.namespace == "x"
                indexer.by_index("parts", "nut")
        except BaseException as failure:
            failures.append(failure)

    reader = threading.Thread(target=read)
    reader.start()
    for i in range(3000):
        indexer.add(with_parts(f"w{i % 50}", "nut", namespace="x"))
        indexer.discard(f"x/w{(i + 25) % 50}")
    stop.set()
    reader.join()
    assert failures == []


def test_a_lister_returns_the_cached_object_itself():
    indexer = Indexer()
    indexer.add(a := widget("a"))
    lister = Lister(indexer, WIDGETS)
    assert lister.get("a") is a
    assert lister.list()[0] is a


def test_what_is_not_cached_is_not_found():
    with pytest.raises(NotFoundError, match=r'^widgets.example.io "a" not found$') as caught:
        Lister(Indexer(), WIDGETS).get("a")
    assert caught.value.status.details.name == "a"
    assert (caught.value.code, caught.value.reason) == (404, "NotFound")


def test_a_lister_selects_by_labels():
    indexer = Indexer()
    for name, labels in (("a", {"tier": "web"}), ("b", {"tier": "db"}), ("c", None)):
        obj = widget(name)
        obj.metadata.labels = labels
        indexer.add(obj)
    lister = Lister(indexer, WIDGETS)
    assert names(lister.list(label_selector="tier in (web, db)")) == ["a", "b"]
    assert names(lister.list(label_selector="!tier")) == ["c"]
    with pytest.raises(SelectorError):
        lister.list(label_selector="tier in")


def test_a_namespaced_lister_reads_one_namespace_or_all():
    indexer = Indexer()
    for namespace, name in (("x", "a"), ("x", "b"), ("y", "a")):
        indexer.add(widget(name, namespace=namespace))
    lister = NamespacedLister(indexer, WIDGETS)
    assert len(lister.list()) == 3
    assert names(lister.list("x")) == ["a", "b"]
    assert names(lister.namespace("y").list()) == ["a"]
    assert lister.namespace("y").get("a") is lister.get("a", "y")
    assert lister.list("nowhere") == []
    with pytest.raises(NotFoundError):
        lister.namespace("y").get("b")
    with pytest.raises(ValueError, match="needs the namespace's name"):
        lister.namespace("")


def test_a_list_of_a_namespace_looks_at_that_namespace_only():
    class Counting(dict):
        reads = 0

        def values(self):
            type(self).reads += len(self)
            return super().values()

    indexer = Indexer()
    for i in range(1000):
        indexer.add(widget(f"w{i}", namespace=f"ns{i % 100}"))
    indexer._objects = Counting(indexer._objects)
    assert len(NamespacedLister(indexer, WIDGETS).list("ns7")) == 10
    assert Counting.reads == 0


def test_a_lister_hands_out_a_list_of_its_own():
    indexer = Indexer()
    indexer.add(widget("a", namespace="x"))
    NamespacedLister(indexer, WIDGETS).list("x").clear()
    assert len(NamespacedLister(indexer, WIDGETS).list("x")) == 1


@given(st.text("abc-.", min_size=1), st.text("abc-"))
def test_a_key_splits_into_what_it_was_made_of(name, namespace):
    assert split_key(make_key(name, namespace)) == (namespace, name)


@pytest.mark.parametrize("key", ["a/b/c", "/a", "a/"])
def test_a_malformed_key_is_refused(key):
    with pytest.raises(ValueError, match="unexpected key"):
        split_key(key)

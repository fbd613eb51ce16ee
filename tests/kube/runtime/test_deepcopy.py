"""A deep copy is equal and shares nothing mutable, with and without generated code."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kube.runtime import JSON, Object, Struct, field
from kube.runtime.deepcopy import register_copiers


class Inner(Struct):
    words: list[str] | None = None
    free: JSON = None


class Parent(Struct):
    inner: Inner = field(default_factory=Inner)
    by_name: dict[str, list[Inner]] | None = None


class Child(Parent):
    more: list[Inner] | None = None


class Thing(Object):
    spec: Child = field(default_factory=Child)


inners = st.builds(
    Inner,
    words=st.none() | st.lists(st.text(max_size=3), max_size=3),
    free=st.none() | st.dictionaries(st.text(max_size=2), st.lists(st.integers()), max_size=2),
)
children = st.builds(
    Child,
    inner=inners,
    by_name=st.none() | st.dictionaries(st.text(max_size=2), st.lists(inners, max_size=2)),
    more=st.none() | st.lists(inners, max_size=2),
)


def mutable_parts(value: Any) -> set[int]:
    """The identities of everything within a value that could be changed in place."""
    if isinstance(value, Struct):
        parts = [getattr(value, name) for name in value.__struct_fields__]
    elif isinstance(value, dict):
        parts = list(value.values())
    elif isinstance(value, list):
        parts = value
    else:
        return set()
    return {id(value)}.union(*map(mutable_parts, parts))


@settings(max_examples=100, deadline=None)
@given(children)
def test_a_copy_is_equal_and_shares_nothing_mutable(child: Child) -> None:
    for copied in (child.deep_copy(), copy.deepcopy(child)):
        assert copied == child
        assert type(copied) is Child
        assert not mutable_parts(copied) & mutable_parts(child)


def test_an_empty_list_is_not_shared() -> None:
    child = Child(more=[])
    copied = child.deep_copy()
    assert copied.more == []
    assert copied.more is not child.more


def test_deep_copy_into_overwrites_and_stays_independent() -> None:
    source, out = Child(more=[Inner(words=["a"])]), Child(more=[Inner(words=["old"])])
    source.deep_copy_into(out)
    assert out == source
    assert not mutable_parts(out) & mutable_parts(source)


def test_a_subclass_never_gets_the_copier_of_its_parent() -> None:
    class Base(Struct):
        words: list[str] | None = None

    class Derived(Base):
        more: list[str] | None = None

    def copy_base(source: Base) -> Base:
        out = source.__copy__()
        out.words = None if source.words is None else source.words.copy()
        return out

    register_copiers({Base: copy_base})
    Base(words=["a"]).deep_copy()
    derived = Derived(words=["a"], more=["b"])
    copied = derived.deep_copy()
    assert copied == derived
    assert copied.more is not derived.more


def test_an_object_has_the_interface_of_upstream() -> None:
    thing = Thing(spec=Child(more=[]))
    assert thing.deep_copy_object() == thing
    assert thing.deep_copy_object() is not thing

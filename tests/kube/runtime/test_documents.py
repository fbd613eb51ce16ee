"""Whole documents: what is written says what it is, and what is read may be held to its type."""

from __future__ import annotations

import json

import pytest

from apis.clusterprovisioner.v1alpha1 import Cluster, ClusterList, ClusterSpec
from kube.api.core.v1 import Namespace, NamespaceList
from kube.api.meta.v1 import LabelSelector, ObjectMeta
from kube.runtime import (
    GroupVersionKind,
    NotRegisteredError,
    Object,
    Struct,
    field,
    from_json,
    from_tree,
    from_yaml,
    gvk_of,
    to_json,
    to_tree,
    to_yaml,
)
from kube.runtime.codec import DecodeError
from kube.runtime.documents import UnknownFieldsError
from kube.runtime.unstructured import Unstructured

AWS = Cluster(metadata=ObjectMeta(name="aws"), spec=ClusterSpec(config_path="rke.yaml"))


class Part(Struct):
    host: str
    ports: list[int] | None = None


class WholeSpec(Struct):
    parts: list[Part] | None = None
    by_name: dict[str, Part] | None = None


class Whole(Object):
    spec: WholeSpec = field(default_factory=WholeSpec)


def test_a_document_begins_with_what_it_is() -> None:
    assert list(to_tree(AWS)) == ["apiVersion", "kind", "metadata", "spec", "status"]
    assert to_yaml(AWS).startswith(
        "apiVersion: clusterprovisioner.rke.io/v1alpha1\nkind: Cluster\nmetadata:\n  name: aws\n"
    )
    assert to_json(AWS).startswith('{"apiVersion":"clusterprovisioner.rke.io/v1alpha1","kind":')
    assert (AWS.api_version, AWS.kind) == ("", "")


def test_members_that_the_type_does_not_know_stand_behind_what_it_is() -> None:
    text = '{"extra": 1, "kind": "Cluster", "metadata": {"name": "a"}, "spec": {"configPath": ""}}'
    tree = to_tree(from_json(text, Cluster))
    assert list(tree)[:3] == ["apiVersion", "kind", "metadata"]
    assert tree["extra"] == 1


def test_a_list_and_its_items_are_complete() -> None:
    tree = json.loads(to_json(ClusterList(items=[AWS])))
    assert tree["kind"] == "ClusterList"
    assert tree["items"][0]["kind"] == "Cluster"
    core = to_tree(NamespaceList(items=[Namespace(metadata=ObjectMeta(name="a"))]))
    assert (core["apiVersion"], core["items"][0]["apiVersion"]) == ("v1", "v1")


def test_an_object_may_say_itself_what_it_is() -> None:
    assert gvk_of(Whole(api_version="a.io/v1", kind="Odd")) == GroupVersionKind("a.io", "v1", "Odd")
    assert gvk_of(ClusterList).kind == "ClusterList"
    tree = {"apiVersion": "a.io/v1", "kind": "Any", "metadata": {"name": "a"}, "spec": [1]}
    assert to_tree(Unstructured.from_tree(tree)) == tree


def test_an_object_of_no_known_kind_is_no_document() -> None:
    with pytest.raises(NotRegisteredError, match="Whole has no Resource"):
        to_yaml(Whole())


def test_a_struct_that_is_no_kind_is_written_as_it_is() -> None:
    assert to_yaml(LabelSelector(match_labels={"a": "b"})) == "matchLabels:\n  a: b\n"


def test_a_document_reads_back_and_knows_its_kind() -> None:
    read = from_yaml(to_yaml(AWS), Cluster, strict=True)
    assert read.spec == AWS.spec
    assert (read.api_version, read.kind) == ("clusterprovisioner.rke.io/v1alpha1", "Cluster")
    assert from_json(to_json(read), Cluster) == read
    assert from_yaml("metadata: {name: a}\nspec: {configPath: ''}", Cluster).kind == "Cluster"


def test_a_document_of_another_kind_is_refused() -> None:
    with pytest.raises(DecodeError, match=r"apps/v1, Kind=Deployment, but Cluster is clusterprov"):
        from_yaml("apiVersion: apps/v1\nkind: Deployment\nspec: {configPath: ''}", Cluster)


def test_strict_reading_names_every_unknown_field_by_its_path() -> None:
    text = """
    kind: Whole
    metadata: {labels: {any: thing}, nam: a}
    spec:
      parts: [{host: a}, {host: b, hots: c}]
      byName: {x: {host: d, port: [1]}}
    statsu: {}
    """
    with pytest.raises(UnknownFieldsError) as error:
        from_yaml(text, Whole, strict=True)
    assert sorted(error.value.paths) == [
        "metadata.nam",
        "spec.byName.x.port",
        "spec.parts[1].hots",
        "statsu",
    ]
    assert "metadata.nam (did you mean name?)" in str(error.value)
    assert from_yaml(text, Whole).spec.parts == [
        Part(host="a"),
        from_tree({"host": "b", "hots": "c"}, Part),
    ]


def test_strict_reading_bounds_its_message_and_has_all_paths() -> None:
    text = json.dumps({"spec": {f"f{i}": i for i in range(1000)}})
    with pytest.raises(UnknownFieldsError, match="and 990 more") as error:
        from_json(text, Whole, strict=True)
    assert len(error.value.paths) == 1000


def test_strict_reading_refuses_a_key_that_occurs_twice() -> None:
    text = "spec:\n  byName:\n    a: {host: x}\n    a: {host: y}\n"
    with pytest.raises(DecodeError, match="key 'a' occurs twice, line 4, column 5"):
        from_yaml(text, Whole, strict=True)
    assert from_yaml(text, Whole).spec.by_name == {"a": Part(host="y")}
    with pytest.raises(DecodeError, match="key 'kind' occurs twice"):
        from_json('{"kind": "Whole", "spec": {}, "kind": "Whole"}', Whole, strict=True)


@pytest.mark.parametrize("text", ["a: [", "- 1", "a: 1\n---\nb: 2", "spec: {parts: 1}"])
def test_what_is_no_such_document_is_a_decode_error(text: str) -> None:
    with pytest.raises(DecodeError):
        from_yaml(text, Whole)


def test_content_of_an_unstructured_object_is_known_and_its_metadata_is_typed() -> None:
    read = from_yaml("kind: A\nspec: {free: 1}", Unstructured, strict=True)
    assert read["spec"] == {"free": 1}
    with pytest.raises(UnknownFieldsError) as error:
        from_yaml("kind: A\nmetadata: {lables: {}}", Unstructured, strict=True)
    assert error.value.paths == ["metadata.lables"]


def bomb(levels: int, line: str) -> str:
    """Each level refers to the one before several times: YAML as small as it expands large."""
    rows = ["a0: &a0 {x: 1, y: 2}"]
    rows += [line.format(this=f"a{i}", last=f"a{i - 1}") for i in range(1, levels)]
    return "\n".join(rows)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (bomb(30, "{this}: &{this} [*{last}, *{last}, *{last}]"), "more than 1000000 values"),
        (bomb(60, "{this}: &{this} {{<<: [*{last}, *{last}]}}"), "more than 1000000 values"),
        ("a: &x [*x]", "contains itself"),
        ("a: &x {b: {c: *x}}", "contains itself"),
    ],
    ids=["lists", "merges", "itself", "within itself"],
)
def test_yaml_that_expands_without_end_is_refused(text: str, message: str) -> None:
    with pytest.raises(DecodeError, match=message):
        from_yaml(text, Unstructured)


def test_documents_that_are_nested_too_deeply_are_refused() -> None:
    with pytest.raises(DecodeError, match="nested too deeply"):
        from_yaml("[" * 5000 + "]" * 5000, Unstructured)
    # How deep C code may recurse differs: 1,000 levels on Python 3.11, 10,000 on 3.13.
    with pytest.raises(DecodeError, match="nested too deeply"):
        from_json('{"a":' * 100_000 + "1" + "}" * 100_000, Unstructured)


def test_aliases_and_merges_are_read_as_what_they_stand_for() -> None:
    text = "spec: {a: &a {x: 1}, b: *a, c: {<<: *a, y: 2}}"
    assert from_yaml(text, Unstructured)["spec"] == {
        "a": {"x": 1},
        "b": {"x": 1},
        "c": {"x": 1, "y": 2},
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: " + "9" * 5000, "the value is not a valid int in JSON, line 1, column 4"),
        ("a: 1e999", "the value is not a valid float in JSON"),
        ("a: !!int x", "the value is not a valid int in JSON"),
        ("a: !!bool x", "the value is not a valid bool in JSON"),
        ("a: !!binary aaaa", "JSON has no type for the tag 'tag:yaml.org,2002:binary'"),
        ("a: !!set {b}", "JSON has no type for the tag"),
        ("a: !!timestamp 2001-01-01", "JSON has no type for the tag"),
    ],
)
def test_yaml_that_has_no_representation_in_json_is_refused(text: str, message: str) -> None:
    with pytest.raises(DecodeError, match=message):
        from_yaml(text, Unstructured)

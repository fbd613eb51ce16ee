"""A tag prints itself as text that is read back as an equal tag."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen.diagnostics import Diagnostics
from codegen.model import Position, Tag
from codegen.tags import REGISTRY
from codegen.tags.declaration import Argument, Family, ForElements, Form, Place, Ref, TagDeclaration
from codegen.tags.declared import (
    conversion,
    crd,
    declarative,
    genclient,
    openapi,
    package,
    rbac,
    validation,
)
from codegen.tags.declared.genclient import Verb
from codegen.tags.grammar import parse
from codegen.tags.registry import tags_declared


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        (package.GroupName(value=""), "+groupName="),
        (openapi.Optional(), "+optional"),
        (openapi.PatchStrategy(value=("merge", "retainKeys")), "+patchStrategy=merge,retainKeys"),
        (genclient.OnlyVerbs(value=(Verb.GET, Verb.LIST)), "+genclient:onlyVerbs=get,list"),
        (
            genclient.Method(value="Scale", verb=Verb.GET, subresource="scale"),
            "+genclient:method=Scale,verb=get,subresource=scale",
        ),
        (conversion.Default(value={"a": [1, None]}), '+default={"a": [1, null]}'),
        (conversion.Default(value=Ref("TCP")), "+default=ref(TCP)"),
        (
            declarative.Item(
                keys={"type": "Ready", "n": 1},
                value=declarative.EachVal(value=declarative.Neq(value="true")),
            ),
            '+k8s:item(type: Ready, n: 1)=+k8s:eachVal=+k8s:neq="true"',
        ),
        (declarative.DependentRequired(sibling="a b"), '+k8s:dependentRequired("a b")'),
        (validation.Maximum(value=5), "+kubebuilder:validation:Maximum=5"),
        (validation.Maximum(value=0.5), "+kubebuilder:validation:Maximum=0.5"),
        (
            ForElements(validation.Pattern(value=r"^\d+$")),
            r"+kubebuilder:validation:items:Pattern=`^\d+$`",
        ),
        (validation.Enum(value=("a", 1, "1", True)), '+kubebuilder:validation:Enum=a;1;"1";true'),
        (validation.Default(value={}), "+kubebuilder:default={}"),
        (validation.Default(value=["a"]), "+kubebuilder:default={a}"),
        (validation.Default(value="100Mi"), '+kubebuilder:default="100Mi"'),
        (
            crd.Resource(scope="Cluster", short_name=("a", "b")),
            "+kubebuilder:resource:shortName=a;b,scope=Cluster",
        ),
        (
            rbac.Rbac(groups=("",), resources=("pods",), verbs=("get", "list")),
            '+kubebuilder:rbac:groups="",resources=pods,verbs=get;list',
        ),
        (crd.DeprecatedVersion(), "+kubebuilder:deprecatedversion"),
        (
            crd.DeprecatedVersion(warning='say "no"'),
            '+kubebuilder:deprecatedversion:warning=`say "no"`',
        ),
    ],
)
def test_a_tag_is_written_as_its_family_writes_it(tag: Tag, text: str) -> None:
    assert str(tag) == text


_TEXT = st.text(max_size=12).map(lambda text: text.encode("utf-8", "replace").decode())
_WORD = st.from_regex(r"[A-Za-z][A-Za-z0-9.]{0,8}", fullmatch=True).filter(
    lambda word: word not in ("true", "false")
)
_INTEGER = st.integers(-(2**63), 2**63 - 1)
_FLOAT = st.floats(allow_nan=False, allow_infinity=False)
_SCALAR = _TEXT | _INTEGER | st.booleans()
_PLAIN = _TEXT | _INTEGER | st.booleans() | _FLOAT
_JSON = st.recursive(
    _PLAIN | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=6,
)


def _uniform(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """What a marker's list may hold: elements of the kind that the first one has."""
    return inner.flatmap(lambda value: st.just([value]))


_ANY = st.recursive(
    _PLAIN,
    lambda inner: (
        _uniform(inner)
        | st.lists(_TEXT, min_size=1, max_size=3)  # `{}` is read as a map
        | st.lists(_INTEGER, min_size=1, max_size=3)
        | st.dictionaries(_TEXT, inner, max_size=3)
    ),
    max_leaves=6,
)


def _values(declared: Argument, depth: int) -> st.SearchStrategy[object]:
    if declared.open:
        return st.dictionaries(_WORD, _SCALAR, min_size=1, max_size=3)
    choices = st.sampled_from(declared.choices or ("x",))
    match declared.form:
        case Form.STRING | Form.SCALAR | Form.WORD if declared.choices:
            return choices
        case Form.WORDS:
            words = choices if declared.choices else _WORD
            return st.lists(words, min_size=1, max_size=3, unique=True).map(tuple)
        case Form.STRING:
            return _TEXT
        case Form.INTEGER:
            return _INTEGER
        case Form.NUMBER:
            return _INTEGER | _FLOAT
        case Form.BOOLEAN:
            return st.booleans()
        case Form.ANY:
            return _ANY
        case Form.STRINGS:
            return st.lists(_TEXT, max_size=3).map(tuple)
        case Form.VALUES:
            return st.lists(_PLAIN, max_size=3).map(tuple)
        case Form.WORD | Form.TEXT:
            return _WORD
        case Form.SCALAR:
            return _SCALAR
        case Form.JSON:
            return _JSON | _WORD.map(Ref)
        case Form.TAG:
            return _nested(depth + 1)


def _nested(depth: int) -> st.SearchStrategy[Tag]:
    classes = [
        tag.declaration
        for tag in tags_declared()
        if tag.declaration.reader == "validation"
        and tag.declaration.may_stand(Place.FIELD)
        and (depth < 3 or tag.declaration.value is None)
    ]
    return st.sampled_from(classes).flatmap(lambda declared: _tags(declared, depth))


def _tags(declaration: TagDeclaration, depth: int = 0) -> st.SearchStrategy[Tag]:
    attributes: dict[str, st.SearchStrategy[object]] = {}
    for declared in declaration.attributes:
        values = _values(declared, depth)
        if declaration.family is Family.GENGO and declared.name == "" and not declared.required:
            values = st.none()  # a positional argument stands alone
        attributes[declared.attribute] = values if declared.required else st.none() | values
    return st.fixed_dictionaries(attributes).map(
        lambda values: declaration.make(values, Position(""), {}, "")
    )


_ALL = [declaration for declared in REGISTRY.values() for declaration in declared]


@settings(deadline=None)
@given(st.sampled_from(_ALL).flatmap(lambda d: st.tuples(st.just(d.places[0]), _tags(d))))
def test_a_printed_tag_is_read_back_as_an_equal_one(case: tuple[Place, Tag]) -> None:
    place, tag = case
    text = f"# {tag}"
    assert "\n" not in text
    read = parse([(Position("m.py"), text)], place, diagnostics := Diagnostics())
    hidden = {"contradiction", "missing-tag", "missing-verb", "no-effect"}  # of several together
    faults = [(d.code, d.message) for d in diagnostics if d.code not in hidden]
    assert tuple(read) == (tag,), (text, faults)


def test_a_tag_is_equal_by_what_it_says_and_not_by_where_it_stands() -> None:
    lines = [(Position("m.py", n, 1), "# +k8s:neq=a") for n in (1, 2)]
    first, second = parse(lines, Place.FIELD, Diagnostics())
    assert first == second
    assert hash(first) == hash(second)
    assert first.position != second.position
    assert first != declarative.Neq(value="b")


def test_a_tag_cannot_be_changed_or_made_without_what_it_needs() -> None:
    tag = declarative.MaxLength(value=3)
    with pytest.raises(AttributeError, match="cannot be set"):
        tag.value = 4  # type: ignore[misc]
    with pytest.raises(TypeError, match="needs value"):
        declarative.MaxLength()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="has no other"):
        declarative.MaxLength(value=3, other=4)  # type: ignore[call-arg]

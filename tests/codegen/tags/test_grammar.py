"""How comment lines of both families are read, and that nothing but diagnostics comes of any."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen.diagnostics import Diagnostics, Severity
from codegen.model import Position, Tag, Tags
from codegen.tags import REGISTRY, Place, is_tag_line, parse
from codegen.tags.declaration import ForElements, Ref
from codegen.tags.declared import crd, declarative, genclient, rbac, validation


def read(*lines: str, place: Place = Place.FIELD) -> tuple[Tags, Diagnostics]:
    diagnostics = Diagnostics()
    placed = [(Position("m.py", n, 1), text) for n, text in enumerate(lines, 1)]
    return parse(placed, place, diagnostics), diagnostics


def one(line: str, place: Place = Place.FIELD) -> Tag:
    tags, diagnostics = read(line, place=place)
    assert [d.message for d in diagnostics if d.severity is not Severity.NOTE] == []
    (tag,) = tags
    return tag


def value_of(line: str, place: Place = Place.FIELD) -> object:
    """The value of the only tag of a line."""
    value: object = vars(one(line, place))["value"]
    return value


def fault(line: str, place: Place = Place.FIELD) -> tuple[int, str]:
    """The column and message of the only fault, for a tag that is then left out."""
    tags, diagnostics = read(line, place=place)
    (diagnostic,) = diagnostics
    assert len(tags) == 0
    return diagnostic.position.column, diagnostic.message


# --- lines --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line", ["# +optional", "#+optional", "#   +optional", "# +other:tag=1", "# +optional  "]
)
def test_a_comment_with_a_plus_before_a_word_is_a_tag_line(line: str) -> None:
    assert is_tag_line(line)


@pytest.mark.parametrize("line", ["# + optional", "# a +optional", "optional", "#", "# +", "## +x"])
def test_a_comment_without_is_none(line: str) -> None:
    assert not is_tag_line(line)
    assert read(line)[0] == Tags()


@pytest.mark.parametrize(
    "line",
    [
        "# +foo",
        "# +foo:bar=(((",
        '# +protobuf=43,"',
        "# +k8s.io/thing=1",
        "# +-------",
        "# +1 for this",
        "# +listKey=name",
        "# +union",
        "# +featureGate=X",
        "# +build linux",
        "# +zeroOrOneOf",
        "# +oneOf=AlternativesOf",
    ],
)
def test_tags_of_other_namespaces_are_left_alone(line: str) -> None:
    tags, diagnostics = read(line)
    assert (len(tags), len(diagnostics)) == (0, 0)


def test_tags_keep_the_order_of_their_lines_and_their_positions() -> None:
    tags, _ = read("# A field.", "# +optional", "#", "#   +nullable")
    assert [(t.tag_name, str(t.position)) for t in tags] == [
        ("optional", "m.py:2:3"),
        ("nullable", "m.py:4:5"),
    ]


def test_columns_count_from_where_the_comment_begins() -> None:
    diagnostics = Diagnostics()
    parse([(Position("m.py", 7, 21), "# +k8s:maxLength=x")], Place.FIELD, diagnostics)
    assert [str(d.position) for d in diagnostics] == ["m.py:7:38"]


def test_a_fault_does_not_hide_the_tags_below_it() -> None:
    tags, diagnostics = read("# +k8s:maxLength=x", "# +optional")
    assert [t.tag_name for t in tags] == ["optional"]
    assert len(diagnostics) == 1


def test_a_colon_before_the_equals_sign_changes_nothing() -> None:
    assert value_of("# +kubebuilder:validation:Minimum:=3") == 3
    assert value_of("# +listType:=map") == "map"


def test_another_spelling_is_read_as_the_tag_itself() -> None:
    tag = one("# +kubebuilder:validation:EmbeddedResource")
    assert isinstance(tag, validation.XEmbeddedResource)
    assert tag.tag_name == "kubebuilder:validation:XEmbeddedResource"


def test_a_tag_of_two_meanings_is_read_by_its_place() -> None:
    assert value_of("# +k8s:deepcopy-gen=package,register", Place.PACKAGE) == "package,register"
    assert value_of("# +k8s:deepcopy-gen=false", Place.CLASS) is False


# --- code-generator's grammar -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("# +k8s:maximum=5", 5),
        ("# +k8s:maximum=-5", -5),
        ("# +k8s:maximum=+5", 5),
        ("# +k8s:maximum=0x1F", 31),
        ("# +k8s:maximum=0o17", 15),
        ("# +k8s:maximum=017", 15),
        ("# +k8s:maximum=0b101", 5),
        ("# +k8s:maximum=5 # five", 5),
        ("# +k8s:maximum=5# five", 5),
        ("# +k8s:neq=a-b.c", "a-b.c"),
        ('# +k8s:neq="a b \\"c\\" # \\u00e9\\x41\\101\\n"', 'a b "c" # éAA\n'),
        ("# +k8s:neq=`a \\n b`", "a \\n b"),
        ("# +k8s:neq=true", True),
        ("# +k8s:neq=7", 7),
        ("# +k8s:format=k8s-ip", "k8s-ip"),
        ('# +default="x # y"', "x # y"),
        ('# +default={"a": [1, 2.5, null]} # remark', {"a": [1, 2.5, None]}),
        ("# +default=false", False),
        ("# +listMapKey=name # remark", "name"),
        ("# +patchStrategy=merge,retainKeys", ("merge", "retainKeys")),
    ],
)
def test_a_value_has_the_declared_type(line: str, value: object) -> None:
    found = value_of(line)
    assert found == value
    assert type(found) is type(value)


def test_a_default_may_refer_to_a_constant() -> None:
    value = value_of("# +default=ref(kube.api.core.v1.TCP)")
    assert value == Ref("kube.api.core.v1.TCP")
    assert str(value.position) == "m.py:1:16"


def test_an_argument_is_positional_or_named() -> None:
    sibling = one('# +k8s:dependentRequired("sibling")')
    assert sibling == declarative.DependentRequired(sibling="sibling")
    tag = one("# +k8s:unionMember(union: one, memberName: `two three`)")
    assert tag == declarative.UnionMember(union="one", member_name="two three")
    assert {name: place.column for name, place in tag.places.items()} == {
        "union": 27,
        "member_name": 44,
    }


def test_an_item_takes_arguments_of_any_name() -> None:
    tag = one('# +k8s:item(type: "Ready", n: 0x10, on: true)=+k8s:zeroOrOneOfMember')
    assert tag == declarative.Item(
        keys={"type": "Ready", "n": 16, "on": True},
        value=declarative.ZeroOrOneOfMember(),
    )


def test_tags_nest_and_keep_their_columns() -> None:
    tag = one("# +k8s:ifEnabled(Gate)=+k8s:eachVal=+k8s:maxLength=10 # remark")
    assert isinstance(tag, declarative.IfEnabled)
    assert isinstance(tag.value, declarative.EachVal)
    innermost = tag.value.value
    assert innermost == declarative.MaxLength(value=10)
    assert innermost.at().column == 52


def test_a_types_tag_may_wrap_one_for_types_or_one_for_fields() -> None:
    wrapped = one('# +k8s:alpha(since: "1.36")=+k8s:enum', Place.CLASS)
    assert wrapped == declarative.Alpha(since="1.36", value=declarative.Enum())
    wrapped = one("# +k8s:subfield(name)=+k8s:optional", Place.CLASS)
    assert wrapped == declarative.Subfield(member="name", value=declarative.Optional())


def test_a_method_is_a_word_and_pairs() -> None:
    tags, _ = read(
        "# +genclient",
        "# +genclient:method=UpdateScale,verb=update,subresource=scale,result=a.b.Scale",
        place=Place.CLASS,
    )
    tag = tags.items[1]
    assert tag == genclient.Method(
        value="UpdateScale", verb=genclient.Verb.UPDATE, subresource="scale", result="a.b.Scale"
    )
    assert tag.at("subresource").column == 57


def test_a_boolean_that_may_stand_bare_is_then_true() -> None:
    assert value_of("# +k8s:openapi-gen", Place.CLASS) is True


def test_the_core_group_is_the_empty_string() -> None:
    assert value_of("# +groupName=", Place.PACKAGE) == ""


@pytest.mark.parametrize(
    ("line", "column", "part"),
    [
        ("# +optional=x", 12, "takes no value"),
        ("# +optional because", 13, "unexpected 'because'"),
        ("# +k8s:maxLength", 17, "needs a value"),
        ("# +k8s:maxLength=", 18, "is empty"),
        ("# +k8s:maxLength =5", 17, "needs a value"),
        ("# +k8s:maxLength=5x", 18, "is not a string, an integer"),
        ("# +k8s:maxLength=9223372036854775808", 18, "64 bits"),
        ("# +k8s:maxLength=1 2", 20, "unexpected '2'"),
        ('# +k8s:neq="a', 12, "no closing"),
        ('# +k8s:neq="\\q"', 13, "unknown escape"),
        ("# +k8s:unionMember(union: a", 28, "expected , or )"),
        ("# +k8s:unionMember(", 19, "never closed"),
        ("# +k8s:unionMember(union: a, union: b)", 30, "is repeated"),
        ("# +default={", 13, "is not valid JSON"),
        ("# +default=NaN", 12, "is not valid JSON"),
        ("# +listType=bag", 13, "cannot be 'bag'"),
    ],
)
def test_a_fault_is_reported_where_it_is(line: str, column: int, part: str) -> None:
    found = fault(line)
    assert found[0] == column
    assert part in found[1]


# --- controller-tools' grammar ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("-3", -3),
        ("1.5", 1.5),
        ("-1e3", -1000.0),
        ("true", True),
        ("truest", "truest"),
        ("100Mi", "100Mi"),
        ("2024-01-15", "2024-01-15"),
        ("0987", "0987"),
        ("017", 17),
        ("123/config", "123/config"),
        ("a b c", "a b c"),
        ("https://example.com/x", "https://example.com/x"),
        ('"a\\tb"', "a\tb"),
        ("`a\\tb`", "a\\tb"),
        ("it's", "it's"),
        ("a`b", "a`b"),
        ("{}", {}),
        ("{ }", {}),
        ("a;b;1", ["a", "b", "1"]),
        ("1;2", [1, 2]),
        ("{1,2}", [1, 2]),
        ("{a, b}", ["a", "b"]),
        ("{{1,2},{3}}", [[1, 2], [3]]),
        ('{k: v, "k 2": {a: 1}, l: {x}}', {"k": "v", "k 2": {"a": 1}, "l": ["x"]}),
        ("{1: 2}", {"1": 2}),
        ("{a: 1;2, b: true}", {"a": [1, 2], "b": True}),
        ("{url: `http://x`}", {"url": "http://x"}),
        ('"a;b"', "a;b"),
        ('{"a": {"b": {"c": {}}}}', {"a": {"b": {"c": {}}}}),
    ],
)
def test_a_value_of_any_kind_is_guessed(text: str, value: object) -> None:
    found = value_of(f"# +kubebuilder:default={text}")
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a;b;1", ("a", "b", 1)),
        ('"";Always', ("", "Always")),
        ('{"a,b",c}', ("a,b", "c")),
        ("1.5;true", (1.5, True)),
        ("Only", ("Only",)),
    ],
)
def test_an_enum_is_a_list_of_values_each_of_its_own_kind(
    text: str, values: tuple[object, ...]
) -> None:
    assert value_of(f"# +kubebuilder:validation:Enum={text}") == values


def test_arguments_stand_behind_the_name_or_behind_its_last_segment() -> None:
    tag = one(
        "# +kubebuilder:printcolumn:name=\"Last seen\",type=date, JSONPath=`.a[?(@.b=='c,d')]`"
        ",priority=-1",
        Place.CLASS,
    )
    assert tag == crd.PrintColumn(
        name="Last seen", type="date", json_path=".a[?(@.b=='c,d')]", priority=-1
    )
    assert tag.at("type").column == 50


def test_a_list_ends_at_the_next_argument() -> None:
    tag = one(
        "# +kubebuilder:rbac:groups=core;apps,resources={pods,nodes},verbs=get", Place.FUNCTION
    )
    assert tag == rbac.Rbac(groups=("core", "apps"), resources=("pods", "nodes"), verbs=("get",))


@pytest.mark.parametrize("groups", ["core;apps;", "{core,apps,}", "core; apps ; "])
def test_a_list_of_strings_may_end_with_its_separator(groups: str) -> None:
    tag = one(f"# +kubebuilder:rbac:groups={groups},resources=pods;,verbs=get;", Place.FUNCTION)
    assert tag == rbac.Rbac(groups=("core", "apps"), resources=("pods",), verbs=("get",))


@pytest.mark.parametrize(
    ("tag", "meant"),
    [
        ("kubebuilder:validation:XValidation:rul=x", "rule"),
        ("kubebuilder:printcolumn:name=A,type=date,jsonpath=.x", "JSONPath"),
    ],
)
def test_a_misspelt_argument_is_one_fault_that_names_the_one_meant(tag: str, meant: str) -> None:
    _, [diagnostic] = read(f"# +{tag}", place=Place.CLASS)
    assert (diagnostic.code, diagnostic.hint) == ("unknown-argument", f"did you mean {meant}?")


def test_a_marker_for_elements_of_a_list_is_one_of_its_own() -> None:
    tag = one("# +kubebuilder:validation:items:Pattern=`^a{1,2}$`")
    assert tag == ForElements(validation.Pattern(value="^a{1,2}$"))
    assert tag.tag_name == "kubebuilder:validation:items:Pattern"


@pytest.mark.parametrize(
    ("line", "column", "part"),
    [
        ("# +nullable=true", 12, "takes no value"),
        ("# +nullable # remark", 13, "unexpected"),
        ("# +kubebuilder:validation:MaxLength=1.5", 37, "expected an integer"),
        ("# +kubebuilder:validation:MaxLength=1,2", 38, "unexpected ',2'"),
        ("# +kubebuilder:validation:Minimum=", 35, "is empty"),
        ("# +kubebuilder:default={a: 1", 24, "never closed"),
        ("# +kubebuilder:default={a: 1, a: 2}", 31, "is repeated"),
        ("# +kubebuilder:default={a, b", 24, "never closed"),
        ("# +kubebuilder:default={a: 1; b}", 31, "expected an integer"),
        ('# +kubebuilder:default="a', 24, "no closing"),
        ("# +kubebuilder:validation:Enum=a;;b", 34, "is empty"),
        ("# +kubebuilder:validation:XValidation:rule=a,reason=Bad", 53, "cannot be 'Bad'"),
        ("# +kubebuilder:validation:XValidation:rule=a b;c", 47, "expected a comma"),
        ("# +kubebuilder:validation:XValidation:rule=a, =b", 47, "expected an argument"),
    ],
)
def test_a_markers_fault_is_reported_where_it_is(line: str, column: int, part: str) -> None:
    _, diagnostics = read(line)
    (diagnostic,) = diagnostics
    assert (diagnostic.position.column, part in diagnostic.message) == (column, True), diagnostic


def test_all_faults_of_a_markers_arguments_are_reported() -> None:
    line = (
        "# +kubebuilder:webhook:mutating=maybe,fail=1,path=/x,path=/y,timeoutSeconds=soon,"
        "sideEffects=Some"
    )
    _, diagnostics = read(line, place=Place.ANYWHERE)
    assert [d.code for d in diagnostics] == [
        "bad-value",
        "unknown-argument",
        "duplicate-argument",
        "bad-value",
        "bad-value",
        "missing-argument",
    ]


# --- arbitrary text -----------------------------------------------------------------------------

_NAMES = st.sampled_from(sorted(REGISTRY))
_PUNCTUATED = st.text(alphabet="ab1-+.:;,=(){}\"'`\\ #xtrue0\t", max_size=40)
_TEXTS = st.one_of(
    st.text(max_size=60).map(lambda t: f"# +{t}"),
    st.builds(
        lambda n, j, t: f"# +{n}{j}{t}",
        _NAMES,
        st.sampled_from(["", "=", ":", "(", ":="]),
        _PUNCTUATED,
    ),
    st.builds(lambda n, t: f"# +{n}={t}", _NAMES, st.text(max_size=40)),
    st.builds(lambda n, t: f"# +k8s:eachVal=+{n}={t}", _NAMES, _PUNCTUATED),
)


@settings(deadline=None)
@given(st.lists(_TEXTS, max_size=5), st.sampled_from(Place))
def test_arbitrary_text_gives_tags_or_diagnostics_inside_it(lines: list[str], place: Place) -> None:
    tags, diagnostics = read(*lines, place=place)
    for tag in tags:
        assert tag.tag_name in REGISTRY
        assert lines[tag.position.line - 1][tag.position.column - 1] == "+"
    for diagnostic in diagnostics:
        line = lines[diagnostic.position.line - 1]
        assert 1 <= diagnostic.position.column <= len(line) + 1
        assert diagnostic.message
        assert diagnostic.code


@given(st.text())
def test_a_quoted_string_is_read_back_whatever_it_holds(text: str) -> None:
    escaped = re.sub(r"[\"\\]", r"\\\g<0>", text).replace("\n", "\\n").replace("\r", "\\r")
    escaped = escaped.encode("utf-8", "replace").decode()
    wanted = text.encode("utf-8", "replace").decode()
    assert value_of(f'# +k8s:neq="{escaped}"') == wanted
    assert value_of(f'# +kubebuilder:default="{escaped}"') == wanted


@given(st.integers(-(2**63), 2**63 - 1))
def test_an_integer_is_read_back(number: int) -> None:
    assert value_of(f"# +k8s:minimum={number}") == number
    assert value_of(f"# +kubebuilder:validation:Minimum={number}") == number


_WORD = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True).filter(
    lambda w: w not in ("true", "false")
)
_JSON = st.recursive(
    st.one_of(st.booleans(), st.integers(-(10**6), 10**6), _WORD),
    lambda inner: st.dictionaries(_WORD, inner, min_size=1, max_size=3),
    max_leaves=8,
)


def written(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {written(inner)}" for key, inner in value.items()) + "}"
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


@given(_JSON)
def test_a_default_is_read_back_however_deep_it_is(value: object) -> None:
    assert value_of(f"# +kubebuilder:default={written(value)}") == value


def test_text_that_nests_without_end_is_a_fault() -> None:
    for line in (
        "# +kubebuilder:default=" + "{" * 5000,
        "# +kubebuilder:default=" + "{a:" * 5000,
        "# +default=" + "[" * 100_000,
        "# +" + "k8s:eachVal=+" * 5000 + "k8s:minItems=1",
        "# +k8s:maximum=" + "9" * 10_000,
        "# +kubebuilder:validation:Minimum=" + "9" * 10_000,
    ):
        _, diagnostics = read(line)
        assert diagnostics.failed

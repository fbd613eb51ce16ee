"""What annotations mean, by themselves and across modules."""

from __future__ import annotations

from importlib import import_module

import pytest

from codegen.model import (
    Alias,
    Constrained,
    DictOf,
    ListOf,
    LiteralOf,
    Named,
    Opaque,
    Optional,
    QualifiedName,
    Scalar,
    Struct,
    UnionOf,
)
from codegen.source import known

HEAD = """
import datetime
import typing
import typing as t
from typing import *
from kube.runtime import *
import kube.api.meta.v1 as metav1
from kube.runtime import Struct, Object, ObjectList, OpenEnum, Meta, field, RawExtension, Int32
from enum import Enum, IntEnum, StrEnum, auto
"""

STR, INT = Scalar("str"), Scalar("int")


def named(name: str, module: str = "api.v1.types") -> Named:
    return Named(QualifiedName(module, name))


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        ("str", STR),
        ("float", Scalar("float")),
        ("bool", Scalar("bool")),
        ("bytes", Scalar("bytes")),
        ("Any", Scalar("Any")),
        ("typing.Any", Scalar("Any")),
        ("str | None", Optional(STR)),
        ("None | str", Optional(STR)),
        ("Optional[str]", Optional(STR)),
        ("t.Optional[str | None]", Optional(STR)),
        ("Union[int, str, None]", Optional(UnionOf((INT, STR)))),
        ("int | (str | int)", UnionOf((INT, STR))),
        ("list[str]", ListOf(STR)),
        ("t.List[str]", ListOf(STR)),
        ("dict[str, list[int]]", DictOf(STR, ListOf(INT))),
        ("typing.Dict[str, Any]", DictOf(STR, Scalar("Any"))),
        ('Literal["a", "b"]', LiteralOf(("a", "b"))),
        ('Literal["a", None]', Optional(LiteralOf(("a",)))),
        ("Final[str]", STR),
        ('"str"', STR),
        ('"Spec | None"', Optional(named("Spec"))),
        ('list["Spec"]', ListOf(named("Spec"))),
        ("Later", named("Later")),
        ("Thing | None", Optional(named("Thing"))),
        ("Outer.Inner", named("Outer.Inner")),
        ("metav1.Time", named("Time", "kube.runtime.time")),
        ("metav1.Condition", named("Condition", "kube.api.meta.v1.types")),
        ("datetime.datetime", named("datetime", "datetime")),
        ("RawExtension", named("RawExtension", "kube.runtime.scalars")),
        ("Int32", named("Int32", "kube.runtime.scalars")),
    ],
)
def test_an_annotation_means_the_type_that_python_means(project, annotation, expected) -> None:
    reading = project(
        HEAD
        + f"""
class Spec(Struct): pass
class Outer(Struct):
    class Inner(Struct): pass
class Thing(Struct):
    x: {annotation} = field()
class Later(Struct): pass
"""
    )
    assert reading.faults == []
    assert reading.field("Thing.x").type == expected


@pytest.mark.parametrize(
    ("annotation", "message", "hint"),
    [
        ("Zebra", "Zebra is not defined", "import it, declare it, or correct its spelling"),
        ("Spek", "Spek is not defined", "did you mean Spec?"),
        ("list", "list needs an element type", "write list[X], or list[Any]"),
        ("dict", "dict needs a key and a value type", "write dict[str, X], or dict[str, Any]"),
        ("dict[int, str]", "the keys of x are not strings", "write dict[str, …]"),
        ("list[int, str]", "list takes one element type", "write list[X]"),
        ("tuple[int, str]", "tuple[int, str] has no JSON representation", "write list[…]"),
        ("set[str]", "set[str] has no JSON representation", "+listType=set"),
        ("None", "None alone is not a type", "write X | None"),
        ("3", "3 is not a type", "an enum or a Struct"),
        ("f(x)", "f(x) is not a type", "an enum or a Struct"),
        ("Struct", "Struct has no fields of its own", "RawExtension"),
        ("Plain", "the class Plain is not an API type", "derive it from Struct"),
        ("CONSTANT", "CONSTANT is not a type", "CONSTANT: TypeAlias = …"),
        ("datetime.timedelta", "has no JSON representation", "Duration"),
        ("metav1.Tine", "module kube.api.meta.v1 has no name Tine", "did you mean Time?"),
        ("nowhere.X", "nowhere is not defined", "import it"),
        ("absent.X", "there is no module absent to import X from", "correct its spelling"),
        ("Spec[int]", "Spec takes 0 type arguments, got 1", "write Spec alone"),
        ("Page", "Page takes 1 type argument, got 0", "write Page[…]"),
        ("Literal[1.5]", "1.5 is not a literal", "strings, integers and booleans"),
        ('"list["', "is not an expression", "write the type as Python writes it"),
        ("T", "the type variable T is not bound here", "Generic[T]"),
        ("Annotated[int, Meta(ge=f())]", "f() is not a literal", "no code is run"),
        ("Annotated[int, msgspec.Meta(ge=1)]", "is not for API types", "Meta of kube.runtime"),
    ],
)
def test_what_is_no_type_is_an_error_where_it_stands(project, annotation, message, hint) -> None:
    reading = project(
        HEAD
        + f"""
import absent, msgspec
T = TypeVar("T")
CONSTANT = 3
class Plain: pass
class Spec(Struct): pass
class Page(Struct, Generic[T]): pass
class Thing(Struct):
    x: {annotation} = field()
"""
    )
    [fault] = reading.diagnostics
    assert message in fault.message
    assert hint in fault.hint
    assert fault.position.path == "api/v1/types.py"
    assert fault.position.line == 18


def test_annotated_keeps_its_constraints_as_literals(project) -> None:
    reading = project(
        HEAD
        + """
LIMIT = 10
class Thing(Struct):
    size: Annotated[int, "a note", Meta(ge=-1, le=LIMIT)] | None = None
    name: Annotated[str, Meta(pattern="^a" "b$")] = ""
"""
    )
    assert reading.faults == []
    size = reading.field("Thing.size").type
    assert isinstance(size, Optional)
    assert isinstance(size.inner, Constrained)
    assert size.inner.constraints == {"ge": -1, "le": 10}
    name = reading.field("Thing.name").type
    assert isinstance(name, Constrained)
    assert name.constraints == {"pattern": "^ab$"}


def test_a_module_with_postponed_annotations_reads_the_same(project) -> None:
    reading = project(
        """
        from __future__ import annotations
        from typing import TYPE_CHECKING
        from kube.runtime import Struct
        if TYPE_CHECKING:
            from kube.api.meta.v1 import Time as Moment

        class Node(Struct):
            next: Node | None = None
            seen: Moment | None = None
        """
    )
    assert reading.faults == []
    assert reading.field("Node.next").type == Optional(named("Node"))
    assert reading.field("Node.seen").type == Optional(named("Time", "kube.runtime.time"))


def test_every_known_type_of_one_value_is_where_the_table_says() -> None:
    for name in known.OPAQUE:
        module, _, attribute = name.rpartition(".")
        assert hasattr(import_module(module), attribute)


def test_a_type_of_the_runtime_is_known_by_its_module_not_by_its_name(project) -> None:
    reading = project(
        "from kube.runtime import Struct\nfrom kube.ours import Time\n"
        "class A(Struct):\n    at: Time | None = None\n",
        files={
            "kube/ours.py": "from kube.runtime import Struct\nclass Time(Struct):\n    x: int\n"
        },
    )
    assert reading.faults == []
    assert isinstance(reading.universe.types[QualifiedName("kube.ours", "Time")], Struct)


def test_opaque_types_say_whether_sharing_them_is_safe(project) -> None:
    reading = project(
        HEAD + "class Thing(Struct):\n    a: metav1.Time = field()\n    b: RawExtension = field()\n"
    )
    immutable = {
        t.name.name: t.immutable for t in reading.universe.types.values() if isinstance(t, Opaque)
    }
    assert immutable == {"Time": True, "RawExtension": False}


# --- classes ----------------------------------------------------------------------------------


def test_inheritance_inlines_the_bases_fields_before_the_own(project) -> None:
    reading = project(
        HEAD
        + """
class Base(Struct):
    a: str = ""
    b: str = ""
class Middle(Base):
    c: str = ""
class Thing(Middle):
    a: int = 0
    d: str = ""
"""
    )
    thing = reading.struct("Thing")
    assert [f.name for f in thing.fields] == ["a", "b", "c", "d"]
    assert [f.inlined_from and f.inlined_from.name for f in thing.fields] == [
        None,
        "Base",
        "Middle",
        None,
    ]
    assert thing.bases == (QualifiedName("api.v1.types", "Middle"),)


def test_a_kind_has_what_every_object_has(project) -> None:
    reading = project(
        HEAD
        + "class Thing(Object):\n    spec: str\nclass Special(Thing): pass\n"
        + "class ThingList(ObjectList[Thing]): pass\n"
    )
    thing = reading.struct("Thing")
    assert thing.kind == "object"
    assert [f.json_name for f in thing.fields] == ["apiVersion", "kind", "metadata", "spec"]
    assert reading.struct("Special").kind == "object"
    listing = reading.struct("ThingList")
    assert (listing.kind, listing.item) == ("list", named("Thing"))
    assert listing.field("items").type == ListOf(named("Thing"))  # type: ignore[union-attr]


def test_a_generic_is_bound_where_it_is_used(project) -> None:
    reading = project(
        HEAD
        + """
K = TypeVar("K")
V = TypeVar("V")
class Pair(Struct, Generic[K, V]):
    key: K
    values: list[V] | None = None
class Counts(Pair[str, int]): pass
class Thing(Struct):
    one: Pair[str, Counts]
    two: Pair[str, Counts] | None = None
    three: Pair[int, list[str]] | None = None
"""
    )
    assert reading.faults == []
    assert reading.struct("Pair").parameters == ("K", "V")
    assert reading.field("Counts.values").type == Optional(ListOf(INT))
    bound = [t for t in reading.universe.types.values() if isinstance(t, Struct) and t.generic_of]
    generic = QualifiedName("api.v1.types", "Pair")
    assert {t.generic_of for t in bound} == {generic}
    assert {t.arguments for t in bound} == {
        (STR, INT),
        (STR, named("Counts")),
        (INT, ListOf(STR)),
    }
    assert {t.field("key").type for t in bound} == {STR, INT}  # type: ignore[union-attr]


def test_a_generic_that_grows_with_each_use_is_an_error(project) -> None:
    reading = project(
        HEAD
        + """
T = TypeVar("T")
class Node(Struct, Generic[T]):
    value: T
    next: "Node[list[T]] | None" = None
class Thing(Struct):
    node: Node[int]
"""
    )
    assert reading.codes == ["endless-type"]


def test_a_generic_may_hold_itself(project) -> None:
    reading = project(
        HEAD
        + """
T = TypeVar("T")
class Node(Struct, Generic[T]):
    value: T
    next: "Node[T] | None" = None
class Thing(Struct):
    node: Node[int]
"""
    )
    assert reading.faults == []


@pytest.mark.parametrize(
    "annotation", [" | ".join(["int"] * 3000), "list[" * 150 + "int" + "]" * 150]
)
def test_a_huge_type_never_breaks_the_reader(project, annotation) -> None:
    reading = project(f"{HEAD}class Thing(Struct):\n    x: {annotation} = field()\n")
    assert all(d.code in ("bad-type", "syntax-error") for d in reading.diagnostics)


def test_enums_know_whether_they_are_open(project) -> None:
    reading = project(
        HEAD
        + """
class Open(OpenEnum):
    A = "a"
class Closed(StrEnum):
    A = "a"
    SECOND = auto()
class Numbers(IntEnum):
    ONE = 1
    TWO = auto()
class Old(str, Enum):
    A = "a"
"""
    )
    assert reading.faults == []
    members = {
        name: [(m.name, m.value) for m in reading.enum(name).members]
        for name in ("Open", "Closed", "Numbers", "Old")
    }
    assert members == {
        "Open": [("A", "a")],
        "Closed": [("A", "a"), ("SECOND", "second")],
        "Numbers": [("ONE", 1), ("TWO", 2)],
        "Old": [("A", "a")],
    }
    assert [name for name in members if reading.enum(name).open] == ["Open"]


def test_an_alias_keeps_its_name_and_its_comment(project) -> None:
    reading = project(
        HEAD
        + """
# A share.
# +kubebuilder:validation:Minimum=0
Percent: TypeAlias = int
UserID = NewType("UserID", str)
class Thing(Struct):
    share: Percent = 0
    user: UserID = ""
"""
    )
    assert reading.faults == []
    alias = reading.type("Percent")
    assert isinstance(alias, Alias)
    assert (alias.target, alias.doc, len(alias.tags)) == (INT, "A share.", 1)
    assert reading.field("Thing.share").type == named("Percent")
    user = reading.universe.types[QualifiedName("api.v1.types", "UserID")]
    assert isinstance(user, Alias)
    assert user.target == STR


def test_class_variables_and_methods_are_no_fields(project) -> None:
    reading = project(
        HEAD
        + """
class Thing(Struct):
    LIMIT: ClassVar[int] = 3
    OTHER: "t.ClassVar[int]" = 3
    size: int = 0
    def grow(self) -> None: ...
    async def shrink(self) -> None: ...
"""
    )
    thing = reading.struct("Thing")
    assert [f.name for f in thing.fields] == ["size"]
    assert {name: p.line for name, p in thing.methods.items()} == {"grow": 15, "shrink": 16}


@pytest.mark.parametrize(
    ("source", "faults"),
    [
        (
            "class A(B): pass\nclass B(A): pass\n",
            ["types.py:2:9 circular-inheritance: B derives from itself"],
        ),
        (
            "from kube.runtime import Struct\nclass A(Struct, rename='kebab'):\n    x: int = 0\n",
            ["types.py:2:24 class-option: the class option rename is set by Struct"],
        ),
        (
            "from kube.runtime import Struct\nclass A(Struct): pass\nclass A(Struct): pass\n",
            ["types.py:3:1 duplicate-type: A is declared twice in this module"],
        ),
        (
            "from kube.runtime import Struct\nclass A(Struct):\n    x: int\n    x: str\n",
            ["types.py:4:5 duplicate-field: the field x is declared twice"],
        ),
        (
            "from kube.runtime import OpenEnum\nclass A(OpenEnum):\n    X = f()\n",
            ["types.py:3:9 bad-enum-member: the value of X, f(), is neither a string nor an"],
        ),
        (
            "from kube.runtime import Object, ObjectLst\nclass L(ObjectLst[Object]): pass\n",
            ["types.py:2:9 unresolved-name: module kube.runtime has no name ObjectLst"],
        ),
        (
            "# +k8s:deepcopy-gen=true\nclass A: pass\n",
            ["types.py:1:1 not-an-api-type: the class A has tags, but is not an API type"],
        ),
        (
            "from kube.runtime import Struct\nclass A(Struct):\n    b: 'A'\n",
            ["types.py:2:1 endless-type: A contains itself, so no object of it can exist"],
        ),
        (
            "from typing import TypeAlias\nA: TypeAlias = 'list[int]'\n",
            ["types.py:2:16 bad-alias: the alias A is a string at run time"],
        ),
        (
            "from typing import TypeAlias\n"
            "from kube.runtime import Struct\n"
            "A = B\nB = A\nclass C(Struct):\n    a: A\n",
            [
                "types.py:3:1 circular-alias: the alias A refers to itself",
                "types.py:4:1 circular-alias: the alias B refers to itself",
            ],
        ),
    ],
)
def test_a_class_that_cannot_work_is_an_error(project, source, faults) -> None:
    found = project(source).faults
    assert len(found) == len(faults), found
    for fault, expected in zip(found, faults, strict=True):
        assert fault.startswith(expected)


def test_a_plain_class_without_tags_may_stand_among_api_types(project) -> None:
    assert project("class Helper:\n    x: int = 0\nclass Problem(ValueError): pass\n").faults == []


@pytest.mark.parametrize(
    ("declaration", "fields"),
    [
        ("Alias: TypeAlias = Other\nclass Two(A, Alias): pass\n", ["b", "a"]),
        ("Alias = Other\nAgain: TypeAlias = Alias\nclass Two(A, Again): pass\n", ["b", "a"]),
        ("Alias: TypeAlias = Page[str]\nclass Two(A, Alias): pass\n", ["c", "a"]),
        ("Alias = Page\nclass Two(A, Alias[int]): pass\n", ["c", "a"]),
        ("from parts import Alias\nclass Two(A, Alias): pass\n", ["d", "a"]),
    ],
)
def test_a_base_may_be_an_alias_of_a_struct(project, declaration, fields) -> None:
    reading = project(
        HEAD
        + "T = TypeVar('T')\nclass A(Struct):\n    a: int = 0\n"
        + "class Other(Struct):\n    b: int = 0\nclass Page(Struct, Generic[T]):\n    c: T\n"
        + declaration,
        files={
            "parts.py": "from kube.runtime import Struct\n"
            "class Far(Struct):\n    d: int = 0\nAlias = Far\n"
        },
    )
    assert [d for d in reading.diagnostics if d.code != "base-conflict"] == []
    assert [f.name for f in reading.struct("Two").fields] == fields


@pytest.mark.parametrize(
    "declaration",
    [
        "Alias: TypeAlias = A\nclass Two(A, Alias): pass\n",
        "Alias = A | None\nclass Two(A, Alias): pass\n",
        "Alias = NewType('Alias', A)\nclass Two(A, Alias): pass\n",
        "LIMIT = 3\nclass Two(A, LIMIT): pass\n",
        "Alias: TypeAlias = str\nclass Two(A, Alias): pass\n",
        "Alias: TypeAlias = list[A]\nclass Two(A, Alias): pass\n",
        "Alias: TypeAlias = Optional[A]\nclass Two(A, Alias): pass\n",
        "\nclass Two(A, dict[str, A]): pass\n",
        "\nclass Two(A, StrEnum): pass\n",
        "class Mode(OpenEnum): X = 'x'\nclass Two(A, Mode): pass\n",
    ],
)
def test_a_base_that_python_would_refuse_is_an_error(project, declaration) -> None:
    reading = project(f"{HEAD}class A(Struct):\n    a: int = 0\n{declaration}")
    [fault] = reading.diagnostics
    assert (fault.code, fault.position.line) == ("base-conflict", 13)
    assert "Two" in fault.message


def test_a_field_that_hides_a_name_of_a_star_import_is_an_error(project) -> None:
    reading = project(
        "from typing import *\nfrom kube.runtime import *\n"
        "class Thing(Struct):\n    Any: int = 0\n    x: Any = None\n"
    )
    [fault] = reading.diagnostics
    assert fault.code == "shadowing-field"


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("    list: str = ''\n    x: list[str] | None = None\n", "list"),
        ("    field: str = ''\n    x: list[str] = field(default_factory=list)\n", "field"),
        ("    str: str = ''\n", "str"),
        ("    dict: 'dict[str, int] | None' = None\n", "dict"),
        ("    Mode: Literal['a'] = 'a'\n    x: Mode | None = None\n", "Mode"),
        ("    int: bool = False\n    def f(self) -> int: ...\n", "int"),
    ],
)
def test_a_field_that_hides_what_the_class_body_uses_is_an_error(project, body, name) -> None:
    reading = project(f"{HEAD}class Mode(OpenEnum):\n    A = 'a'\nclass Thing(Struct):\n{body}")
    [fault] = reading.diagnostics
    assert fault.code == "shadowing-field"
    assert f"the field {name} hides" in fault.message
    assert fault.hint == f'rename it: {name}_: … = field(name="{name}")'


def test_a_field_of_a_builtins_name_that_the_body_does_not_use_is_fine(project) -> None:
    reading = project(
        f"{HEAD}class Thing(Struct):\n    type: Literal['set', 'id'] = 'id'\n"
        "    id: str = ''\n    set: str = ''\n    metadata: str = ''\n"
    )
    assert reading.faults == []


def test_a_field_that_begins_with_an_underscore_is_an_error(project) -> None:
    reading = project(f"{HEAD}class Thing(Struct):\n    _hidden: int = 0\n    x: int = 0\n")
    assert reading.faults == [
        "types.py:11:5 private-field: the field _hidden begins with an underscore, and would not "
        'be part of the API | write hidden: … = field(name="_hidden"), or ClassVar[…] for what '
        "all objects share"
    ]


def test_messages_about_a_field_name_it(project) -> None:
    reading = project(
        f"{HEAD}class Thing(Struct):\n    names: list\n    spec: Spek\n"
        "    size: list[int] = [1]\n    other: str = field(name=f())\n"
    )
    assert [d.message.partition(":")[0] for d in reading.diagnostics] == [
        "names",
        "spec",
        "size",
        "other",
    ]


def test_an_unreadable_module_is_the_only_fault_of_what_is_imported_from_it(project) -> None:
    reading = project(
        HEAD
        + "from api.v1.broken import *\nimport api.v1.broken as broken\n"
        + "from api.v1.broken import Base, LIMIT\n"
        + "# +genclient\n# +genclient:method=Scale,verb=get,subresource=scale,result=Far\n"
        + "class Thing(Object):\n    a: Somewhere\n    b: list[broken.Part]\n"
        + "    c: Base\n    d: int = LIMIT\n    e: broken.Mode = broken.Mode.ON\n"
        + "class Other(Base):\n    a: int = 0\nclass User(Struct):\n    o: Other\n",
        files={"api/v1/broken.py": "class Base(:\n"},
    )
    assert reading.codes == ["syntax-error"]


def test_a_package_that_could_not_be_read_whole_is_not_said_to_ask_for_nothing(project) -> None:
    reading = project("class A(:\n", files={"api/v1/__init__.py": '"""An API."""\n'})
    assert reading.codes == ["syntax-error"]


# --- defaults and names -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("int = 3", 3),
        ("int = -3", -3),
        ("str | None = None", None),
        ("list[str] = []", []),
        ("Mode = Mode.ON", "on"),
        ("Mode = field(default=Mode.ON)", "on"),
        ("int = LIMIT", 7),
        ("int = field(default=3, name='y')", 3),
        ("list[int] = field(default_factory=lambda: [1, 2])", [1, 2]),
        ("dict[str, int] = field(default_factory=lambda: {'a': 1})", {"a": 1}),
    ],
)
def test_a_default_is_worth_what_its_literal_says(project, text, expected) -> None:
    reading = project(
        HEAD
        + f"""
LIMIT = 7
class Mode(OpenEnum):
    ON = "on"
class Thing(Struct):
    x: {text}
"""
    )
    assert reading.faults == []
    default = reading.field("Thing.x").default
    assert default is not None
    assert default.has_value
    assert default.value == expected


def test_factories_are_types(project) -> None:
    reading = project(
        HEAD
        + """
def now() -> str: ...
class Spec(Struct): pass
class Thing(Struct):
    spec: Spec = field(default_factory=Spec)
    names: list[str] = field(default_factory=list)
    at: str = field(default_factory=now)
    need: str
    named: str = field(name="Named")
"""
    )
    assert reading.faults == []
    spec, names, at = (reading.field(f"Thing.{n}").default for n in ("spec", "names", "at"))
    assert spec is not None
    assert spec.factory == named("Spec")
    assert names is not None
    assert names.factory == ListOf(Scalar("Any"))
    assert at is not None
    assert (at.source, at.factory, at.has_value) == ("now", None, False)
    assert reading.field("Thing.need").default is None
    assert reading.field("Thing.named").default is None
    assert reading.field("Thing.named").json_name == "Named"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("int = 'a'", "bad-default"),
        ("int = None", "bad-default"),
        ("int = True", "bad-default"),
        ("Mode = Mode.OF", "unresolved-name"),
        ("Closed = 'b'", "bad-default"),
        ("list[str] = ['a']", "shared-default"),
        ("Spec = Spec()", "shared-default"),
        ("Spec = field(default_factory=Spek)", "unresolved-name"),
        ("str = field('a')", "bad-field"),
        ("str = field(name=f())", "bad-field"),
        ("str = field(alias='x')", "bad-field"),
    ],
)
def test_a_default_that_cannot_be_is_an_error(project, text, code) -> None:
    reading = project(
        HEAD
        + f"""
class Mode(OpenEnum):
    OFF = "off"
class Closed(StrEnum):
    A = "a"
class Spec(Struct): pass
class Thing(Struct):
    x: {text}
"""
    )
    assert reading.codes == [code]


def test_two_fields_of_one_json_name_are_an_error_even_through_inlining(project) -> None:
    reading = project(
        HEAD
        + """
class Base(Struct):
    host_name: str = ""
class Thing(Base):
    hostName: str = ""
"""
    )
    assert reading.faults == [
        "types.py:14:5 duplicate-json-name: host_name, of Base, and hostName have one JSON name, "
        'hostName | give one of them another with field(name="…")'
    ]

"""Names that collide between declarations, and tags that a type cannot bear."""

from __future__ import annotations

import pytest

from codegen.model import QualifiedName, Struct

HEAD = "from kube.runtime import *\nfrom kube.runtime import Object, ObjectList, Struct, field\n"


def init(group: str, *more: str) -> str:
    return "".join(f"# +{tag}\n" for tag in (f"groupName={group}", *more)) + '"""An API."""\n'


def test_two_kinds_of_one_plural_are_an_error(project) -> None:
    reading = project(HEAD + "class Cluster(Object): pass\nclass CLuster(Object): pass\n")
    assert reading.faults == [
        "types.py:4:1 duplicate-plural: the kinds Cluster and CLuster have one plural, clusters"
        " | give one of them another with +resourceName="
    ]


def test_a_plural_given_by_a_tag_counts_too(project) -> None:
    text = (
        HEAD + "class Cluster(Object): pass\n# +resourceName=clusters\nclass Group(Object): pass\n"
    )
    assert project(text).codes == ["duplicate-plural"]


def test_plural_exceptions_are_heeded(project) -> None:
    text = HEAD + "class Endpoints(Object): pass\nclass Endpoint(Object): pass\n"
    assert project(text).codes == ["duplicate-plural"]
    assert project(text, plural_exceptions={"Endpoints": "EndpointsSets"}).codes == []


def test_two_kinds_of_one_accessor_are_an_error(project) -> None:
    reading = project(
        HEAD
        + "# +resourceName=others\nclass HTTPProxy(Object): pass\nclass HttpProxy(Object): pass\n"
    )
    assert reading.codes == ["duplicate-accessor"]


def test_one_plural_in_two_versions_is_no_fault(project) -> None:
    files = {
        "api/v2/__init__.py": init("example.com"),
        "api/v2/types.py": HEAD + "class Cluster(Object): pass\n",
    }
    reading = project(HEAD + "class Cluster(Object): pass\n", "api/v1", "api/v2", files=files)
    assert reading.faults == []


def test_two_groups_with_one_accessor_are_told_of_group_go_name(project) -> None:
    files = {"b/v1/__init__.py": init("example.org")}
    reading = project("", "api/v1", "b/v1", files=files)
    assert reading.faults == [
        "__init__.py:1:3 duplicate-group-accessor: the groups example.com and example.org would "
        "both be reached as example | give one of them another name with the package tag "
        "+groupGoName="
    ]
    files = {"b/v1/__init__.py": init("example.org", "groupGoName=ExampleOrg")}
    assert project("", "api/v1", "b/v1", files=files).faults == []


def test_two_packages_of_one_version_are_an_error(project) -> None:
    files = {"b/v1/__init__.py": init("example.com")}
    assert project("", "api/v1", "b/v1", files=files).codes == ["duplicate-version"]


@pytest.mark.parametrize(
    ("declaration", "code"),
    [
        ("class A(Struct): pass\n", "client-of-no-kind"),
        (
            "class B(Object): pass\n# +genclient\nclass A(ObjectList[B]): pass\n",
            "client-of-no-kind",
        ),
        ("A: TypeAlias = str\n", "client-of-no-kind"),
        (
            "T = TypeVar('T')\n# +genclient\nclass A(Object, Generic[T]): pass\n",
            "client-of-no-kind",
        ),
    ],
)
def test_only_a_kind_can_have_a_client(project, declaration, code) -> None:
    lead = "" if "+genclient" in declaration else "# +genclient\n"
    text = f"{HEAD}from typing import Generic, TypeAlias, TypeVar\n{lead}{declaration}"
    assert project(text).codes == [code]


def test_a_client_needs_a_group(project) -> None:
    files = {"api/v1/__init__.py": '"""No group."""\n'}
    reading = project(f"{HEAD}# +genclient\nclass A(Object): pass\n", files=files)
    assert reading.faults == [
        "types.py:3:3 no-group: A has a client, but its package has no group"
        " | add # +groupName=… above the docstring of api/v1/__init__.py"
    ]


@pytest.mark.parametrize(
    "declaration",
    ["class A(Struct): pass\n", "class A(StrEnum):\n    B = 'b'\n", "A: TypeAlias = str\n"],
)
@pytest.mark.parametrize(
    "marker",
    [
        "kubebuilder:resource:path=things",
        "kubebuilder:subresource:status",
        "kubebuilder:storageversion",
        'kubebuilder:printcolumn:name=A,type=string,JSONPath=".a"',
    ],
)
def test_a_kinds_marker_on_what_is_not_a_kind_is_an_error(project, declaration, marker) -> None:
    reading = project(
        f"{HEAD}from enum import StrEnum\nfrom typing import TypeAlias\n# +{marker}\n{declaration}"
    )
    [fault] = reading.diagnostics
    assert (fault.code, fault.position.line) == ("not-a-kind", 5)
    assert "A does not derive from Object" in fault.message


def test_a_folder_that_is_not_a_version_is_warned_of_where_a_kind_wants_a_client(project) -> None:
    kinds = f"{HEAD}# +genclient\nclass A(Object): pass\n"
    files = {"api/match/__init__.py": init("example.com"), "api/match/types.py": kinds}
    reading = project("", "api/match", files=files)
    assert [(d.code, d.severity.value) for d in reading.diagnostics] == [
        ("internal-package", "warning")
    ]
    files["api/match/__init__.py"] = init("example.com", "versionName=v1-2-0")
    reading = project("", "api/match", files=files)
    assert reading.faults == []
    assert (reading.package.version, reading.package.internal) == ("v1-2-0", False)


def test_an_enum_without_members_is_an_error_where_a_field_has_it(project) -> None:
    text = f"{HEAD}from enum import StrEnum\nclass E(StrEnum): pass\nclass F(E):\n    A = 'a'\n"
    assert project(f"{text}class A(Struct):\n    f: F\n").faults == []
    assert project(f"{text}class A(Struct):\n    e: list[E]\n").codes == ["empty-enum"]


@pytest.mark.parametrize(
    ("name", "json_name"),
    [
        ("cluster_ip", "clusterIP"),
        ("external_ips", "externalIPs"),
        ("provider_id", "providerID"),
        ("webhook_url_path", "webhookURLPath"),
    ],
)
def test_a_json_name_that_misspells_an_acronym_is_warned_of_once(project, name, json_name) -> None:
    head = f"{HEAD}class B(Struct):\n    "
    tail = ": str = ''\nclass A(B): pass\n"
    reading = project(f"{head}{name}{tail}")
    [fault] = reading.diagnostics
    assert (fault.code, fault.severity.value) == ("acronym", "warning")
    assert f"Kubernetes would write {json_name}" in fault.message
    assert reading.field(f"A.{name}").json_name != json_name
    for kept in (json_name, reading.field(f"A.{name}").json_name):
        assert project(f"{head}{name}: str = field(default='', name='{kept}')\n").faults == []


@pytest.mark.parametrize(
    "name", ["ip", "url_path", "replicas", "id", "clusterIP", "is_valid", "ids"]
)
def test_a_json_name_without_an_acronym_behind_its_first_word_is_fine(project, name) -> None:
    assert project(f"{HEAD}class A(Struct):\n    {name}: str = ''\n").faults == []


def test_an_internal_package_is_told_that_its_kinds_get_no_client(project) -> None:
    files = {
        "api/internal/__init__.py": init("example.com"),
        "api/internal/types.py": f"{HEAD}# +genclient\nclass A(Object): pass\n",
    }
    reading = project("", "api/internal", files=files)
    assert [d.severity.value for d in reading.diagnostics] == ["note"]


@pytest.mark.parametrize(
    ("declaration", "code"),
    [
        ("class A(Object):\n    metadata: dict[str, str]\n", "bad-metadata"),
        ("class A(Struct): pass\nclass B(ObjectList[A]): pass\n", "list-of-no-kind"),
        ("class A(Struct):\n    deep_copy: str = ''\n", "reserved-name"),
        ("class A(Struct):\n    x: int\nclass B(Object, A): pass\n", "base-conflict"),
        ("class A:\n    def a(self): pass\nclass B(Struct, A): pass\n", "base-conflict"),
        ("class A(Struct):\n    x = 3\n", "bad-field"),
        ("class A(StrEnum):\n    X = 'a'\n    X = 'b'\n", "bad-enum-member"),
        (
            "class A(IntEnum):\n    X = True\nclass B(Struct):\n    a: A | None = None\n",
            "bad-enum-member",
        ),
        ("class Größe(Object): pass\n", "bad-kind"),
        ("class None_(Object): pass\n", "bad-kind"),
        (f"class {'A' * 63}(Object): pass\n", "bad-kind"),  # its plural has one letter more
        ("class A(Struct):\n    x: 'B'\nclass B(Struct):\n    y: A\n", "endless-type"),
    ],
)
def test_a_type_that_cannot_work_is_an_error(project, declaration, code) -> None:
    types = HEAD + "from enum import IntEnum, StrEnum\n" + declaration
    assert set(project(types).codes) == {code}


def test_bases_of_which_one_brings_the_fields_are_joined(project) -> None:
    reading = project(
        HEAD
        + "class Empty(Struct): pass\nclass A(Object, Empty):\n    x: int\n"
        + "class B(A, Object): pass\nclass C(Empty, B):\n    y: int\n"
        + "class Mixin:\n    __slots__ = ()\nclass D(C, Mixin): pass\n"
    )
    assert reading.faults == []


def test_a_type_may_hold_itself_where_it_can_be_absent(project) -> None:
    reading = project(
        HEAD
        + "class A(Struct):\n    a: 'A | None' = None\n    b: list['A'] = field()\n"
        + "    c: dict[str, 'A'] | None = None\n"
    )
    assert reading.faults == []


# --- what tags name -----------------------------------------------------------------------------

METHOD = "# +genclient\n# +genclient:method=GetScale,verb=get,subresource=scale,result={}\n"


@pytest.mark.parametrize(
    ("written", "module", "name"),
    [
        ("Scale", "api.v1.types", "Scale"),
        ("Near", "api.v1.near", "Near"),
        ("other.parts.Far", "other.parts", "Far"),
    ],
)
def test_the_types_of_extension_methods_are_found(project, written, module, name) -> None:
    reading = project(
        f"{HEAD}class Scale(Object): pass\n\n{METHOD.format(written)}class A(Object): pass\n",
        files={
            "api/v1/near.py": f"{HEAD}class Near(Object): pass\n",
            "other/parts.py": f"{HEAD}class Far(Object): pass\n",
        },
    )
    assert reading.faults == []
    found = QualifiedName(module, name)
    assert reading.struct("A").references == {written: found}
    assert isinstance(reading.universe.types[found], Struct)


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("Scael", "did you mean Scale?"),
        ("other.parts.Far", "name a class of this package"),
        ("Text", "name a class of this package"),
    ],
)
def test_a_type_that_an_extension_method_names_in_vain_is_an_error(project, written, hint) -> None:
    reading = project(
        f"{HEAD}class Scale(Object): pass\nText = str\n"
        f"{METHOD.format(written)}class A(Object): pass\n"
    )
    [fault] = reading.diagnostics
    assert (fault.code, str(fault.position)) == ("unresolved-name", "api/v1/types.py:6:64")
    assert hint in fault.hint


@pytest.mark.parametrize("written", ["TCP", "NEAR", "other.parts.FAR"])
def test_a_default_may_refer_to_a_constant_of_its_package_or_of_another(project, written) -> None:
    reading = project(
        f'{HEAD}TCP = "tcp"\nclass A(Struct):\n    # +default=ref({written})\n    a: str = ""\n',
        files={"api/v1/near.py": 'NEAR: str = "x"\n', "other/parts.py": 'FAR = "x"\n'},
    )
    assert [d.severity.value for d in reading.diagnostics] == ["note"]


@pytest.mark.parametrize(
    ("written", "hint"),
    [("TCQ", "did you mean TCP?"), ("other.parts.FAR", "name a constant of this package")],
)
def test_a_default_that_refers_to_no_constant_is_an_error(project, written, hint) -> None:
    reading = project(
        f'{HEAD}TCP = "tcp"\nclass A(Struct):\n    # +default=ref({written})\n    a: str = ""\n'
    )
    [fault] = [d for d in reading.diagnostics if d.severity.value == "error"]
    assert (fault.code, fault.message) == ("unresolved-name", f"there is no constant {written}")
    assert fault.position.column == 20
    assert hint in fault.hint

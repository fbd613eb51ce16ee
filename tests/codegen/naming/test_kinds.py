"""One answer to what a kind is, what it is called and where, for CRDs and clients alike."""

from __future__ import annotations

import pytest

from codegen import kinds
from codegen.diagnostics import Diagnostics
from codegen.kinds import Kind
from codegen.model import Package, Position, QualifiedName, Struct, Tags, Universe
from codegen.tags import Place, parse

AT = Position("types.py")


def tags(*lines: str, place: Place = Place.CLASS) -> Tags:
    diagnostics = Diagnostics()
    parsed = parse([(AT, f"# {line}") for line in lines], place, diagnostics)
    assert list(diagnostics) == []
    return parsed


def kinds_of(exceptions: dict[str, str], **versions: tuple[str, ...]) -> tuple[Kind, ...]:
    """The kinds of an API with one class, HTTPProxy, under the tags of each version."""
    packages = tuple(
        Package(
            f"apis.{version}",
            f"apis/{version}",
            AT,
            "example.com",
            version,
            internal=False,
            types=(
                Struct(
                    QualifiedName(f"apis.{version}.types", "HTTPProxy"),
                    AT,
                    kind="object",
                    tags=tags(*lines),
                ),
            ),
        )
        for version, lines in versions.items()
    )
    return kinds.kinds(Universe(packages, {}), exceptions)


@pytest.mark.parametrize(
    ("lines", "exceptions", "expected"),
    [
        ((), {}, "httpproxies"),
        ((), {"HTTPProxy": "HTTPProxyList"}, "httpproxylist"),
        (("+resourceName=hps",), {"HTTPProxy": "HTTPProxyList"}, "hps"),
        (("+kubebuilder:resource:path=hpz",), {}, "hpz"),
    ],
)
def test_a_plural_follows_the_tags_then_the_exceptions_then_the_rules(
    lines: tuple[str, ...], exceptions: dict[str, str], expected: str
) -> None:
    (kind,) = kinds_of(exceptions, v1=lines)
    assert kind.plural == expected


def test_a_singular_is_the_kind_in_small_letters_unless_a_tag_gives_it() -> None:
    assert kinds_of({}, v1=())[0].singular == "httpproxy"
    assert kinds_of({}, v1=("+kubebuilder:resource:singular=proxy",))[0].singular == "proxy"


def test_what_one_version_says_of_the_resource_holds_for_all() -> None:
    described = ("+kubebuilder:resource:path=proxies,singular=proxy,scope=Cluster",)
    (kind,) = kinds_of({}, v1=(), v1beta1=described)
    assert (kind.plural, kind.singular, kind.namespaced) == ("proxies", "proxy", False)
    assert list(kinds.contradictions(kind)) == []


def test_versions_that_disagree_on_the_resource_contradict_each_other() -> None:
    (kind,) = kinds_of(
        {},
        v1=("+kubebuilder:resource:path=a,singular=x", "+genclient:nonNamespaced"),
        v2=("+kubebuilder:resource:path=b,singular=y",),
    )
    assert [c.message for c in kinds.contradictions(kind)] == [
        "the plural of HTTPProxy is b in v2 and a in v1",
        "the singular of HTTPProxy is y in v2 and x in v1",
        "the scope of HTTPProxy is Namespaced in v2 and Cluster in v1",
    ]


def test_a_version_is_served_unless_a_tag_takes_it_out() -> None:
    (kind,) = kinds_of(
        {},
        v1=(),
        v1alpha1=("+kubebuilder:skipversion",),
        v1beta1=("+kubebuilder:unservedversion",),
    )
    assert [(v.version, v.is_in_crd, v.is_served) for v in kind.versions] == [
        ("v1", True, True),
        ("v1alpha1", False, False),
        ("v1beta1", True, False),
    ]


def test_a_class_that_is_only_inlined_is_no_kind() -> None:
    assert kinds_of({}, v1=("+kubebuilder:object:root=false",)) == ()

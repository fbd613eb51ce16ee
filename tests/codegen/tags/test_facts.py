"""What tags say together, in whichever family they are written."""

from __future__ import annotations

import pytest

from codegen.diagnostics import Diagnostics
from codegen.model import Position, Tags
from codegen.tags import Place, facts, parse
from codegen.tags.declared.genclient import Method, Verb
from codegen.tags.declared.package import ApplyConfigurationGen, ClientGen, ListerGen
from codegen.tags.facts import OBJECT

ALL = frozenset(Verb)


def tags(*names: str, place: Place = Place.CLASS) -> Tags:
    diagnostics = Diagnostics()
    lines = [(Position("m.py", n, 1), f"# +{name}") for n, name in enumerate(names, 1)]
    found = parse(lines, place, diagnostics)
    assert not diagnostics.failed, [d.message for d in diagnostics]
    return found


def package(*names: str) -> Tags:
    return tags(*names, place=Place.PACKAGE)


@pytest.mark.parametrize(
    ("names", "verbs"),
    [
        ((), frozenset()),
        (("genclient",), ALL),
        (("genclient", "genclient:noStatus"), ALL - {Verb.UPDATE_STATUS, Verb.APPLY_STATUS}),
        (("genclient", "genclient:noVerbs"), frozenset()),
        (("genclient", "genclient:readonly"), {Verb.GET, Verb.LIST, Verb.WATCH}),
        (("genclient", "genclient:onlyVerbs=get, patch"), {Verb.GET, Verb.PATCH}),
        (
            ("genclient", "genclient:readonly", "genclient:onlyVerbs=create"),
            {Verb.GET, Verb.LIST, Verb.WATCH, Verb.CREATE},
        ),
        (("genclient", "genclient:skipVerbs=watch,create"), ALL - {Verb.WATCH, Verb.CREATE}),
    ],
)
def test_the_verbs_are_those_that_the_tags_leave(
    names: tuple[str, ...], verbs: frozenset[Verb]
) -> None:
    assert facts.verbs(tags(*names)) == verbs


@pytest.mark.parametrize(
    ("names", "namespaced"),
    [
        ((), True),
        (("kubebuilder:resource:path=foos",), True),
        (("kubebuilder:resource:scope=Namespaced",), True),
        (("genclient:nonNamespaced",), False),
        (("kubebuilder:resource:scope=Cluster",), False),
        (("genclient:nonNamespaced", "kubebuilder:resource:scope=Cluster"), False),
    ],
)
def test_either_family_makes_a_kind_cluster_scoped(
    names: tuple[str, ...], namespaced: bool
) -> None:
    assert facts.is_namespaced(tags(*names)) is namespaced


def test_either_family_overrides_the_plural_and_the_seeds_tag_does_not() -> None:
    assert facts.plural_override(tags("resourceName=foos")) == "foos"
    assert facts.plural_override(tags("kubebuilder:resource:path=foos,scope=Cluster")) == "foos"
    assert facts.plural_override(tags("resourceName=a", "kubebuilder:resource:path=a")) == "a"
    assert facts.plural_override(tags("resource:path=cluster")) is None


def test_extension_methods_come_in_order_with_their_types() -> None:
    first, second = tags(
        "genclient",
        "genclient:method=GetScale,verb=get,subresource=scale,result=a.b.Scale",
        "genclient:method=Evict,verb=create,subresource=eviction,input=Eviction",
    ).all(Method)
    assert (first.value, first.verb, first.subresource, first.input, first.result) == (
        "GetScale",
        Verb.GET,
        "scale",
        None,
        "a.b.Scale",
    )
    assert (second.input, second.position.line) == ("Eviction", 3)


@pytest.mark.parametrize(
    ("of_type", "of_package", "enabled"),
    [
        ((), (), False),
        ((), ("k8s:deepcopy-gen=package",), True),
        ((), ("k8s:deepcopy-gen=package,register",), True),
        ((), ("kubebuilder:object:generate=true",), True),
        (("k8s:deepcopy-gen=false",), ("k8s:deepcopy-gen=package",), False),
        (("kubebuilder:object:generate=false",), ("k8s:deepcopy-gen=package",), False),
        (("k8s:deepcopy-gen=true",), (), True),
        (("kubebuilder:object:root=true",), (), True),
        (("kubebuilder:object:root=false",), (), False),
        ((f"k8s:deepcopy-gen:interfaces={OBJECT}",), (), True),
    ],
)
def test_a_types_own_tag_beats_its_packages(
    of_type: tuple[str, ...], of_package: tuple[str, ...], enabled: bool
) -> None:
    assert facts.deepcopy_enabled(tags(*of_type), package(*of_package)) is enabled


def test_go_s_object_is_ours_and_each_interface_counts_once() -> None:
    found = tags(
        "k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object,a.b.C",
        "k8s:deepcopy-gen:interfaces=a.b.D,a.b.C",
        "kubebuilder:object:root=true",
    )
    assert facts.copy_interfaces(found) == (OBJECT, "a.b.C", "a.b.D")


def test_a_package_with_a_group_is_registered_unless_it_says_otherwise() -> None:
    assert facts.register_enabled(package("groupName=example.com"))
    assert facts.register_enabled(package("groupName="))
    assert not facts.register_enabled(package())
    assert not facts.register_enabled(package("groupName=a.b", "k8s:register-gen=false"))


def test_a_generator_is_on_until_the_package_or_the_type_turns_it_off() -> None:
    off, on = "k8s:client-gen=false", "k8s:client-gen=true"
    assert facts.generator_enabled(ClientGen, tags(), package())
    assert not facts.generator_enabled(ClientGen, tags(), package(off))
    assert facts.generator_enabled(ClientGen, tags(on), package(off))
    assert facts.generator_enabled(ListerGen, tags(off), package())
    ac = "kubebuilder:ac:generate=false"
    assert not facts.generator_enabled(ApplyConfigurationGen, tags(ac), package())

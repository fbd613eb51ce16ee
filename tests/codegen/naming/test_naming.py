"""One name for each thing, wherever it is asked for."""

from __future__ import annotations

import keyword
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen import naming
from codegen.diagnostics import Diagnostics
from codegen.model import Package, Position, Tags
from codegen.tags import Place, parse

FLECT = [
    line.split()
    for line in (Path(__file__).parent / "flect.txt").read_text().splitlines()
    if not line.startswith("#")
]
AT = Position("types.py")


def tags(*lines: str, place: Place = Place.CLASS) -> Tags:
    diagnostics = Diagnostics()
    found = parse([(AT, f"# {line}") for line in lines], place, diagnostics)
    assert list(diagnostics) == []
    return found


def package(group: str, version: str = "v1", go_name: str = "") -> Package:
    given_tags = tags(f"+groupGoName={go_name}", place=Place.PACKAGE) if go_name else Tags()
    return Package("m", "m", AT, group, version, internal=False, tags=given_tags)


@pytest.mark.parametrize(("kind", "plural"), FLECT)
def test_plurals_are_those_of_upstream(kind, plural) -> None:
    assert naming.plural(kind).lower() == plural.lower()


def test_an_acronym_in_small_letters_is_not_doubled_as_upstream_doubles_it() -> None:
    assert naming.plural("WebDns").lower() == "webdnses"


@given(st.from_regex(r"[A-Z][A-Za-z0-9]{0,12}", fullmatch=True))
def test_any_kind_has_a_plural_and_an_accessor_that_python_takes(kind) -> None:
    assert naming.plural(kind)
    for name in (naming.accessor(kind), naming.module_name(kind)):
        assert name.isidentifier()
        assert not keyword.iskeyword(name)


@pytest.mark.parametrize(
    ("kind", "accessor", "module"),
    [
        ("HTTPProxy", "http_proxies", "http_proxy"),
        ("Cluster", "clusters", "cluster"),
        ("IPAddress", "ip_addresses", "ip_address"),
        ("VPC", "vpcs", "vpc"),
        ("NFS", "nfses", "nfs"),
        ("IPv4Pool", "ipv4_pools", "ipv4_pool"),
        ("K8sCluster", "k8s_clusters", "k8s_cluster"),
        ("S3Bucket", "s3_buckets", "s3_bucket"),
        ("X509SVID", "x509_svids", "x509_svid"),
        ("Class", "classes", "class_"),
        ("Import", "imports", "import_"),
    ],
)
def test_kinds_become_methods_and_files(kind, accessor, module) -> None:
    assert (naming.accessor(kind), naming.module_name(kind)) == (accessor, module)


@pytest.mark.parametrize(
    ("found", "group", "group_version", "cls"),
    [
        (
            package("clusterprovisioner.rke.io", "v1alpha1"),
            "clusterprovisioner",
            "clusterprovisioner_v1alpha1",
            "ClusterprovisionerV1alpha1",
        ),
        (package("networking.k8s.io"), "networking", "networking_v1", "NetworkingV1"),
        (package(""), "core", "core_v1", "CoreV1"),
        (package("apps", "v1beta2"), "apps", "apps_v1beta2", "AppsV1beta2"),
        (package("cert-manager.io"), "cert_manager", "cert_manager_v1", "CertManagerV1"),
        (package("class.example.com"), "class_", "class_v1", "ClassV1"),
        (package("3scale.net"), "_3scale", "_3scale_v1", "_3scaleV1"),
        (
            package("example.org", go_name="ExampleOrg"),
            "example_org",
            "example_org_v1",
            "ExampleOrgV1",
        ),
    ],
)
def test_groups_become_properties_and_classes(found, group, group_version, cls) -> None:
    assert naming.group_accessor(found) == group
    assert naming.group_version_accessor(found) == group_version
    assert naming.group_version_class(found) == cls


@pytest.mark.parametrize(
    ("interface", "method"),
    [
        ("kube.runtime.Object", "deep_copy_object"),
        ("k8s.io/apimachinery/pkg/runtime.Object", "deep_copy_object"),
        ("apis.v1.HTTPRoute", "deep_copy_http_route"),
    ],
)
def test_interfaces_become_copy_methods(interface, method) -> None:
    assert naming.copy_method(interface) == method


@given(st.from_regex(r"[a-zA-Z][a-zA-Z0-9_]{0,10}", fullmatch=True))
def test_json_names_are_those_that_msgspec_makes(name) -> None:
    struct = msgspec.defstruct("T", [(name, int)], rename="camel")
    assert naming.camel_case(name) == struct.__struct_encode_fields__[0]

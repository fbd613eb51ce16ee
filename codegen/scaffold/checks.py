"""What names a project, its groups, versions and kinds may have. Pure.

Each function yields faults, as sentences for the command line: what is wrong, and what to do.
"""

from __future__ import annotations

import keyword
import re
import sys
from collections.abc import Iterator

from codegen import naming
from codegen.scaffold.project import Project, Resource

_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_LETTER_FIRST = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")
_VERSION = re.compile(r"v[1-9][0-9]*((alpha|beta)[1-9][0-9]*)?")
_KIND = re.compile(r"[A-Z][A-Za-z0-9]{0,62}")
_MODULE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)
_REQUIREMENT = re.compile(r"[A-Za-z0-9][-\w.]*(\[[-\w., ]*\])?\s*([<>=!~@;].*)?", re.ASCII)

LONGEST_NAME = 63 - len("-controller-manager-metrics-service")
"""Of a project's name, which begins that of each object in config: the Service's is the longest."""
_LONGEST_DOMAIN = 253

# What a project's package would hide, or be hidden by: what it is made with, and what it imports.
# `test` is Python's, and not always listed.
_TAKEN = frozenset({
    "aiohttp", "click", "codegen", "cryptography", "google", "httptools", "jinja2", "jsonschema",
    "kube", "libcst", "msgspec", "mypy", "prometheus_client", "pytest", "ruff", "test", "tests",
    "yaml",
})  # fmt: skip
# The classes that a kind's module stands on.
_BASES = frozenset({"Condition", "Object", "ObjectList", "Struct"})


def of_project(project: Project) -> Iterator[str]:
    """What is wrong with the names of a project."""
    name, package = project.name, project.package
    if not _LETTER_FIRST.fullmatch(name):
        yield (
            f"the project's name {name!r} has to be lower case letters, digits and dashes, with a "
            "letter first and no dash last: --project-name"
        )
    elif len(name) > LONGEST_NAME:
        yield (
            f"the project's name {name!r} has {len(name)} characters, and the names in config that "
            f"begin with it leave it {LONGEST_NAME}: --project-name"
        )
    yield from _of_domain(project.domain, "--domain")
    if not package.isascii() or not package.isidentifier() or keyword.iskeyword(package):
        yield f"{package!r} is not the name of a Python package: --repo"
    elif package in _TAKEN or package in sys.stdlib_module_names:
        yield (
            f"the package {package!r} would hide another of that name: --repo {package}_operator"
        )
    for line in project.owner.splitlines()[1:]:
        yield f"the owner is one line, and has {line!r} too: --owner"


def of_api(resource: Resource) -> Iterator[str]:
    """What is wrong with the names of a kind."""
    group, kind = resource.group, resource.kind
    if not _is_subdomain(group):
        yield f"the group {group!r} has to be lower case letters, digits, dashes and dots: --group"
    if not _VERSION.fullmatch(resource.version):
        yield f"{resource.version!r} is not a version such as v1, v1alpha1 or v2beta3: --version"
    if not _KIND.fullmatch(kind):
        hint = f", such as {_suggested(kind)}" if _suggested(kind) else ""
        yield f"the kind {kind!r} has to be letters and digits, a capital first{hint}: --kind"
    elif resource.has_api and kind in _BASES:
        yield f"the kind {kind} would hide the class {kind} that its own module uses: --kind"
    plural = resource.plural or naming.plural(kind).lower()
    if (resource.plural or _KIND.fullmatch(kind)) and not _LETTER_FIRST.fullmatch(plural):
        yield (
            f"the plural {plural!r} has to be lower case letters, digits and dashes, 63 at most: "
            "--plural"
        )
    if resource.is_external:
        if not is_module(resource.path):
            yield f"{resource.path!r} is not the name of a Python module: --external-api-path"
        yield from _of_domain(resource.domain, "--external-api-domain", may_be_empty=True)
        if resource.module and not _REQUIREMENT.fullmatch(resource.module):
            yield f"{resource.module!r} is not a requirement of pip: --external-api-module"


def _of_domain(domain: str, flag: str, *, may_be_empty: bool = False) -> Iterator[str]:
    if not _is_subdomain(domain) and (domain or not may_be_empty):
        yield (
            f"the domain {domain!r} has to be lower case letters, digits and dashes, in parts "
            f"that dots separate, such as example.com: {flag}"
        )


def _is_subdomain(name: str) -> bool:
    parts = name.split(".")
    return len(name) <= _LONGEST_DOMAIN and all(_LABEL.fullmatch(part) for part in parts)


def is_module(name: str) -> bool:
    return bool(_MODULE.fullmatch(name)) and not any(map(keyword.iskeyword, name.split(".")))


def _suggested(kind: str) -> str:
    """The kind that was meant, if it is a small step: `NginxProxy` of nginx-proxy."""
    words = re.findall(r"[A-Za-z0-9]+", kind)
    name = "".join(word[:1].upper() + word[1:] for word in words)
    return name if _KIND.fullmatch(name) else ""


def of_all(project: Project) -> Iterator[str]:
    """What is wrong with the names in a project, those of its APIs included."""
    yield from of_project(project)
    for resource in project.resources:
        yield from of_api(resource)

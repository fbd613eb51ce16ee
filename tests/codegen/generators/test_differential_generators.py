"""The same APIs, written once in Go and once in Python: what upstream's generators make, and ours.

`upstream/` holds the packages, `upstream/expected.json` an inventory of what deepcopy-gen,
register-gen, client-gen, lister-gen, informer-gen and applyconfiguration-gen make of the Go ones,
so that the comparison runs everywhere. Where the real tools are built (hack/envtest-assets.sh) they
are run and compared with the file.
"""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from codegen import naming, source
from codegen.diagnostics import Diagnostics
from codegen.generators import GENERATORS, Artifact, Context, Settings
from codegen.tags.declared.deepcopy import Interfaces
from tests.golden import Golden

ROOT = Path(__file__).parents[3]
UPSTREAM = Path(__file__).parent / "upstream"
EXPECTED = UPSTREAM / "expected.json"
ASSETS = Path(os.environ.get("KUBEBUILDER_ASSETS", ROOT / ".cache/envtest"))
TOOLS = (
    "deepcopy-gen",
    "register-gen",
    "client-gen",
    "lister-gen",
    "informer-gen",
    "applyconfiguration-gen",
)
MODULE = "example.com/upstream"
PACKAGES = sorted(doc.parent.relative_to(UPSTREAM).as_posix() for doc in UPSTREAM.rglob("doc.go"))
VERSIONED = [path for path in PACKAGES if re.search(r"/v\d", path)]

_ENGLISH = "upstream's plural rules of clients know no irregular words; ours are the CRD's"

# What is not as upstream has it, by its place in the inventory, and why.
DIFFERENCES: dict[str, str] = {
    "copies/v1/copies/Modes": "a list with a name is a plain list in Python: it needs no class",
    "internal/copies/registered/Hidden": "an internal package is in no scheme of clients",
    "clientset/copies_v1": "a clientset has no client of a group without one kind in it",
    "clientset/selected_v1": "a clientset has no client of a group without one kind in it",
    "methods/v1/clients/Node": "noVerbs drops extension methods there; who asks for one gets it",
    "verbs/v1/clients/NoVerbs": _ENGLISH,
    "applied/v1/twins/Size": "what has metadata has a name, with a client of its own or without",
    "verbs/v1/twins/WithStatus": "a kind's twin has what it inlines, and nothing else refers to it",
    **{
        f"names/v1/{part}/{kind}": _ENGLISH
        for part in ("clients", "informers")
        for kind in ("Chassis", "Child", "DNS", "Datum", "Endpoints", "Quiz", "Series", "Settings")
    },
}

_CLIENT_BASES = {
    "Creates": "create",
    "Updates": "update",
    "UpdatesStatus": "update_status",
    "Deletes": "delete",
    "DeletesCollection": "delete_collection",
    "Gets": "get",
    "Lists": "list",
    "Watches": "watch",
    "Patches": "patch",
    "Applies": "apply",
    "AppliesStatus": "apply_status",
}


# --- theirs -----------------------------------------------------------------------------------


def run_upstream(module: Path) -> None:
    """The tools on a copy of `upstream/`, as kube_codegen.sh calls them."""
    shutil.copytree(UPSTREAM, module)
    (module / "header.txt").touch()
    packages = [f"{MODULE}/{path}" for path in PACKAGES]
    made = f"{MODULE}/generated"

    def into(folder: str) -> list[str]:
        return ["--output-dir", f"generated/{folder}", "--output-pkg", f"{made}/{folder}"]

    inputs = [option for path in VERSIONED for option in ("--input", path)]
    clients = f"{made}/clientset/versioned"
    arguments = {
        "deepcopy-gen": ["--output-file", "zz_generated.deepcopy.go", *packages],
        "register-gen": ["--output-file", "zz_generated.register.go", *packages],
        "client-gen": [
            *("--clientset-name", "versioned", "--input-base", MODULE, *inputs),
            *("--apply-configuration-package", f"{made}/applyconfiguration"),
            *into("clientset"),
        ],
        "lister-gen": [*into("listers"), *packages],
        "informer-gen": [
            *("--versioned-clientset-package", clients, "--listers-package", f"{made}/listers"),
            *into("informers"),
            *packages,
        ],
        "applyconfiguration-gen": [*into("applyconfiguration"), *packages],
    }
    for tool in TOOLS:
        command = [str(ASSETS / tool), "--go-header-file", "header.txt", *arguments[tool]]
        done = subprocess.run(command, cwd=module, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{tool}: {done.stderr}"


def theirs(module: Path) -> dict[str, Any]:
    """The inventory of what the tools made, names as Go has them."""
    made = module / "generated"
    found: dict[str, Any] = {path: _their_package(module, path) for path in PACKAGES}
    clientset = (made / "clientset/versioned/clientset.go").read_text()
    found["clientset"] = sorted(
        re.findall(r"^func \(c \*Clientset\) (\w+V\d\w*)\(\)", clientset, re.M)
    )
    return found


def _their_package(module: Path, path: str) -> dict[str, Any]:
    copies: dict[str, list[str]] = {}
    for kind, method in re.findall(
        r"^func \(in \*?(\w+)\) DeepCopy(\w*)\(",
        _text(module / path / "zz_generated.deepcopy.go"),
        re.M,
    ):
        interfaces = copies.setdefault(kind, [])
        if method not in ("", "Into"):
            interfaces.append(method)
    made = module / "generated"
    register = _text(module / path / "zz_generated.register.go")
    informers = _text(made / "informers/externalversions" / path / "interface.go")
    return {
        "copies": copies,
        "registered": sorted(re.findall(r"^\t\t&(\w+)\{\},", register, re.M)),
        "clients": dict(_their_clients(made / "clientset/versioned/typed" / path)),
        "listers": dict(_their_listers(made / "listers" / path)),
        "informers": {
            kind: accessor
            for accessor, kind in re.findall(r"^\t(\w+)\(\) (\w+)Informer$", informers, re.M)
        },
        "twins": dict(their_twins(made / "applyconfiguration" / path)),
    }


def their_twins(folder: Path) -> Iterator[tuple[str, Any]]:
    """Each twin's fields by their JSON names, and what its constructor takes."""
    text = "".join(_text(path) for path in sorted(folder.glob("*.go")))
    bodies = dict(
        re.findall(r"^type (\w+)ApplyConfiguration struct \{\n(.*?)^}", text, re.M | re.S)
    )
    parameters = dict(re.findall(r"^func (\w+)\(([\w, ]*)\) \*\1ApplyConfiguration \{", text, re.M))

    def fields(name: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for type, json_name in re.findall(
            r"^\t(?:\w+ +)?([*\[\].\w]+) +`json:\"(\w*),(?:omitempty|inline)\"`", bodies[name], re.M
        ):
            if json_name:
                found[json_name] = _their_shape(type)
            elif type.endswith("TypeMetaApplyConfiguration"):
                found |= {"apiVersion": "scalar", "kind": "scalar"}
            else:
                found |= fields(type.removesuffix("ApplyConfiguration"))
        return found

    for name in bodies:
        yield (
            name,
            {
                "fields": fields(name),
                "takes": [p.split()[0] for p in parameters[name].split(", ") if p],
            },
        )


def _their_shape(type: str) -> str:
    """A Go type as `list[twin Wall]`, `map[scalar]`."""
    type = type.removeprefix("*")
    if type.startswith("[]") and type != "[]byte":
        return f"list[{_their_shape(type[2:])}]"
    if type.startswith("map["):
        return f"map[{_their_shape(type.partition(']')[2])}]"
    name = type.rpartition(".")[2]
    twin = name.removesuffix("ApplyConfiguration")
    return f"twin {twin}" if twin != name else "scalar"


def _their_clients(folder: Path) -> Iterator[tuple[str, Any]]:
    client = "".join(_text(path) for path in sorted(folder.glob("*_client.go")))
    for accessor, namespace, kind in re.findall(
        r"^func \(c \*\w+\) (\w+)\((namespace string)?\) (\w+)Interface", client, re.M
    ):
        text = _text(folder / f"{kind.lower()}.go")
        body = re.search(rf"^type {kind}Interface interface {{\n(.*?)^}}", text, re.M | re.S)
        resource = re.search(r'\]\(\n\t\t\t"(\w+)",', text)
        assert body is not None
        assert resource is not None
        yield (
            kind,
            {
                "accessor": accessor,
                "resource": resource.group(1),
                "namespaced": bool(namespace),
                "methods": sorted(re.findall(r"^\t(\w+)\(", body.group(1), re.M)),
            },
        )


def _their_listers(folder: Path) -> Iterator[tuple[str, bool]]:
    for path in sorted(folder.glob("*.go")):
        text = path.read_text()
        for kind in re.findall(r"^type (\w+)(?<!Namespace)Lister interface", text, re.M):
            yield kind, f"type {kind}NamespaceLister interface" in text


def _text(path: Path) -> str:
    return path.read_text() if path.is_file() else ""


def pythonic(inventory: dict[str, Any]) -> dict[str, Any]:
    """Upstream's inventory with the names of methods and accessors as Python spells them."""
    found: dict[str, Any] = {"clientset": [_snake(name) for name in inventory["clientset"]]}
    for path in PACKAGES:
        package = dict(inventory[path])
        package["copies"] = {
            kind: [f"deep_copy_{_snake(name)}" for name in interfaces]
            for kind, interfaces in package["copies"].items()
        }
        package["clients"] = {
            kind: {
                **client,
                "accessor": _snake(client["accessor"]),
                "methods": sorted(_snake(method) for method in client["methods"]),
            }
            for kind, client in package["clients"].items()
        }
        package["informers"] = {k: _snake(name) for k, name in package["informers"].items()}
        found[path] = package
    return found


def _snake(name: str) -> str:
    version = re.fullmatch(r"(\w+?)(V\d\w*)", name)
    if version:
        return f"{_snake(version.group(1))}_{version.group(2).lower()}"
    return naming.identifier(naming.snake_case(name))


# --- ours -------------------------------------------------------------------------------------


def ours() -> dict[str, Any]:
    """The same inventory of what our six generators make of the Python packages."""
    diagnostics = Diagnostics()
    universe = source.read(UPSTREAM, PACKAGES, diagnostics)
    context = Context(universe, Settings(), diagnostics)
    artifacts: list[Artifact] = []
    for name in ("deepcopy", "register", "applyconfiguration", "clientset", "lister", "informer"):
        artifacts += GENERATORS[name].load()(context)
    assert not diagnostics.failed, list(diagnostics)
    texts = {artifact.path: ast.parse(artifact.text) for artifact in artifacts}
    interfaces = {
        f"{package.path}.{struct.name.name}": sorted(
            naming.copy_method(name.strip())
            for tag in struct.tags.all(Interfaces)
            for name in tag.value
        )
        for package in universe.packages
        for struct in package.structs()
    }
    clientset = texts["generated/clientset/versioned/clientset.py"]
    found: dict[str, Any] = {
        "clientset": sorted(m for c in _classes(clientset) for m in _methods(c)),
    }
    for package in universe.packages:
        accessor = f"{naming.group_accessor(package)}/{naming.version_accessor(package)}"
        found[package.path] = _our_package(package.path, accessor, texts, interfaces)
    return found


def _our_package(
    path: str, accessor: str, texts: dict[str, ast.Module], interfaces: dict[str, list[str]]
) -> dict[str, Any]:
    none = ast.Module([], [])
    copies = texts.get(f"{path}/zz_generated_deepcopy.py", none)
    register = texts.get(f"{path}/zz_generated_register.py", none)
    listers = f"generated/listers/{accessor}/"
    informers = texts.get(f"generated/informers/externalversions/{accessor}/__init__.py", none)
    return {
        "copies": {
            kind: interfaces[f"{path}.{kind}"]
            for node in ast.walk(copies)
            if isinstance(node, ast.Dict)
            for kind in (key.id for key in node.keys if isinstance(key, ast.Name))
        },
        "registered": sorted(
            argument.id
            for node in ast.walk(register)
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".add_known_types")
            for argument in node.args[1:]
            if isinstance(argument, ast.Name)
        ),
        "clients": _our_clients(path, f"generated/clientset/versioned/typed/{accessor}", texts),
        "listers": {
            node.name.removesuffix("Lister"): "NamespacedLister" in _bases(node)
            for file, tree in texts.items()
            if file.startswith(listers)
            for node in _classes(tree)
        },
        "informers": {
            ast.unparse(method.returns).removesuffix("Informer"): method.name
            for node in _classes(informers)
            for method in node.body
            if isinstance(method, ast.FunctionDef) and method.returns and method.decorator_list
        },
        "twins": dict(
            our_twins(texts.get(f"generated/applyconfiguration/{accessor}.py", ast.Module([], [])))
        ),
    }


def our_twins(module: ast.Module) -> Iterator[tuple[str, Any]]:
    classes = {node.name: node for node in _classes(module)}
    makers = {
        ast.unparse(node.returns): [argument.arg for argument in node.args.args]
        for node in module.body
        if isinstance(node, ast.FunctionDef) and node.returns and "extract" not in node.name
    }

    def fields(node: ast.ClassDef) -> dict[str, str]:
        found: dict[str, str] = {}
        for base in _bases(node):
            found |= fields(classes[base]) if base in classes else {}
        for statement in node.body:
            if isinstance(statement, ast.AnnAssign):
                found[_json_name(statement)] = _our_shape(statement.annotation)
        return found

    for name, node in classes.items():
        twin = name.removesuffix("ApplyConfiguration")
        yield twin, {"fields": fields(node), "takes": makers.get(name, [])}


def _json_name(statement: ast.AnnAssign) -> str:
    for node in ast.walk(statement):
        if isinstance(node, ast.keyword) and node.arg == "name":
            return str(ast.literal_eval(node.value))
    return naming.camel_case(ast.unparse(statement.target))


def _our_shape(annotation: ast.expr) -> str:
    if isinstance(annotation, ast.BinOp):
        return _our_shape(annotation.left)
    if isinstance(annotation, ast.Subscript):
        outer = ast.unparse(annotation.value)
        inner = annotation.slice.elts[1] if isinstance(annotation.slice, ast.Tuple) else annotation
        if isinstance(inner, ast.Subscript) and inner is annotation:
            inner = annotation.slice
        return f"{'map' if outer == 'dict' else outer}[{_our_shape(inner)}]"
    name = ast.unparse(annotation).rpartition(".")[2]
    twin = name.removesuffix("ApplyConfiguration")
    return f"twin {twin}" if twin != name else "scalar"


def _our_clients(package: str, folder: str, texts: dict[str, ast.Module]) -> dict[str, Any]:
    none = ast.Module([], [])
    classes = {
        node.name: node
        for file, tree in texts.items()
        if file.startswith(f"{folder}/")
        for node in _classes(tree)
    }
    resources = {
        keywords["kind"]: keywords
        for node in ast.walk(texts.get(f"{package}/zz_generated_resources.py", none))
        if isinstance(node, ast.Call) and ast.unparse(node.func) != "register_resources"
        for keywords in [
            {str(k.arg): k.value.value for k in node.keywords if isinstance(k.value, ast.Constant)}
        ]
    }
    found = {}
    for name, node in classes.items():
        for method in node.body:
            if (
                not isinstance(method, ast.FunctionDef)
                or not name.endswith("Client")
                or method.returns is None
                or _bases(node) != ["GroupVersionClient"]
            ):
                continue
            client = classes[ast.unparse(method.returns)]
            kind = client.name.removesuffix("Client")
            verbs = {_CLIENT_BASES[b] for b in _bases(client) if b in _CLIENT_BASES}
            found[kind] = {
                "accessor": method.name,
                "resource": resources[kind]["plural"],
                "namespaced": resources[kind]["namespaced"],
                "methods": sorted(verbs | set(_methods(client))),
            }
    return found


def _classes(tree: ast.Module) -> list[ast.ClassDef]:
    return [node for node in tree.body if isinstance(node, ast.ClassDef)]


def _bases(node: ast.ClassDef) -> list[str]:
    return [ast.unparse(base).partition("[")[0] for base in node.bases]


def _methods(node: ast.ClassDef) -> list[str]:
    return [method.name for method in node.body if isinstance(method, ast.FunctionDef)]


# --- the comparison ---------------------------------------------------------------------------


def places(inventory: dict[str, Any]) -> dict[str, Any]:
    """One entry for each thing that is generated, by its place."""
    found = {f"clientset/{name}": True for name in inventory["clientset"]}
    for path in PACKAGES:
        for part, content in inventory[path].items():
            if isinstance(content, dict):
                found |= {f"{path}/{part}/{kind}": value for kind, value in content.items()}
            else:
                found |= {f"{path}/{part}/{name}": True for name in content}
    return found


def test_what_is_generated_is_what_upstream_generates() -> None:
    left, right = places(pythonic(json.loads(EXPECTED.read_text()))), places(ours())
    differing = {
        place: (left.get(place, "absent"), right.get(place, "absent"))
        for place in sorted({*left, *right})
        if left.get(place, "absent") != right.get(place, "absent")
    }
    assert {p: d for p, d in differing.items() if p not in DIFFERENCES} == {}
    assert sorted(DIFFERENCES) == sorted(differing), "a difference that is none any more"


@pytest.mark.skipif(
    not all((ASSETS / tool).is_file() for tool in TOOLS),
    reason=f"the upstream generators are not built in {ASSETS}: hack/envtest-assets.sh --all",
)
@pytest.mark.skipif(shutil.which("go") is None, reason="the upstream generators need Go")
def test_the_expected_inventory_is_what_upstream_generates_today(
    golden: Golden, tmp_path: Path
) -> None:
    run_upstream(tmp_path / "module")
    inventory = json.dumps(theirs(tmp_path / "module"), indent=1, sort_keys=True)
    golden(EXPECTED, f"{inventory}\n")

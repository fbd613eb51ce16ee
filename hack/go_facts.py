"""Writes what Kubernetes' source knows and its OpenAPI documents do not say.

    python hack/go_facts.py

An optional member of a document may be a pointer in Go or a plain value: a pointer keeps an
explicit zero, a plain value does not. The messages of Go's decoder name Go's types. And kubectl
sends some bodies as protobuf, whose field numbers are in the tags of Go's structs. The embedded API
server needs all three, so this reads the source of the modules that hack/tools/go.mod pins, and
writes kube/envtest/facts/go_facts.json: for each schema of the documents, each member as `<protobuf
number>|<flags>|<Go type>`. Flags: `p` a pointer, `o` omitempty, `z` omitzero. The members of an
embedded struct stand in the one that embeds it: their number is a path such as `2.6`, and a fourth
part has its name.

Discovery has more than the documents too (short names, categories, the order of groups), so
discovery.json beside it is the answer of a kube-apiserver to it, for the groups of the documents.

Run it after an update of hack/tools/go.mod and of the documents. It needs Go.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = ROOT / "kube" / "envtest" / "openapi"
FOLDER = ROOT / "kube" / "envtest" / "facts"
FACTS = FOLDER / "go_facts.json"
DISCOVERY = FOLDER / "discovery.json"
MODULES = {
    "k8s.io/api": "io.k8s.api",
    "k8s.io/apimachinery": "io.k8s.apimachinery",
    "k8s.io/apiextensions-apiserver": "io.k8s.apiextensions-apiserver",
    "k8s.io/kube-aggregator": "io.k8s.kube-aggregator",
}

_STRUCT = re.compile(r"^type (\w+) struct \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_NAMED = re.compile(r"^type (\w+) ([\w.\[\]*]+)$", re.MULTILINE)
_MEMBER = re.compile(r"^\t(?:(\w+) +)?(\*?[\w.\[\]*]+)\s+`(.*)`", re.MULTILINE)
_TAG = re.compile(r'(\w+):"([^"]*)"')


def main() -> None:
    names = sorted({name for path in DOCUMENTS.glob("api*.json") for name in _schemas(path)})
    packages = {name.rpartition(".")[0] for name in names}
    folders = {prefix: _folder(module) for module, prefix in MODULES.items()}
    structs: dict[str, dict[str, str]] = {}
    for package in sorted(packages):
        prefix = next((p for p in folders if package.startswith(p + ".")), None)
        if prefix is None:
            continue
        folder = folders[prefix].joinpath(*package.removeprefix(prefix + ".").split("."))
        source = "\n".join(_sources(folder))
        version = package.rpartition(".")[2]
        for name, _ in _STRUCT.findall(source):
            members = _members(source, name)
            structs[f"{package}.{name}"] = {
                key: fact.replace("PACKAGE", version) for key, fact in members.items()
            }
    facts = {name: members for name in names if (members := structs.get(name))}
    FACTS.write_text(json.dumps(facts, separators=(",", ":"), sort_keys=True) + "\n")
    print(f"{FACTS.relative_to(ROOT)}: {len(facts)} of {len(names)} schemas are structs")
    discovery = _discovery(_folder("k8s.io/kubernetes") / "api" / "discovery")
    DISCOVERY.write_text(json.dumps(discovery, separators=(",", ":")) + "\n")
    print(f"{DISCOVERY.relative_to(ROOT)}: {len(discovery)} groups and versions")


def _discovery(folder: Path) -> dict[str, list[object]]:
    """The resources of each group and version that has a document, in the order of discovery."""
    groups = json.loads((folder / "apis.json").read_text())["groups"]
    listed = [v["groupVersion"] for group in groups for v in group["versions"]]
    resources: dict[str, list[object]] = {}
    for group_version in ["v1", *listed]:
        name = f"{'apis__' if '/' in group_version else 'api__'}{group_version.replace('/', '__')}"
        if (DOCUMENTS / f"{name}.json").exists():
            answer = json.loads((folder / f"{name}.json").read_text())
            resources[group_version] = answer["resources"]
    return resources


def _schemas(path: Path) -> list[str]:
    return list(json.loads(path.read_text())["components"]["schemas"])


def _folder(module: str) -> Path:
    command = ["go", "list", "-m", "-f", "{{.Dir}}", module]
    done = subprocess.run(
        command, cwd=ROOT / "hack" / "tools", check=True, capture_output=True, text=True
    )
    return Path(done.stdout.strip())


def _sources(folder: Path) -> list[str]:
    return [
        path.read_text()
        for path in sorted(folder.glob("*.go"))
        if not path.name.startswith(("zz_", "generated", "types_swagger"))
        and not path.name.endswith("_test.go")
    ]


def _members(source: str, struct: str) -> dict[str, str]:
    bodies = dict(_STRUCT.findall(source))
    scalars = dict(_NAMED.findall(source))
    members: dict[str, str] = {}
    for _, go_type, tags in _MEMBER.findall(bodies[struct]):
        tag = dict(_TAG.findall(tags))
        json_name, *options = tag.get("json", "-").split(",")
        number = [*tag.get("protobuf", "").split(","), ""][1]
        if "inline" in options or not json_name:
            embedded = go_type.lstrip("*").rpartition(".")[2]
            if embedded in bodies and embedded not in ("TypeMeta",):
                for inner, fact in _members(source, embedded).items():
                    place, flags, spelled, *around = fact.split("|")
                    path = ".".join([embedded, *around])
                    members[inner] = f"{number}.{place}|{flags}|{spelled}|{path}"
            continue
        if json_name == "-":
            continue
        flags = "p" if go_type.startswith("*") else ""
        flags += "o" if "omitempty" in options else ""
        flags += "z" if "omitzero" in options else ""
        members[json_name] = f"{number}|{flags}|{_spelled(go_type.lstrip('*'), bodies, scalars)}"
    return members


def _spelled(go_type: str, bodies: dict[str, str], scalars: dict[str, str]) -> str:
    """The type as reflect spells it: with the name of its package, v1 where it is of this one."""
    if go_type.startswith("[]"):
        return "[]" + _spelled(go_type[2:], bodies, scalars)
    if go_type.startswith("map["):
        key, _, value = go_type[4:].partition("]")
        return f"map[{_spelled(key, bodies, scalars)}]{_spelled(value, bodies, scalars)}"
    if go_type.startswith("*"):
        return "*" + _spelled(go_type[1:], bodies, scalars)
    if go_type == "byte":
        return "uint8"
    if go_type in bodies or go_type in scalars:
        return f"PACKAGE.{go_type}"
    return re.sub(r"^(meta|api|core)v1\.", "v1.", go_type)


if __name__ == "__main__":
    main()

"""Random APIs, each described once and written in Python and in Go.

A type is a name or a shape of others; a description holds what both languages can say: scalars,
lists, maps, named ones of all three, inlined structs, documentation and every marker that may stand
on the type of its field.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

VALIDATION = "+kubebuilder:validation:"
SCALARS = {
    "str": ("string", "text"),
    "int": ("int64", "number"),
    "Int32": ("int32", "number"),
    "bool": ("bool", "other"),
    "bytes": ("[]byte", "other"),
    "Time": ("metav1.Time", "other"),
    "Quantity": ("resource.Quantity", "other"),
    "IntOrString": ("intstr.IntOrString", "other"),
    "RawExtension": ("runtime.RawExtension", "other"),
}
MARKERS = {
    "number": ("Minimum=0", "Minimum=-3", "Maximum=100", "MultipleOf=2", "ExclusiveMinimum=true"),
    "text": ("MinLength=1", "MaxLength=63", "Pattern=`^[a-z]*$`", "Format=uuid", "Enum=b;a"),
    "list": ("MinItems=1", "MaxItems=9"),
    "map": ("MinProperties=1", "MaxProperties=9"),
    "struct": (),
    "other": (),
}
DOCS = ("", "is documented.", "has: a colon, a # and 'quotes'.", "has two\nlines.")


@dataclass(frozen=True)
class Ref:
    """A use of a type in both languages; `kind` says which markers it takes."""

    python: str
    go: str
    kind: str
    element: str = "other"


@dataclass
class Member:
    name: str
    type: Ref
    optional: bool
    markers: list[str]
    doc: str


@dataclass
class Declared:
    """A named scalar, list or map (`target`), or a struct."""

    name: str
    markers: list[str]
    doc: str
    target: Ref | None = None
    base: str = ""
    members: list[Member] = field(default_factory=list)


class Api:
    """One random API; equal seeds make equal ones."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._known = [Ref(name, go, kind) for name, (go, kind) in SCALARS.items()]
        self.declared: list[Declared] = []
        for index in range(5):
            self._declare_alias(f"Alias{index}")
        for index in range(7):
            self._declare_struct(f"Struct{index}")
        structs = [d.name for d in self.declared if d.target is None]
        self.kinds = {f"Kind{i}": self._random.choice(structs) for i in range(3)}

    def _happens(self, chance: float) -> bool:
        return self._random.random() < chance

    def _type(self, depth: int = 0) -> Ref:
        if depth < 2 and self._happens(0.2):
            inner = self._type(depth + 1)
            return Ref(f"list[{inner.python}]", f"[]{inner.go}", "list", inner.kind)
        if depth < 2 and self._happens(0.15):
            inner = self._type(depth + 1)
            return Ref(f"dict[str, {inner.python}]", f"map[string]{inner.go}", "map", inner.kind)
        return self._random.choice(self._known)

    def _markers(self, kind: str, prefix: str = VALIDATION) -> list[str]:
        chosen: dict[str, str] = {}
        for marker in MARKERS[kind]:
            if self._happens(0.35):
                chosen.setdefault(marker.partition("=")[0], f"{prefix}{marker}")
        return list(chosen.values())

    def _rule(self) -> list[str]:
        message = self._random.choice("abc")
        return [f'{VALIDATION}XValidation:rule="true",message="{message}"']

    def _doc(self, name: str) -> str:
        doc = self._random.choice(DOCS)
        return f"{name} {doc}" if doc else ""

    def _declare_alias(self, name: str) -> None:
        target = self._type()
        while target.kind in ("other", "struct"):
            target = self._type()
        markers = self._markers(target.kind) + (self._rule() if self._happens(0.2) else [])
        self.declared.append(Declared(name, markers, self._doc(name), target))
        self._known.append(Ref(name, name, target.kind))

    def _declare_struct(self, name: str) -> None:
        structs = [d.name for d in self.declared if d.target is None]
        base = self._random.choice(structs) if structs and self._happens(0.25) else ""
        markers = [
            marker
            for marker in (
                "+structType=atomic",
                f"{VALIDATION}MaxProperties=9",
                "+kubebuilder:pruning:PreserveUnknownFields",
                *self._rule(),
            )
            if self._happens(0.15)
        ]
        made = Declared(name, markers, self._doc(name), base=base)
        for index in range(self._random.randint(1, 5)):
            made.members.append(self._member(f"{name.lower()}m{index}"))
        self.declared.append(made)
        self._known.append(Ref(name, name, "struct"))

    def _member(self, name: str) -> Member:
        ref = self._type()
        markers = self._markers(ref.kind)
        if ref.python.startswith("list[") and not ref.python[5:].startswith(("Alias", "list")):
            markers += self._markers(ref.element, f"{VALIDATION}items:")
        if ref.python.startswith("list[") and self._happens(0.2):
            markers.append("+listType=atomic")
        # Of two sources of rules controller-gen takes either first, by chance.
        markers += self._random.choice([[], [], [], self._rule(), ["+k8s:immutable"]])
        markers += [m for m in ("+nullable", '+kubebuilder:title="T"') if self._happens(0.1)]
        optional = self._happens(0.4)
        if not optional and ref.kind not in ("other", "number") and self._happens(0.2):
            markers.append("+k8s:required")
        return Member(name, ref, optional, markers, self._doc(name))

    # --- in two languages ---------------------------------------------------------------------

    def python(self) -> str:
        return "\n".join(self._python_lines())

    def go(self, group: str) -> str:
        body = "\n".join(self._go_lines())
        imports = {
            "metav1.": 'metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"',
            "resource.": '"k8s.io/apimachinery/pkg/api/resource"',
            "intstr.": '"k8s.io/apimachinery/pkg/util/intstr"',
            "runtime.": '"k8s.io/apimachinery/pkg/runtime"',
        }
        used = "\n".join(f"\t{line}" for word, line in imports.items() if word in body)
        return f"// +groupName={group}\npackage v1\n\nimport (\n{used}\n)\n\n{body}"

    def _python_lines(self) -> Iterator[str]:
        yield "from typing import TypeAlias\n\nfrom kube.api.meta.v1 import Time"
        yield "from kube.runtime.quantity import Quantity"
        yield "from kube.runtime import Int32, IntOrString, Object, RawExtension, Struct\n"
        for each in self.declared:
            yield ""
            yield from _comment("# ", "", each.doc, each.markers)
            if each.target is not None:
                yield f"{each.name}: TypeAlias = {each.target.python}\n"
                continue
            yield f"class {each.name}({each.base or 'Struct'}):"
            for member in each.members:
                yield from _comment("# ", "    ", member.doc, member.markers)
                default = " | None = None" if member.optional else ""
                yield f"    {member.name}: {member.type.python}{default}\n"
        for kind, spec in self.kinds.items():
            yield f'\nclass {kind}(Object):\n    """{kind} is a kind."""\n\n    spec: {spec}\n'

    def _go_lines(self) -> Iterator[str]:
        for each in self.declared:
            yield from _comment("// ", "", each.doc, each.markers)
            if each.target is not None:
                yield f"type {each.name} {each.target.go}\n"
                continue
            yield f"type {each.name} struct {{"
            if each.base:
                yield f'\t{each.base} `json:",inline"`'
            for member in each.members:
                yield from _comment("// ", "\t", member.doc, member.markers)
                pointer = "*" if member.optional and member.type.kind not in ("list", "map") else ""
                pointer = "" if member.type.go.startswith("[]") else pointer
                omitted = ",omitempty" if member.optional else ""
                name = member.name.capitalize()
                yield f'\t{name} {pointer}{member.type.go} `json:"{member.name}{omitted}"`'
            yield "}\n"
        for kind, spec in self.kinds.items():
            yield f"// {kind} is a kind.\ntype {kind} struct {{"
            yield '\tmetav1.TypeMeta `json:",inline"`'
            yield '\tmetav1.ObjectMeta `json:"metadata,omitempty"`'
            yield f'\tSpec {spec} `json:"spec"`\n}}\n'


def _comment(mark: str, margin: str, doc: str, markers: list[str]) -> Iterator[str]:
    for line in (*doc.split("\n"), *markers) if doc else markers:
        yield f"{margin}{mark}{line}"

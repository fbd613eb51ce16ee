"""The registry for people: aligned text for `codegen tags`, Markdown for docs/tags.md.

Both are printed from the declarations, so that what is documented is what is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from codegen.tags.declaration import Argument, Declaration, Kind, Place
from codegen.tags.registry import ABSENT, REGISTRY

# The order in which the generators come, and what each group of tags is about.
_GROUPS = {
    "deepcopy": "Deep copies",
    "register": "Group and registration",
    "clientset": "Typed clients",
    "lister": "Listers",
    "informer": "Informers",
    "applyconfiguration": "Apply configurations",
    "defaulter": "Defaults",
    "conversion": "Conversion between versions",
    "crd": "CustomResourceDefinitions and their schema",
    "validation": "Declarative validation",
    "openapi": "OpenAPI",
    "lifecycle": "Lifecycle of an API",
    "rbac": "Roles",
    "webhook": "Admission webhooks",
    "scaffold": "Scaffolding",
}
_PLACES = {
    Place.PACKAGE: "package",
    Place.TYPE: "type",
    Place.FIELD: "field",
    Place.FUNCTION: "function",
    Place.ANYWHERE: "anywhere",
}
_PLACEHOLDERS = {
    Kind.STRING: "<string>",
    Kind.INTEGER: "<integer>",
    Kind.NUMBER: "<number>",
    Kind.BOOLEAN: "<true|false>",
    Kind.ANY: "<value>",
    Kind.STRINGS: "<string;string>",
    Kind.VALUES: "<value;value>",
    Kind.WORD: "<word>",
    Kind.WORDS: "<word,word>",
    Kind.SCALAR: "<value>",
    Kind.TEXT: "<text>",
    Kind.JSON: "<JSON|ref(name)>",
    Kind.TAG: "+<tag>",
}
_LONG = 60
_WIDTH = 100
_MARKDOWN_HEAD = """\
# Tags

A tag is one comment line, `# +name`, `# +name=value` or `# +name:key=value,key=value`, with no
blank after the `+`. It stands in the comment block directly above what it is about, or (for a
type) in the block that ends one blank line above that; a package's tags stand above the docstring
of its `__init__.py`. A tag whose place is *anywhere* may also stand alone at module level.

`codegen tags` prints this list, `codegen tags NAME` the part of it whose names contain NAME. A
misspelt name in a namespace of ours (`k8s:`, `genclient`, `kubebuilder:`), or one that is nearly
one of these, is an error; tags of other namespaces are left alone.
"""


def usage(declaration: Declaration) -> str:
    """How the tag is written, with what may be left out in brackets."""
    text = f"+{declaration.name}"
    placeholder = _placeholder(declaration.value, declaration.choices)
    if declaration.value is Kind.WORD and declaration.arguments:
        pairs = "".join(_pair(argument, ",") for argument in declaration.arguments)
        return f"{text}={placeholder}{pairs}"
    if declaration.arguments and declaration.value in (Kind.NONE, Kind.TAG):
        text += _arguments(declaration)
    elif declaration.open_arguments:
        text += "(<name>: <value>)"
    if declaration.value is Kind.NONE:
        return text
    return f"{text}[={placeholder}]" if declaration.bare else f"{text}={placeholder}"


def _arguments(declaration: Declaration) -> str:
    if declaration.family.value == "code-generator":
        inner = ", ".join(
            f"{a.name}: {_placeholder(a.kind, a.choices)}" if a.name else "<name>"
            for a in declaration.arguments
        )
        wanted = any(a.required for a in declaration.arguments)
        return f"({inner})" if wanted else f"[({inner})]"
    first, *others = sorted(declaration.arguments, key=lambda a: not a.required)
    rest = "".join(_pair(argument, ",") for argument in others)
    opening = _pair(first, ":")
    return opening + rest


def _pair(argument: Argument, separator: str) -> str:
    text = f"{separator}{argument.name}={_placeholder(argument.kind, argument.choices)}"
    return text if argument.required else f"[{text}]"


def _placeholder(kind: Kind, choices: tuple[str, ...]) -> str:
    if not choices:
        return _PLACEHOLDERS.get(kind, "")
    listed = "|".join(choices)
    if len(listed) > _LONG:  # told in the notes
        listed = "choice"
    return f"<{listed}>,…" if kind is Kind.WORDS else f"<{listed}>"


def _declarations(name: str) -> Iterator[tuple[str, list[Declaration]]]:
    """Each group's title and the declarations whose names contain `name`, in declared order."""
    found = list(
        dict.fromkeys(
            d
            for known, declared in REGISTRY.items()
            if name.casefold() in known.casefold() and not _is_element(known)
            for d in declared
        )
    )
    for reader, title in _GROUPS.items():
        group = [d for d in found if d.reader == reader]
        if group:
            absent = ": checked, without effect" if reader in ABSENT else ""
            yield f"{title} ({reader}){absent}", group


def _is_element(name: str) -> bool:
    """The copies for elements of lists are told in one sentence of their originals."""
    return name.startswith("kubebuilder:validation:items:")


def _notes(declaration: Declaration) -> str:
    notes = declaration.help
    for name, listed in (
        ("It", declaration.choices),
        *((argument.name, argument.choices) for argument in declaration.arguments),
    ):
        if len("|".join(listed)) > _LONG:
            notes += f" {name} is one of: {', '.join(listed)}."
    if declaration.repeatable:
        notes += " May stand several times."
    if declaration.element:
        items = declaration.name.replace("validation:", "validation:items:")
        notes += f" As +{items} for the elements of a list."
    if declaration.aliases:
        notes += f" Also written {', '.join('+' + a for a in declaration.aliases)}."
    return notes


def _places(declaration: Declaration) -> str:
    return ", ".join(_PLACES[place] for place in declaration.places)


def render_text(name: str = "") -> str:
    """The tags whose names contain `name`, grouped by generator; "" where there is none."""
    lines: list[str] = []
    for title, group in _declarations(name):
        if lines:
            lines.append("")
        lines.append(title)
        for declaration in group:
            lines.append(f"  {usage(declaration)}")
            told = f"{_places(declaration):<14}  {_notes(declaration)}"
            lines += wrap(
                told,
                _WIDTH,
                initial_indent=" " * 6,
                subsequent_indent=" " * 22,
                break_long_words=False,
                break_on_hyphens=False,
            )
    return "".join(f"{line}\n" for line in lines)


def render_markdown() -> str:
    """The whole of docs/tags.md."""
    parts = [_MARKDOWN_HEAD]
    for title, group in _declarations(""):
        parts.append(f"\n## {title}\n\n| tag | where | what it does |\n|---|---|---|\n")
        for declaration in group:
            written = usage(declaration).replace("|", "\\|")
            notes = _notes(declaration).replace("|", "\\|").replace("<", "&lt;")
            parts.append(f"| `{written}` | {_places(declaration)} | {notes} |\n")
    return "".join(parts)

"""The registry for people: aligned text for `codegen tags`, Markdown for docs/tags.md.

Both are printed from the declarations, so that what is documented is what is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from codegen.tags.declaration import (
    ITEMS,
    Argument,
    Family,
    Form,
    TagDeclaration,
    name_for_elements,
    place_names,
)
from codegen.tags.registry import REGISTRY

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
_PLACEHOLDERS = {
    Form.STRING: "<string>",
    Form.INTEGER: "<integer>",
    Form.NUMBER: "<number>",
    Form.BOOLEAN: "<true|false>",
    Form.ANY: "<value>",
    Form.STRINGS: "<string;string>",
    Form.VALUES: "<value;value>",
    Form.WORD: "<word>",
    Form.WORDS: "<word,word>",
    Form.SCALAR: "<value>",
    Form.TEXT: "<text>",
    Form.JSON: "<JSON|ref(name)>",
    Form.TAG: "+<tag>",
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


def usage(declaration: TagDeclaration) -> str:
    """How the tag is written, with what may be left out in brackets."""
    text = f"+{declaration.name}"
    value = declaration.value
    placeholder = "" if value is None else _placeholder(value)
    if value is not None and value.form is Form.WORD and declaration.arguments:
        pairs = "".join(_pair(argument, ",") for argument in declaration.arguments)
        return f"{text}={placeholder}{pairs}"
    if declaration.open_arguments:
        text += "(<name>: <value>)"
    elif declaration.arguments and (value is None or value.form is Form.TAG):
        text += _arguments(declaration)
    if value is None:
        return text
    return f"{text}[={placeholder}]" if value.bare else f"{text}={placeholder}"


def _arguments(declaration: TagDeclaration) -> str:
    if declaration.family is Family.GENGO:
        inner = ", ".join(
            f"{a.name}: {_placeholder(a)}" if a.name else "<name>" for a in declaration.arguments
        )
        wanted = any(a.required for a in declaration.arguments)
        return f"({inner})" if wanted else f"[({inner})]"
    first, *others = sorted(declaration.arguments, key=lambda a: not a.required)
    rest = "".join(_pair(argument, ",") for argument in others)
    opening = _pair(first, ":")
    return opening + rest


def _pair(argument: Argument, separator: str) -> str:
    text = f"{separator}{argument.name}={_placeholder(argument)}"
    return text if argument.required else f"[{text}]"


def _placeholder(argument: Argument) -> str:
    if not argument.choices:
        return _PLACEHOLDERS[argument.form]
    listed = "|".join(argument.choices)
    if len(listed) > _LONG:  # the notes list them
        listed = "choice"
    return f"<{listed}>,…" if argument.form is Form.WORDS else f"<{listed}>"


def _declarations(name: str) -> Iterator[tuple[str, list[TagDeclaration]]]:
    """Each group's title and the declarations whose names contain `name`, in declared order."""
    matching = list(
        dict.fromkeys(
            d
            for known, declared in REGISTRY.items()
            if name.casefold() in known.casefold() and not _is_element(known)
            for d in declared
        )
    )
    for reader, title in _GROUPS.items():
        group = [d for d in matching if d.reader == reader]
        if group:
            yield f"{title} ({reader})", group


def _is_element(name: str) -> bool:
    """Whether a name is that of a tag for elements, which the notes of the tag itself mention."""
    return name.startswith(ITEMS)


def _notes(declaration: TagDeclaration) -> str:
    notes = declaration.help
    for attribute in declaration.attributes:
        if len("|".join(attribute.choices)) > _LONG:
            name = "It" if attribute is declaration.value else attribute.name
            notes += f" {name} is one of: {', '.join(attribute.choices)}."
    if declaration.unread:
        notes += f" Checked, without effect: {declaration.unread}."
    if declaration.repeatable:
        notes += " May stand several times."
    if declaration.elements:
        notes += f" As +{name_for_elements(declaration.name)} for the elements of a list."
    if declaration.aliases:
        notes += f" Also written {', '.join('+' + a for a in declaration.aliases)}."
    return notes


def _places(declaration: TagDeclaration) -> str:
    return ", ".join(name.rpartition(" ")[2] for name in place_names(declaration.places))


def render_text(name: str = "") -> str:
    """The tags whose names contain `name`, grouped by generator; "" where there is none."""
    lines: list[str] = []
    for title, group in _declarations(name):
        if lines:
            lines.append("")
        lines.append(title)
        for declaration in group:
            lines.append(f"  {usage(declaration)}")
            details = f"{_places(declaration):<14}  {_notes(declaration)}"
            lines += wrap(
                details,
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

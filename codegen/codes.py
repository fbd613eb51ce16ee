"""Every code of a diagnostic, declared once: its severity, and one sentence of help.

Nothing of a run needs this table, so it costs none: code that reports names its code in full, and
a test holds both together. `codegen diagnostics` prints the table, and docs/diagnostics.md with it.
"""

from __future__ import annotations

from textwrap import wrap

_ERROR, _WARNING, _NOTE = "error", "warning", "note"
_WIDTH = 100
_HEAD = """\
# Diagnostics

What `codegen` reports, by the code in brackets at the end of each message. An error ends the run
before anything is written; a warning does not. Notes are counted in the summary, and listed with
`--notes`, and in JSON.

`codegen diagnostics` prints this list, `codegen diagnostics CODE` the part of it whose codes
contain CODE.
"""

# Group → code → severity (or severities, where it depends on what is at stake) and help.
_GROUPS: dict[str, dict[str, tuple[str, str]]] = {
    "Configuration": {
        "config": (_ERROR, "The `[tool.codegen]` table is missing, or has no input."),
        "config-header": (_ERROR, "The header file has a line that is not a comment."),
        "config-unknown-key": (_ERROR, "A key in `[tool.codegen]` is not an option."),
        "config-value": (_ERROR, "The value of an option is of the wrong type or out of range."),
        "toml": (_ERROR, "pyproject.toml cannot be parsed."),
    },
    "Files and packages": {
        "all-removed": (_ERROR, "The input asks for nothing, and all that was generated would go."),
        "bad-encoding": (_ERROR, "A file is not UTF-8."),
        "no-package": (_ERROR, "An input is not a folder that Python can import as a package."),
        "nothing-asked": (_WARNING, "No tag in an input package asks for anything."),
        "nothing-generated": (_WARNING, "The only generator that runs has nothing to write."),
        "syntax-error": (_ERROR, "A module cannot be parsed."),
        "unreadable-file": (_ERROR, "A file cannot be read."),
        "unresolved-name": (_ERROR, "A name is not declared where it is looked up."),
    },
    "Tags": {
        "bad-value": (_ERROR, "A value of a tag is not one that the tag can have."),
        "contradiction": (_ERROR, "Two tags, or two versions of a kind, say opposite things."),
        "duplicate-argument": (_ERROR, "An argument of a tag has two values."),
        "duplicate-tag": (_ERROR, "A tag that may stand once stands twice."),
        "duplicate-value": (_ERROR, "A value that must be unique is repeated."),
        "extra-argument": (_ERROR, "Text follows the value of a tag."),
        "missing-argument": (_ERROR, "A tag needs an argument that is not there."),
        "missing-tag": (_ERROR, "A tag needs another tag beside it."),
        "missing-value": (_ERROR, "A tag or an argument needs a value."),
        "missing-verb": (_ERROR, "A client has no verb that one of its verbs needs."),
        "no-effect": (f"{_WARNING}, {_NOTE}", "What stands here changes nothing."),
        "stray-tag": (_WARNING, "A tag stands above nothing that it could belong to."),
        "tag-syntax": (_ERROR, "A tag cannot be parsed."),
        "unexpected-argument": (_ERROR, "An argument does not go with the others of its tag."),
        "unexpected-value": (_ERROR, "A tag that takes no value has one."),
        "unknown-argument": (_ERROR, "A tag has no argument of this name."),
        "unknown-tag": (_ERROR, "The tag is in a namespace of the toolchain, and is not declared."),
        "unread-tag": (_WARNING, "Text looks like a tag and is not read as one."),
        "wrong-place": (_ERROR, "A tag stands where it has no meaning."),
    },
    "Declarations": {
        "acronym": (_WARNING, "A JSON name spells an acronym otherwise than Kubernetes does."),
        "bad-alias": (_ERROR, "An alias is not a type at run time."),
        "bad-annotation": (_ERROR, "An annotation in quotes is not an expression."),
        "bad-default": (_ERROR, "A default does not fit the type of its field, or its bounds."),
        "bad-enum-member": (_ERROR, "A member of an enum is neither a string nor an integer."),
        "bad-field": (_ERROR, "`field()` has arguments that cannot be read."),
        "bad-key": (_ERROR, "The keys of a map are not strings."),
        "bad-kind": (_ERROR, "A kind or its plural has a name that no server takes."),
        "bad-metadata": (_ERROR, "`metadata` of a kind is not an ObjectMeta."),
        "bad-type": (_ERROR, "An annotation is not a type that an API can have."),
        "base-conflict": (_ERROR, "A class has bases that Python or the API cannot combine."),
        "circular-alias": (_ERROR, "An alias stands for itself."),
        "circular-inheritance": (_ERROR, "A class derives from itself."),
        "class-option": (_ERROR, "A class sets an option that is fixed for all API types."),
        "client-of-no-kind": (_ERROR, "`+genclient` stands above what is not a kind."),
        "duplicate-accessor": (_ERROR, "Two kinds would be reached by the same name."),
        "duplicate-apply-configuration": (
            _ERROR,
            "Two types would have apply configurations of the same name.",
        ),
        "duplicate-field": (_ERROR, "A class declares a field twice."),
        "duplicate-group-accessor": (_ERROR, "Two groups would be reached by the same name."),
        "duplicate-json-name": (_ERROR, "Two fields of a class have the same JSON name."),
        "duplicate-plural": (_ERROR, "Two kinds of a group and version have the same plural."),
        "duplicate-type": (_ERROR, "A class is declared twice in a package."),
        "duplicate-version": (_ERROR, "Two packages are the same version of the same group."),
        "empty-enum": (_ERROR, "An enum without members is the type of a field."),
        "endless-type": (_ERROR, "A type contains itself by value, so no object can exist."),
        "internal-package": (
            f"{_WARNING}, {_NOTE}",
            "A folder whose name is not a version gets no clients.",
        ),
        "list-of-no-kind": (_ERROR, "A list class has elements that are not a kind."),
        "missing-apply-configuration": (
            _ERROR,
            "A type that is applied is neither in the input nor mapped to a module.",
        ),
        "missing-list-type": (_ERROR, "A kind whose client can list has no list class."),
        "no-group": (_ERROR, "A kind has a client, but its package has no API group."),
        "not-a-kind": (_ERROR, "A marker for kinds stands above what is not a kind."),
        "not-an-api-type": (_ERROR, "A class has tags, and is not an API type."),
        "private-field": (_ERROR, "A field begins with an underscore."),
        "reserved-name": (_ERROR, "A name would replace one that the runtime has."),
        "shadowing-field": (_ERROR, "A field hides a name that the class body uses."),
        "shared-default": (_ERROR, "A default is one mutable value for all objects."),
        "type-arguments": (_ERROR, "A generic type has too many or too few arguments."),
        "unbound-type-variable": (_ERROR, "A type variable is used outside of its class."),
    },
    "Deep copies and clients": {
        "bad-expansion": (
            _ERROR,
            "A hand-written expansion does not define the class that is mixed in.",
        ),
        "idle-expansion": (_WARNING, "Nothing uses a hand-written expansion."),
        "missing-interface-method": (_ERROR, "A class has no method that an interface needs."),
        "not-an-object": (_ERROR, "A class that is not a kind asks for `deep_copy_object`."),
    },
    "CustomResourceDefinitions": {
        "bad-cel": (_ERROR, "An expression in CEL cannot be parsed."),
        "bad-column": (_ERROR, "A print column has another type than its path."),
        "bad-constraint": (_ERROR, "An argument of `Meta` does not fit its type."),
        "bad-group": (_ERROR, "A server takes no CRD of this group."),
        "bad-list-key": (_ERROR, "A key of a list of type map is not a required scalar member."),
        "bad-list-type": (_ERROR, "The elements of a list of type set cannot be compared."),
        "bad-marker": (_ERROR, "A marker does not fit the schema that it stands above."),
        "bad-path": (_ERROR, "A path names no field of the schema."),
        "bad-union": (_ERROR, "The members of a union cannot be distinguished."),
        "circular-schema": (_ERROR, "A class contains itself, which a CRD cannot express."),
        "dangerous-type": (_ERROR, "A field is a floating-point number."),
        "large-crd": (_WARNING, "`kubectl apply` may refuse a CRD of this size."),
        "missing-list-key": (_ERROR, "A list of type map has no key."),
        "missing-status": (_ERROR, "A kind has a status subresource, and no status."),
        "mixed-literal": (_ERROR, "The values of a Literal are of several types."),
        "no-crd": (f"{_WARNING}, {_NOTE}", "A kind gets no CRD."),
        "no-served-version": (_ERROR, "No version of a kind is served."),
        "no-storage-version": (_ERROR, "No version of a kind is stored."),
        "optional-without-default": (_WARNING, "An optional field has no default."),
        "two-storage-versions": (_ERROR, "Two versions of a kind are stored."),
        "unknown-default": (_WARNING, "A default is not a literal, so the CRD has none."),
    },
    "Roles and webhooks": {
        "bad-rule": (_ERROR, "A server refuses the rule of a role."),
        "bad-webhook": (_ERROR, "A server refuses the webhook of a marker."),
        "duplicate-webhook": (_ERROR, "Two webhooks of a configuration have the same name."),
        "idle-ignore": (_WARNING, "A comment silences a diagnostic that is not there."),
        "missing-rule": (_ERROR, "No RBAC marker grants what the code asks of a client."),
        "superfluous-rule": (_WARNING, "An RBAC marker grants what the code does not use."),
    },
    "Output": {
        "left-behind": (_WARNING, "A generated file is no longer kept up to date."),
        "output-conflict": (_ERROR, "Two generators would write different text to one file."),
        "output-foreign-file": (_ERROR, "A file that codegen did not write is in the way."),
        "stale": (_ERROR, "A generated file is not up to date."),
    },
    "Importing CRDs": {
        "bad-crd": (_ERROR, "A CRD is incomplete, or cannot be imported."),
        "bad-import-record": (_ERROR, "The record of the last import cannot be read."),
        "bad-yaml": (_ERROR, "A file is not valid YAML."),
        "duplicate-crd": (_ERROR, "Two CRDs of one name, or of one kind, are different."),
        "empty-folder": (_WARNING, "A folder has no file that could be imported."),
        "lossy-import": (
            f"{_ERROR}, {_WARNING}, {_NOTE}",
            "A part of a CRD does not come back as it was; descriptions, what changes nothing in "
            "meaning, and all that `--allow-losses` permits, are warnings.",
        ),
        "merge-conflict": (_ERROR, "An import and the user changed one thing differently."),
        "no-import-record": (_ERROR, "A package exists, and the record of its import does not."),
        "near-built-in": (_NOTE, "An imported class is nearly one of `kube.api`."),
        "not-a-crd": (f"{_WARNING}, {_NOTE}", "A document is not a CRD, and is left out."),
        "numbers-not-allowed": (_WARNING, "An imported field is a number that settings refuse."),
        "passed-over": (_NOTE, "A file in an imported folder was made by codegen itself."),
        "not-built-in": (_NOTE, "A schema differs from the type of that name in `kube.api`."),
        "not-openapi": (_NOTE, "A document is not an OpenAPI document, and is left out."),
        "nothing-to-import": (_ERROR, "There is no CRD, or no schema, in the files."),
        "outdated-import": (_ERROR, "An import would change a file (`--check`)."),
        "renamed-field": (_NOTE, "A field's name is not its JSON name in snake case."),
        "schemas-differ": (_ERROR, "Two OpenAPI documents have one schema with other content."),
    },
    "Scaffolding": {
        "bad-project": (_ERROR, "PROJECT cannot be read."),
        "bad-scaffold-record": (_ERROR, "The record of what the scaffold wrote cannot be read."),
        "lost-marker": (_ERROR, "An insertion point is missing, or not the only one of its name."),
        "moved-name": (_WARNING, "A text names a module or a folder that has moved."),
        "no-scaffold-record": (_ERROR, "A project has no record of what its scaffold wrote."),
        "not-scaffolded": (_WARNING, "PROJECT has what codegen does not make anything of."),
        "scaffold-edited": (
            f"{_ERROR}, {_WARNING}",
            "What the scaffold is to remove has been edited.",
        ),
        "scaffold-exists": (_ERROR, "A file of the scaffold would replace one that is there."),
        "scaffold-left": (_WARNING, "An upgrade leaves a file as it is."),
        "scaffold-outside": (_ERROR, "A file of the scaffold is a link out of the project."),
        "scaffold-missing": (_ERROR, "A file that the scaffold has to change is not there."),
        "taken-name": (_ERROR, "A name that the scaffold is to import has another meaning."),
    },
    "Comparing CRDs": {
        "compat-breaking": (_ERROR, "A change breaks stored objects or existing clients."),
        "compat-risky": (_WARNING, "A change may break some objects or clients."),
        "compat-safe": (_NOTE, "A change breaks nothing."),
    },
}

CODES = {code: declared for group in _GROUPS.values() for code, declared in group.items()}
"""Code → severity (several, separated by commas) and help."""


def render_text(part: str = "") -> str:
    """The codes that contain `part`, by group; "" where there is none."""
    blocks = []
    for title, group in _GROUPS.items():
        lines = [title]
        for code, (severity, help) in group.items():
            if part.casefold() in code:
                lines += wrap(
                    f"{code:<26}{severity:<15}{help}",
                    _WIDTH,
                    initial_indent="  ",
                    subsequent_indent=" " * 43,
                    break_long_words=False,
                    break_on_hyphens=False,
                )
        if len(lines) > 1:
            blocks.append("".join(f"{line}\n" for line in lines))
    return "\n".join(blocks)


def render_markdown() -> str:
    """The whole of docs/diagnostics.md."""
    parts = [_HEAD]
    for title, group in _GROUPS.items():
        parts.append(f"\n## {title}\n\n| code | severity | what it means |\n|---|---|---|\n")
        parts += (
            f"| `{code}` | {severity} | {help} |\n" for code, (severity, help) in group.items()
        )
    return "".join(parts)

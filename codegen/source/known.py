"""What the reader knows without reading: the roots of API types, and types of one JSON value.

One table, since every generator leans on these facts. The names are those users import.
"""

from __future__ import annotations

import sys

from codegen.model import QualifiedName, Scalar

RUNTIME = "kube.runtime"
META = "kube.api.meta.v1"

# The names of the runtime that are never read further, and the modules that declare them.
_ROOTS = {"Struct": "struct", "field": "struct", "OpenEnum": "enums", "Meta": "meta"}

_TWINS = f"{RUNTIME}.applyconfiguration"

SCALARS = {
    "builtins.str": Scalar("str"),
    "builtins.int": Scalar("int"),
    "builtins.float": Scalar("float"),
    "builtins.bool": Scalar("bool"),
    "builtins.bytes": Scalar("bytes"),
    "builtins.object": Scalar("Any"),
    "typing.Any": Scalar("Any"),
}

LISTS = frozenset({"builtins.list", "typing.List"})
DICTS = frozenset({"builtins.dict", "typing.Dict"})
OPTIONAL = "typing.Optional"
UNION = "typing.Union"
LITERAL = "typing.Literal"
ANNOTATED = "typing.Annotated"
TRANSPARENT = frozenset({"typing.Final", "typing.Required"})

META_FUNCTION = f"{RUNTIME}.Meta"
FIELD_FUNCTION = f"{RUNTIME}.field"
TYPE_VARIABLE = "typing.TypeVar"
GENERIC = "typing.Generic"

CLOSED_ENUMS = frozenset({"enum.StrEnum", "enum.IntEnum", "enum.Enum"})
TYPE_ALIAS = "typing.TypeAlias"
NEW_TYPE = "typing.NewType"
CLASS_VARIABLE = "typing.ClassVar"
OPEN_ENUM = f"{RUNTIME}.OpenEnum"
STRUCT = f"{RUNTIME}.Struct"
OBJECT = QualifiedName(f"{RUNTIME}.object", "Object")
OBJECT_LIST = QualifiedName(f"{RUNTIME}.object", "ObjectList")

OBJECT_META = QualifiedName(f"{RUNTIME}.metadata.types", "ObjectMeta")

# The types of one JSON value, each by the module that declares it: is sharing one safe?
OPAQUE = {
    f"{RUNTIME}.time.Time": True,
    f"{RUNTIME}.time.MicroTime": True,
    f"{RUNTIME}.time.Duration": True,
    f"{RUNTIME}.metadata.types.FieldsV1": True,
    f"{RUNTIME}.quantity.Quantity": True,
    f"{RUNTIME}.scalars.IntOrString": True,
    f"{RUNTIME}.scalars.RawExtension": False,
    f"{RUNTIME}.scalars.JSON": False,
    "datetime.datetime": True,
    "msgspec.Raw": True,
}

# Modules of the runtime, and the package that authors import their names from.
PUBLIC = {
    **dict.fromkeys((f"{RUNTIME}.{m}" for m in ("enums", "object", "scalars", "struct")), RUNTIME),
    f"{RUNTIME}.meta": RUNTIME,
    f"{RUNTIME}.time": META,
    f"{RUNTIME}.metadata.types": META,
}

INSTEAD = {
    "builtins.tuple": "JSON has no tuple: write list[…]",
    "builtins.set": "JSON has no set: write list[…], with the tag +listType=set",
    "builtins.frozenset": "JSON has no set: write list[…], with the tag +listType=set",
    "builtins.complex": "JSON has no complex number: write two fields, or a str",
    "builtins.bytearray": "write bytes",
    "typing.Tuple": "JSON has no tuple: write list[…]",
    "typing.Set": "JSON has no set: write list[…], with the tag +listType=set",
    "typing.Mapping": "write dict[str, …]",
    "typing.Sequence": "write list[…]",
    "collections.abc.Mapping": "write dict[str, …]",
    "collections.abc.Sequence": "write list[…]",
    "datetime.date": f"write Time, from {META}",
    "datetime.time": f"write Time, from {META}",
    "datetime.timedelta": f"write Duration, from {META}",
    "decimal.Decimal": "write Quantity, or a str",
    "uuid.UUID": "write str, with the tag +kubebuilder:validation:Format=uuid",
    "msgspec.Meta": f"write Meta of {RUNTIME}: msgspec's own would refuse objects while decoding",
    "msgspec.Struct": f"derive it from Struct of {RUNTIME}",
}

# Every name above, for `from typing import *`, whose names no text of ours lists.
NAMES = frozenset(
    {*SCALARS, *LISTS, *DICTS, *TRANSPARENT, *CLOSED_ENUMS, *OPAQUE, *INSTEAD}
    | {OPTIONAL, UNION, LITERAL, ANNOTATED, TYPE_VARIABLE, GENERIC}
    | {TYPE_ALIAS, NEW_TYPE, CLASS_VARIABLE, META_FUNCTION, FIELD_FUNCTION, OPEN_ENUM, STRUCT}
    | {"enum.auto"}
)

# What Python refuses as a base beside Struct, and what has no fields to bring.
NOT_BASES_OF_STRUCTS = NAMES - {STRUCT, GENERIC, "builtins.object", "msgspec.Struct"}

_ALIASES = {"typing_extensions": "typing"}


def canonical(module: str, name: str) -> str | None:
    """The name by which this file knows `from module import name`; None if it must be read."""
    top = module.partition(".")[0]
    if top in _ALIASES:
        return f"{_ALIASES[top]}.{name}"
    if top in sys.stdlib_module_names or top == "msgspec":
        return f"{module}.{name}"
    if module == _TWINS:
        return f"{module}.{name}"  # what is applied is made of API types, and is none
    if name in _ROOTS and module in (RUNTIME, f"{RUNTIME}.{_ROOTS[name]}"):
        return f"{RUNTIME}.{name}"
    return None

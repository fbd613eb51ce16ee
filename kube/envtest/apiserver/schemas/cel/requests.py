"""Expressions about requests: the conditions of webhooks, and all of admission policies.

As in rules, each is compiled twice: against declared types, to find what kube-apiserver refuses,
and against plain values, which is the program that runs. Objects have no declared type here.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from typing import Any

from cel_expr_python import cel
from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto

from kube.envtest.apiserver.schemas.cel import library, literals, times
from kube.envtest.apiserver.schemas.cel.programs import (
    LIBRARIES,
    CompileError,
    compile_error,
    value,
)
from kube.envtest.apiserver.schemas.cel.shapes import Shape
from kube.envtest.apiserver.schemas.cel.types import Types

_OF_OBJECTS = ("object", "oldObject")
_TEXT, _TIME = Shape("string"), Shape("timestamp")
_TEXTS, _TEXT_BY_TEXT = Shape("list", _TEXT), Shape("map", _TEXT)


def _struct(**fields: Shape) -> Shape:
    return Shape("object", fields=fields)


_KIND = _struct(group=_TEXT, version=_TEXT, kind=_TEXT)
_RESOURCE = _struct(group=_TEXT, version=_TEXT, resource=_TEXT)
_REQUEST = _struct(
    kind=_KIND,
    resource=_RESOURCE,
    subResource=_TEXT,
    requestKind=_KIND,
    requestResource=_RESOURCE,
    requestSubResource=_TEXT,
    name=_TEXT,
    namespace=_TEXT,
    operation=_TEXT,
    userInfo=_struct(username=_TEXT, uid=_TEXT, groups=_TEXTS, extra=Shape("map", Shape("dyn"))),
    dryRun=Shape("bool"),
    options=Shape("dyn"),
)
_CONDITION = _struct(
    status=_TEXT, type=_TEXT, lastTransitionTime=_TIME, message=_TEXT, reason=_TEXT
)
_NAMESPACE = _struct(
    metadata=_struct(
        name=_TEXT,
        generateName=_TEXT,
        namespace=_TEXT,
        labels=_TEXT_BY_TEXT,
        annotations=_TEXT_BY_TEXT,
        UID=_TEXT,
        creationTimestamp=_TIME,
        deletionGracePeriodSeconds=Shape("int"),
        deletionTimestamp=_TIME,
        generation=Shape("int"),
        resourceVersion=_TEXT,
        finalizers=_TEXTS,
    ),
    spec=_struct(finalizers=_TEXTS),
    status=_struct(conditions=Shape("list", _CONDITION), phase=_TEXT),
)
_SCALARS = ("bool", "bytes", "double", "duration", "int", "string", "timestamp")


class Checker:
    """Finds the faults of expressions about requests. `variables` are declared one by one."""

    def __init__(self, *, has_params: bool = False) -> None:
        self._has_params = has_params
        self._variables: dict[str, Shape] = {}

    def declare(self, name: str, expression: str) -> None:
        """Make an expression a variable of those that follow; raises CompileError."""
        self._variables[name] = Shape("dyn")
        found = self.check(expression)
        kind = found.name().lower()
        if kind in _SCALARS:
            self._variables[name] = Shape(kind)

    def check(
        self, expression: str, wanted: Sequence[str] = (), *, has_authorizer: bool = True
    ) -> cel.Type:
        """The type of an expression, which must be one of those wanted; raises CompileError."""
        try:
            found = self._environment(has_authorizer).compile(expression).return_type()
        except RuntimeError as error:
            raise CompileError(
                f"compilation failed: {compile_error(str(error), expression)}"
            ) from error
        shown = _type_name(found)
        if wanted and shown not in wanted:
            one = f"one of [{' '.join(wanted)}]" if len(wanted) > 1 else wanted[0]
            raise CompileError(f"must evaluate to {one} but got {shown}")
        return found

    def check_patch(self, expression: str) -> None:
        """Raises CompileError for an expression that does not give a list of JSONPatch."""
        self._check_mutation(expression, f"list({literals.PATCH})")

    def check_configuration(self, expression: str) -> None:
        """Raises CompileError for an expression that does not give an Object."""
        self._check_mutation(expression, literals.OBJECT)

    def _check_mutation(self, expression: str, wanted: str) -> None:
        plain = literals.as_maps(expression, (literals.OBJECT,))
        shown = _type_name(self.check(plain))
        if wanted == literals.OBJECT and plain != expression and shown.startswith("map("):
            return
        if shown != wanted:
            raise CompileError(f"must evaluate to {wanted} but got {shown}")

    def _environment(self, has_authorizer: bool) -> cel.Env:
        variables = Shape("object", fields=dict(self._variables))
        seen = _struct(request=_REQUEST, namespaceObject=_NAMESPACE, variables=variables)
        types = Types(seen, escapes=False)
        types.pool.Add(_patch_type())
        declared = {
            **dict.fromkeys(_OF_OBJECTS, "dyn"),
            **({"params": "dyn"} if self._has_params else {}),
            **({"variables": types.of(variables)} if self._variables else {}),
            "request": types.of(_REQUEST),
            "namespaceObject": types.of(_NAMESPACE),
        }
        if has_authorizer:
            declared["authorizer"] = library.FOREIGN["authorizer"]
            declared["authorizer.requestResource"] = library.FOREIGN["resourceCheck"]
        listed = ", ".join(f"{{name: {name}, type: '{of}'}}" for name, of in declared.items())
        return cel.NewEnv(
            types.pool,
            config=cel.NewEnvConfigFromYaml(f"{LIBRARIES}{library.DECLARED}variables: [{listed}]"),
            extensions=[library.declarations()],
        )


_GO_NAMES = {
    "NULL": "null_type",
    "TIMESTAMP": "google.protobuf.Timestamp",
    "DURATION": "google.protobuf.Duration",
}


def _type_name(of: cel.Type) -> str:
    """A type as cel-go prints it: `list(int)`."""
    words = re.sub(
        r"\b[A-Z]+\b", lambda m: _GO_NAMES.get(m.group(), m.group().lower()), str(of.name())
    )
    return words.replace("<", "(").replace(">", ")")


def _patch_type() -> FileDescriptorProto:
    """The message JSONPatch, whose value may be anything."""
    file = FileDescriptorProto(name="patch.proto", syntax="proto3")
    file.dependency.append("google/protobuf/struct.proto")
    message = file.message_type.add(name=literals.PATCH)
    optional = FieldDescriptorProto.LABEL_OPTIONAL
    for number, name in enumerate(("op", "path", "from"), 1):
        kind = FieldDescriptorProto.TYPE_STRING
        message.field.add(name=name, number=number, label=optional, type=kind)
    value, kind = ".google.protobuf.Value", FieldDescriptorProto.TYPE_MESSAGE
    message.field.add(name="value", number=4, label=optional, type=kind, type_name=value)
    return file


_NAMES = (*_OF_OBJECTS, "request", "params", "namespaceObject", "variables", "authorizer")


@functools.cache
def _environment() -> cel.Env:
    return cel.NewEnv(
        config=cel.NewEnvConfigFromYaml(LIBRARIES),
        variables=dict.fromkeys(_NAMES, cel.Type.DYN),
        extensions=[library.implementations()],
    )


class Expression:
    """A compiled expression about a request."""

    def __init__(self, text: str) -> None:
        """Raises CompileError."""
        self.text = text
        plain = literals.as_maps(text)
        try:
            self._compiled = _environment().compile(plain)
        except RuntimeError:
            try:
                self._compiled = _environment().compile(plain, disable_check=True)
            except RuntimeError as error:
                raise CompileError(compile_error(str(error), text)) from error

    def evaluate(self, values: Mapping[str, Any]) -> Any:
        """The value of the expression; raises EvaluationError."""
        return value(self._compiled, {**dict.fromkeys(_NAMES), **values})


@functools.lru_cache(maxsize=4096)
def expression(text: str) -> Expression:
    """Raises CompileError."""
    return Expression(text)


def as_argument(result: Any) -> Any:
    """A result as a value for other expressions."""
    if isinstance(result, dict):
        return {key: as_argument(each) for key, each in result.items()}
    if isinstance(result, (list, tuple)):
        return [as_argument(each) for each in result]
    return times.accepted(result)

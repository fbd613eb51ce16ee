"""Kubernetes' own functions in CEL, after apiserver's `cel/library`: one table, two environments.

What the compiler sees has their types (`quantity`, `ip`, …). cel-cpp takes no values of foreign
types from Python, so in programs those values are maps with one key that no object has; the
compiler has made sure that no rule reads inside. An optional that these functions return is such a
map too, and the functions of optionals have a variant for it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from operator import ge, gt, le, lt
from typing import Any

from cel_expr_python import cel

from kube.envtest.apiserver.schemas.cel import authorization, functions, times, urls
from kube.envtest.apiserver.schemas.cel.names import FORMATS


@dataclass(frozen=True, slots=True)
class Function:
    """One overload; `types` are its parameters' and, last, its result's."""

    name: str
    types: tuple[str, ...]
    call: Callable[..., Any]
    member: bool = True
    place: str = "both"
    """Which environment has it: `compiler`, `program` or both."""


_PLAIN = {
    "bool": cel.Type.BOOL,
    "int": cel.Type.INT,
    "uint": cel.Type.UINT,
    "double": cel.Type.DOUBLE,
    "string": cel.Type.STRING,
    "bytes": cel.Type.BYTES,
    "duration": cel.Type.DURATION,
    "timestamp": cel.Type.TIMESTAMP,
    "dyn": cel.Type.DYN,
}
FOREIGN = {
    "quantity": "kubernetes.Quantity",
    "semver": "kubernetes.Semver",
    "ip": "net.IP",
    "cidr": "net.CIDR",
    "url": "kubernetes.URL",
    "format": "kubernetes.NamedFormat",
    "authorizer": "kubernetes.authorization.Authorizer",
    "pathCheck": "kubernetes.authorization.PathCheck",
    "groupCheck": "kubernetes.authorization.GroupCheck",
    "resourceCheck": "kubernetes.authorization.ResourceCheck",
    "decision": "kubernetes.authorization.Decision",
}
"""The types that CEL does not know, by the names that messages of the compiler have for them."""


def _declared(name: str) -> cel.Type:
    """A type for the compiler; `T` is any type, the same everywhere in a signature."""
    if name.startswith("list "):
        return cel.Type.List(_declared(name[5:]))
    if name == "map":
        return cel.Type.Map(cel.Type.STRING, cel.Type.List(cel.Type.STRING))
    if name == "T":
        return cel.Type("~T")
    return _PLAIN[name] if name in _PLAIN else cel.Type(FOREIGN[name])


def _run(name: str) -> cel.Type:
    """A type for programs, which only distinguish kinds."""
    if name.startswith("list "):
        return cel.Type.List(cel.Type.DYN)
    if name in FOREIGN or name == "map":
        return cel.Type.Map(cel.Type.STRING, cel.Type.DYN)
    return cel.Type.DYN if name == "T" else _PLAIN[name]


# cel-cpp's Python types cannot say "optional"; its configuration can.
DECLARED = f"""
functions:
- name: format.named
  overloads:
  - id: format-named
    args: [{{type_name: string}}]
    return: {{type_name: optional_type, params: [{{type_name: {FOREIGN["format"]}}}]}}
- name: validate
  overloads:
  - id: format-validate
    target: {{type_name: {FOREIGN["format"]}}}
    args: [{{type_name: string}}]
    return:
      type_name: optional_type
      params: [{{type_name: list, params: [{{type_name: string}}]}}]
"""


@functools.cache
def declarations() -> cel.CelExtension:
    """The declarations for an environment that compiles against a schema's types."""
    return _extension("compiler", _declared)


def implementations() -> cel.CelExtension:
    """The functions, for the environment of programs."""
    return _extension("program", _run)


def _extension(place: str, to_type: Callable[[str], cel.Type]) -> cel.CelExtension:
    overloads: dict[str, dict[str, cel.Overload]] = {}
    for function in _FUNCTIONS:
        if function.place not in ("both", place):
            continue
        types = [to_type(part) for part in function.types]
        kinds = [kind.name() for kind in types[:-1]]
        key = f"{function.name}_{'member' if function.member else 'global'}_{'_'.join(kinds)}"
        # Overloads that differ only in the items of lists or maps are one function to a program.
        overloads.setdefault(function.name, {}).setdefault(
            key,
            cel.Overload(
                key,
                # A program knows the type of a result only once it has the result.
                cel.Type.DYN if place == "program" else types[-1],
                types[:-1],
                is_member=function.member,
                impl=_guarded(function.call),
            ),
        )
    declared = [cel.FunctionDecl(name, [*found.values()]) for name, found in overloads.items()]
    return cel.CelExtension(f"kubernetes-{place}", declared)


def _guarded(call: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(call)
    def guarded(*arguments: Any) -> Any:
        return times.accepted(call(*arguments))

    return guarded


def _plain(name: str, types: str, call: Callable[..., Any]) -> Function:
    return Function(name, _split(types), call, member=False)


def _member(name: str, types: str, call: Callable[..., Any]) -> Function:
    return Function(name, _split(types), call)


def _internal(name: str, types: str, call: Callable[..., Any]) -> Function:
    return Function(name, _split(types), call, place="program")


def _split(types: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in types.split(","))


_COMPARABLE = ("int", "uint", "double", "bool", "duration", "timestamp", "string", "bytes")
_SUMMABLE = ("int", "uint", "double", "duration")
_NUMBERS = ("int", "uint", "double")

_FUNCTIONS = [
    *(_member("isSorted", f"list {of}, bool", functions.is_sorted) for of in _COMPARABLE),
    *(_member("sum", f"list {of}, {of}", functions.total) for of in _SUMMABLE),
    *(_member("min", f"list {of}, {of}", functions.most("min", min)) for of in _COMPARABLE),
    *(_member("max", f"list {of}, {of}", functions.most("max", max)) for of in _COMPARABLE),
    _member("indexOf", "list T, T, int", functions.index_of),
    _member("lastIndexOf", "list T, T, int", functions.last_index_of),
    _member("find", "string, string, string", functions.find),
    _member("findAll", "string, string, list string", functions.find_all),
    _member("findAll", "string, string, int, list string", functions.find_all),
    _plain("quantity", "string, quantity", functions.quantity),
    _plain("isQuantity", "string, bool", functions.succeeds(functions.quantity)),
    _plain("sign", "quantity, int", functions.sign),
    _member("asInteger", "quantity, int", functions.as_integer),
    _member("asApproximateFloat", "quantity, double", lambda q: float(functions.number(q))),
    _member("isInteger", "quantity, bool", functions.is_integer),
    _member(
        "add",
        "quantity, quantity, quantity",
        lambda a, b: functions.quantity_of(functions.number(a) + functions.number(b)),
    ),
    _member(
        "add",
        "quantity, int, quantity",
        lambda a, b: functions.quantity_of(functions.number(a) + b),
    ),
    _member(
        "sub",
        "quantity, quantity, quantity",
        lambda a, b: functions.quantity_of(functions.number(a) - functions.number(b)),
    ),
    _member(
        "sub",
        "quantity, int, quantity",
        lambda a, b: functions.quantity_of(functions.number(a) - b),
    ),
    *(
        function
        for of in ("quantity", "semver")
        for function in (
            _member("isGreaterThan", f"{of}, {of}, bool", lambda a, b: functions.compare(a, b) > 0),
            _member("isLessThan", f"{of}, {of}, bool", lambda a, b: functions.compare(a, b) < 0),
            _member("compareTo", f"{of}, {of}, int", functions.compare),
        )
    ),
    _plain("semver", "string, semver", functions.semver),
    _plain("semver", "string, bool, semver", functions.semver),
    _plain("isSemver", "string, bool", functions.succeeds(functions.semver)),
    _plain("isSemver", "string, bool, bool", functions.succeeds(functions.semver)),
    _member("major", "semver, int", lambda version: version[functions.SEMVER][0]),
    _member("minor", "semver, int", lambda version: version[functions.SEMVER][1]),
    _member("patch", "semver, int", lambda version: version[functions.SEMVER][2]),
    _plain("ip", "string, ip", functions.ip),
    _plain("isIP", "string, bool", functions.succeeds(functions.parse_ip)),
    _plain("ip.isCanonical", "string, bool", lambda text: str(functions.parse_ip(text)) == text),
    _member("family", "ip, int", lambda ip: functions.of_ip(ip).version),
    _member("isUnspecified", "ip, bool", lambda ip: functions.of_ip(ip).is_unspecified),
    _member("isLoopback", "ip, bool", lambda ip: functions.of_ip(ip).is_loopback),
    _member(
        "isLinkLocalMulticast",
        "ip, bool",
        lambda ip: functions.is_link_local_multicast(functions.of_ip(ip)),
    ),
    _member(
        "isLinkLocalUnicast", "ip, bool", lambda ip: functions.is_link_local(functions.of_ip(ip))
    ),
    _member("isGlobalUnicast", "ip, bool", functions.is_global_unicast),
    _plain("string", "ip, string", functions.text_of_address),
    _plain("string", "cidr, string", functions.text_of_address),
    _plain("cidr", "string, cidr", functions.cidr),
    _plain("isCIDR", "string, bool", functions.succeeds(functions.parse_cidr)),
    _member(
        "containsIP",
        "cidr, string, bool",
        lambda c, text: functions.contains(c, functions.parse_ip(text)),
    ),
    _member(
        "containsIP", "cidr, ip, bool", lambda c, ip: functions.contains(c, functions.of_ip(ip))
    ),
    _member(
        "containsCIDR",
        "cidr, string, bool",
        lambda c, o: functions.contains_cidr(c, functions.parse_cidr(o)),
    ),
    _member(
        "containsCIDR",
        "cidr, cidr, bool",
        lambda c, o: functions.contains_cidr(c, functions.of_cidr(o)),
    ),
    _member("ip", "cidr, ip", lambda cidr: {functions.IP: str(functions.of_cidr(cidr).ip)}),
    _member("prefixLength", "cidr, int", lambda cidr: functions.of_cidr(cidr).network.prefixlen),
    _member(
        "masked", "cidr, cidr", lambda cidr: {functions.CIDR: str(functions.of_cidr(cidr).network)}
    ),
    _plain("url", "string, url", functions.url),
    _plain("isURL", "string, bool", functions.succeeds(urls.parse)),
    _member("getScheme", "url, string", lambda url: functions.of_url(url).scheme),
    _member("getHost", "url, string", lambda url: functions.of_url(url).host),
    _member("getHostname", "url, string", lambda url: functions.of_url(url).hostname),
    _member("getPort", "url, string", lambda url: functions.of_url(url).port),
    _member("getEscapedPath", "url, string", lambda url: functions.of_url(url).escaped_path),
    _member("getQuery", "url, map", lambda url: functions.of_url(url).values()),
    *(
        _plain(f"format.{name}", "format", lambda name=name: {functions.FORMAT: name})
        for name in FORMATS
    ),
    _internal("validate", "format, string, map", functions.validate),
    _plain("jsonpatch.escapeKey", "string, string", functions.escape_key),
    _member("path", "authorizer, string, pathCheck", authorization.path),
    _member(
        "serviceAccount", "authorizer, string, string, authorizer", authorization.service_account
    ),
    _member("group", "authorizer, string, groupCheck", authorization.group),
    _member("resource", "groupCheck, string, resourceCheck", authorization.resource),
    *(
        _member(name, "resourceCheck, string, resourceCheck", authorization.with_member(name))
        for name in ("subresource", "namespace", "name")
    ),
    _member("fieldSelector", "resourceCheck, string, resourceCheck", authorization.unchanged),
    _member("labelSelector", "resourceCheck, string, resourceCheck", authorization.unchanged),
    _member("check", "pathCheck, string, decision", authorization.check),
    _member("check", "resourceCheck, string, decision", authorization.check),
    _member("allowed", "decision, bool", authorization.allowed),
    _member("reason", "decision, string", authorization.reason),
    _member("errored", "decision, bool", authorization.errored),
    _member("error", "decision, string", authorization.error),
    Function("format.named", ("string", "map"), functions.named, member=False, place="program"),
    # Numbers of different types are comparable: cel-cpp's programs do it, its compiler does not.
    *(
        Function(operator, (left, right, "bool"), operator_call, member=False, place="compiler")
        for operator, operator_call in (("_<_", lt), ("_<=_", le), ("_>_", gt), ("_>=_", ge))
        for left in _NUMBERS
        for right in _NUMBERS
        if left != right
    ),
    # The macros transformMap and transformMapEntry call this, and cel-cpp's Python has it not.
    Function("cel.@mapInsert", ("map", "dyn", "dyn", "map"), functions.insert, False, "program"),
    Function("cel.@mapInsert", ("map", "map", "map"), functions.insert_all, False, "program"),
    _internal("hasValue", "map, bool", lambda optional: optional[functions.OPTIONAL] is not None),
    _internal("value", "map, dyn", functions.value_of),
    _internal("orValue", "map, dyn, dyn", functions.or_value),
]

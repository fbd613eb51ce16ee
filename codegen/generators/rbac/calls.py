"""`--check-calls`: what code requests of the API server, compared with what its markers grant.

`needs` finds the requests as far as text shows: so a verb that is not granted is an
error at the call, and a verb that no call seems to need only a warning at the marker. A comment
`# codegen: ignore[missing-rule]`, or `[superfluous-rule]`, silences either where it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from codegen.diagnostics import WAIVABLE
from codegen.generators import Context
from codegen.generators.rbac.needs import ANY, Need, Requests
from codegen.generators.rbac.rules import Rule
from codegen.model import Position, Silence

_MISSING = "missing-rule"
_SUPERFLUOUS = "superfluous-rule"


def check_calls(context: Context, rules: Iterable[Rule]) -> None:
    """Report what is called and not granted, and what is granted and not called."""
    requests = Requests(context)
    packages = context.universe.packages
    needs = [need for p in packages for call in p.calls for need in requests.of(call)]
    silences = _Silences(tuple(s for p in packages for s in p.silences))
    rules = list(rules)
    missing = [n for n in needs if n.certain and not any(_grants(rule, n) for rule in rules)]
    for need in _once_a_line(missing):
        if silences.cover(need.position, _MISSING):
            continue
        resource, slash, sub = need.resource.partition("/")
        where = f"{resource}.{need.group}{slash}{sub}" if need.group else need.resource
        context.diagnostics.error(
            need.position,
            f"no RBAC marker grants {need.verb} on {where}",
            code=_MISSING,
            hint=f'add # +kubebuilder:rbac:groups="{need.group}",resources={need.resource},'
            f"verbs={need.verb}",
        )
    for rule in rules:
        _check_superfluous(context, rule, needs, silences)
    silences.report_idle(context)


def _check_superfluous(
    context: Context, rule: Rule, needs: Sequence[Need], silences: _Silences
) -> None:
    if rule.tag is None or rule.urls:
        return
    for resource in rule.resources:
        unused = [
            verb
            for verb in rule.verbs
            if verb != "*"
            and not any(_may_use(need, verb, rule.groups, resource) for need in needs)
        ]
        if unused and not silences.cover(rule.tag.position, _SUPERFLUOUS):
            context.diagnostics.warning(
                rule.tag.at("verbs"),
                f"no call in the input seems to need {', '.join(unused)} on {resource}",
                code=_SUPERFLUOUS,
                hint=f"remove what is not needed, or put # codegen: ignore[{_SUPERFLUOUS}] above",
            )


def _once_a_line(needs: Iterable[Need]) -> Iterable[Need]:
    """One need of each kind in a line: a call and what is made of its result are two chains."""
    first: dict[tuple[str, int, str, str, str], Need] = {}
    for need in needs:
        place = need.position.path, need.position.line
        first.setdefault((*place, need.verb, need.group, need.resource), need)
    return first.values()


def _grants(rule: Rule, need: Need) -> bool:
    named = need.verb in rule.verbs or "*" in rule.verbs
    return named and _matches(need, rule.groups, rule.resources)


def _may_use(need: Need, verb: str, groups: tuple[str, ...], resource: str) -> bool:
    if need.verb != verb:
        return False
    return need.resource == ANY or _matches(need, groups, (resource,))


def _matches(need: Need, groups: tuple[str, ...], resources: tuple[str, ...]) -> bool:
    _, slash, sub = need.resource.partition("/")
    wanted = {need.resource, "*", *((f"*/{sub}",) if slash else ())}
    return (need.group in groups or "*" in groups) and not wanted.isdisjoint(resources)


class _Silences(msgspec.Struct):
    """The comments that silence these checks, and which of them had an effect."""

    all: tuple[Silence, ...]
    used: set[tuple[Silence, str]] = msgspec.field(default_factory=set)

    def cover(self, position: Position, code: str) -> bool:
        """Whether a comment silences a diagnostic."""
        covering = [
            silence
            for silence in self.all
            if (silence.path, silence.line) == (position.path, position.line)
            and code in silence.codes
        ]
        self.used.update((silence, code) for silence in covering)
        return bool(covering)

    def report_idle(self, context: Context) -> None:
        for silence in self.all:
            for code in sorted(silence.codes - WAIVABLE):
                if (silence, code) not in self.used:
                    context.diagnostics.warning(
                        Position(silence.path, silence.line),
                        f"there is no {code} here to ignore",
                        code="idle-ignore",
                        hint="remove the comment # codegen: ignore[…]; it can name "
                        f"{_MISSING} and {_SUPERFLUOUS}",
                    )

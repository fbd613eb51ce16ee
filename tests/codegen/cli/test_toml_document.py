from __future__ import annotations

import tomllib

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codegen.diagnostics import Diagnostics
from codegen.toml_document import Document, Path, parse


def document(text: str) -> Document:
    found = parse("a.toml", text.encode(), Diagnostics())
    assert found is not None
    return found


def test_every_way_of_writing_a_key_has_its_place() -> None:
    found = document(
        "top = 1\n"
        "[a . 'b c'.d]  # [no.table]\n"
        'x.y = """\n"quoted"\nz = 1"""\n'
        "list = [ # one\n  'p', # ]\n  [1, { q = 2 }],\n]\n"
        "[[t]]\nk = 1979-05-27 07:32:00\n[[t]]\nk = 2\n"
    )
    assert str(found.key(("top",))) == "a.toml:1:1"
    assert str(found.key(("a", "b c", "d"))) == "a.toml:2:12"
    assert str(found.key(("a", "b c", "d", "x", "y"))) == "a.toml:3:3"
    assert str(found.value(("a", "b c", "d", "x", "y"))) == "a.toml:3:7"
    assert str(found.value(("a", "b c", "d", "list", 0))) == "a.toml:7:3"
    assert str(found.value(("a", "b c", "d", "list", 1, 1, "q"))) == "a.toml:8:13"
    assert str(found.value(("t", 1, "k"))) == "a.toml:13:5"


def test_what_has_no_place_has_that_of_its_nearest_parent() -> None:
    found = document("[a]\nb = [1]\n")
    assert str(found.value(("a", "b", 7, "x"))) == "a.toml:2:5"
    assert str(found.key(("nowhere",))) == "a.toml:1:1"


_keys = st.text("abcXYZ09_-.# \"'[]{}=é", min_size=1, max_size=5)
_scalars = st.one_of(
    st.integers(), st.booleans(), st.floats(allow_nan=False, allow_infinity=False), st.text()
)
_values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_keys, inner, max_size=3),
    max_leaves=8,
)


def _quoted(text: str) -> str:
    escaped = "".join(c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08x}" for c in text)
    return f'"{escaped}"'


def _written(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return _quoted(value)
        case list():
            return f"[{', '.join(map(_written, value))}]"
        case dict():
            return f"{{ {', '.join(f'{_quoted(k)} = {_written(v)}' for k, v in value.items())} }}"
    return repr(value)


def _leaves(value: object, path: Path = ()) -> list[tuple[Path, object]]:
    children = value.items() if isinstance(value, dict) else enumerate(value)  # type: ignore[arg-type]
    found: list[tuple[Path, object]] = []
    for key, child in children:
        found.append(((*path, key), child))
        if isinstance(child, dict | list):
            found += _leaves(child, (*path, key))
    return found


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(_keys, _values, max_size=4))
def test_each_value_is_found_where_it_was_written(data: dict[str, object]) -> None:
    text = "".join(f"{_quoted(k)} = {_written(v)}\n" for k, v in data.items())
    assert tomllib.loads(text) == data
    found = document(text)
    lines = text.split("\n")
    for path, value in _leaves(data):
        place = found.value(path)
        assert lines[place.line - 1][place.column - 1 :].startswith(_written(value))

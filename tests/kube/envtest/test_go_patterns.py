"""Patterns of schemas are Go's, as their formats and the numbers in refusals are."""

from __future__ import annotations

import pytest

from kube.envtest.apiserver import status
from kube.envtest.apiserver.schemas import formats, patterns


@pytest.mark.parametrize(
    ("pattern", "matches", "others"),
    [
        ("^a+$", ["a", "aa"], ["b", "a\n", "ab"]),
        (r"^\d$", ["1"], ["\u0661"]),
        ("^[[:alpha:]]+$", ["ab"], ["a1"]),
        (r"^\p{Lu}$", ["\u00c4"], ["\u00e4"]),
        (r"^[^\d]$", ["a"], ["1"]),
        ("x(?i)y|z", ["xY", "Z"], ["XY"]),
        (r"\Qa.b\E", ["a.b"], ["acb"]),
        ("(?P<n>a)|(?<m>b)", ["a", "b"], ["c"]),
        (r"^\x41\x{1F600}$", ["A\U0001f600"], ["A"]),
        ("^*a", ["a"], ["b"]),
        (r"\B", [""], []),
    ],
)
def test_a_pattern_matches_what_it_matches_in_go(pattern, matches, others):
    compiled = patterns.compiled(pattern)
    assert [text for text in matches if not compiled.search(text)] == []
    assert [text for text in others if compiled.search(text)] == []


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("(", "missing closing ): `(`"),
        ("a)", "unexpected ): `a)`"),
        ("[a", "missing closing ]: `[a`"),
        ("[z-a]", "invalid character class range: `z-a`"),
        ("(?=a)", "invalid or unsupported Perl syntax: `(?=`"),
        (r"\1", r"invalid escape sequence: `\1`"),
        ("*", "missing argument to repetition operator: `*`"),
        ("a**", "invalid nested repetition operator: `**`"),
        ("a{2,1}", "invalid repeat count: `{2,1}`"),
        ("a{1001}", "invalid repeat count: `{1001}`"),
        ("\\", "trailing backslash at end of expression: ``"),
        (r"\p{Zz}", r"invalid character class range: `\p{Zz}`"),
        ("(?<=a)", "invalid named capture: `(?<=a)`"),
    ],
)
def test_a_pattern_that_go_does_not_have_is_refused_in_its_words(pattern, why):
    assert patterns.fault(pattern) == f"error parsing regexp: {why}"


@pytest.mark.parametrize(
    ("name", "valid", "invalid"),
    [
        ("date-time", "2026-01-02T03:04:05.6+02:00", "2026-01-02"),
        ("date", "2026-01-02", "2026-13-02"),
        ("byte", "aGVsbG8=", "aGVsbG8"),
        ("ipv4", "010.1.2.3", "::1"),
        ("cidr", "10.0.0.0/8", "10.0.0.0/33"),
        ("duration", "1 day", "h"),
        ("email", "A <a@b>", "a"),
        ("hostname", "a.example.com", "-a"),
        ("mac", "0000.5e00.5301", "00-00"),
        ("isbn", "0321751043", "0321751044"),
        ("k8s-short-name", "a-b", "a.b"),
        ("uri", "/a", "a b"),
    ],
)
def test_formats_are_those_of_kube_openapi(name, valid, invalid):
    assert (formats.fits(name, valid), formats.fits(name, invalid)) == (True, False)


@pytest.mark.parametrize(
    ("value", "text"),
    [(1, "1"), (1.5, "1.5"), (1000000.0, "1e+06"), (0.00001, "1e-05"), (-2.5e20, "-2.5e+20")],
)
def test_a_refusal_prints_numbers_as_go_does(value, text):
    assert status.number(value) == text

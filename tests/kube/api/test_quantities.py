from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kube.runtime.int_or_string import scaled_int_or_percent
from kube.runtime.quantity import QuantityFormat, QuantityValue, parse_quantity
from tests.kube.api.facts import facts

parse = QuantityValue.parse

# Upstream's parser takes a suffix alone for zero; the schema that it publishes does not.
WITHOUT_A_NUMBER = {"Mi", "e3"}

numbers = st.decimals(
    min_value=-(10**18), max_value=10**18, places=9, allow_nan=False, allow_infinity=False
)
quantities = st.builds(QuantityValue, numbers, st.sampled_from(QuantityFormat))


@pytest.mark.parametrize("fact", facts("quantities"), ids=lambda fact: repr(fact["text"]))
def test_a_quantity_is_read_and_written_as_upstream_does(fact: dict[str, Any]) -> None:
    if fact.get("error") or fact["text"] in WITHOUT_A_NUMBER:
        with pytest.raises(ValueError, match="is not a valid quantity"):
            parse(fact["text"])
        return
    quantity = parse(fact["text"])
    assert str(quantity) == fact["canonical"]
    assert quantity.format == fact["format"]
    assert (quantity.number > 0) - (quantity.number < 0) == fact["sign"]
    if "value" in fact:
        scaled = (quantity.value, quantity.milli_value, quantity.scaled_value(3))
        assert scaled == (fact["value"], fact["milli"], fact["kilo"])


def test_quantities_are_added_subtracted_and_compared_as_upstream_does() -> None:
    wrong = []
    for fact in facts("arithmetic"):
        a, b = parse(fact["a"]), parse(fact["b"])
        ours = str(a + b), str(a - b), (a > b) - (a < b)
        if ours != (fact["sum"], fact["difference"], fact["compared"]):
            wrong.append((fact, ours))
    assert wrong == []


@given(quantities)
def test_the_canonical_form_of_a_quantity_is_read_as_the_same_value(value: QuantityValue) -> None:
    text = str(value)
    assert parse_quantity(text) == value.number
    assert str(parse(text)) == text
    assert "." not in text


@given(quantities, quantities)
def test_sums_and_differences_of_quantities_are_exact(a: QuantityValue, b: QuantityValue) -> None:
    assert Fraction((a + b).number) == Fraction(a.number) + Fraction(b.number)
    assert Fraction((a - b).number) == Fraction(a.number) - Fraction(b.number)
    assert (a - a, -a + a, bool(a - a)) == (QuantityValue(), QuantityValue(), False)
    assert (a < b, a == b) == (a.number < b.number, a.number == b.number)


@given(quantities, st.integers(-(10**6), 10**6))
def test_a_multiple_of_a_quantity_is_exact_and_written_alike(q: QuantityValue, n: int) -> None:
    assert Fraction((q * n).number) == Fraction(q.number) * n
    assert (q * n).format == (n * q).format == q.format


@given(quantities, st.integers(-9, 18))
def test_a_scaled_value_is_rounded_away_from_zero(q: QuantityValue, scale: int) -> None:
    exact = Fraction(q.number) / Fraction(10) ** scale
    scaled = q.scaled_value(scale)
    assert abs(exact) <= abs(scaled) < abs(exact) + 1
    assert scaled * exact >= 0


def test_quantities_add_up_from_those_of_containers() -> None:
    assert str(sum(map(parse, ["500m", "1.5"]), start=QuantityValue())) == "2"
    assert str(sum(map(parse, ["512Mi", "1Gi"]), start=QuantityValue())) == "1536Mi"


def test_equal_quantities_are_one_key_however_they_are_written() -> None:
    assert parse("1") == parse("1000m") == parse("1e0") == parse(1)
    assert len({parse("1Ki"), parse("1024"), parse("1.024k")}) == 1
    assert parse("1") != "1"
    assert parse("1") <= parse("1") < parse("2") >= parse("1001m")


def test_a_quantity_above_the_largest_suffix_keeps_its_digits() -> None:
    assert str(QuantityValue(Decimal(10) ** 21)) == "1000E"
    assert str(QuantityValue(Decimal(2) ** 70, QuantityFormat.BINARY_SI)) == "1024Ei"


@pytest.mark.parametrize(
    "text", ["1e999999999", "1e400", "1" * 5000, f"{'9' * 2000}Ei", "1e-99999999999999999999"]
)
def test_a_quantity_too_large_to_calculate_with_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"too large|too many digits"):
        parse(text)


@pytest.mark.parametrize("other", [1, 1.5, "1", None])
def test_quantities_do_not_mix_with_other_values(other: Any) -> None:
    with pytest.raises(TypeError):
        parse("1") + other
    with pytest.raises(TypeError):
        parse("1") < other  # noqa: B015


# --- numbers and percentages


def test_percentages_are_scaled_as_upstream_does() -> None:
    wrong = []
    for fact in facts("percentages"):
        ours: list[object] = []
        for round_up in (True, False):
            try:
                ours.append(scaled_int_or_percent(fact["value"], fact["total"], round_up=round_up))
            except ValueError:
                ours.append(None)
        if ours != [fact.get("up"), fact.get("down")]:
            wrong.append((fact, ours))
    assert wrong == []


@given(st.integers(-1000, 1000), st.integers(0, 10**15))
def test_a_percentage_of_a_total_is_exact(percent: int, total: int) -> None:
    exact = Fraction(percent * total, 100)
    up = scaled_int_or_percent(f"{percent}%", total, round_up=True)
    down = scaled_int_or_percent(f"{percent}%", total, round_up=False)
    assert down <= exact <= up
    assert up - down == (exact.denominator > 1)


@pytest.mark.parametrize("value", ["5", "", "\u0665%", "5 %", "9" * 5000 + "%"])
def test_what_is_not_a_percentage_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="is not a percentage"):
        scaled_int_or_percent(value, 10, round_up=True)

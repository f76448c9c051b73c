"""Numbers: what is shown can be typed back, and nothing is read as another number."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import qhm_gui
from qhm_gui.state.state import State
from qhm_gui.state.store import explain
from qhm_gui.text.language import regrouped, spoken, tr
from qhm_gui.text.numbers import (
    NumberError,
    alpha_text,
    beside_text,
    exact_text,
    fixed,
    grouped,
    parse_number,
    parse_sides,
    parse_whole,
    plain,
    power_of_ten,
    rate_text,
    scientific,
    share_text,
    short,
)
from qhm_gui.text.round_numbers import round_above, round_below, round_between
from qhm_math.declared import ParameterError

REALS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False), st.floats(-1e6, 1e6), st.floats(0, 1), st.floats(-12, 12)
)
SHARES = st.one_of(st.floats(0, 1), st.floats(0, 17).map(lambda power: 1 - 10.0**-power))
SHOWN: list[tuple[Callable[[float], str], st.SearchStrategy[float]]] = [
    (exact_text, REALS),
    (scientific, REALS),
    (lambda value: scientific(value, 1), REALS),
    (plain, REALS),
    (short, REALS),
    (lambda value: short(value, 1), REALS),
    (lambda value: fixed(value, 2), st.floats(-1e9, 1e9)),
    (alpha_text, st.floats(1e-300, 1e300)),
    (rate_text, st.floats(0, 1e6)),
    (lambda value: share_text(value, 3), SHARES),
    (lambda value: share_text(value, 2), SHARES),
    (grouped, st.floats(-1e9, 1e9)),
]


def meaning(text: str) -> tuple[Fraction, Fraction]:
    """(the number that a shown text stands for, a unit of its last digit), exactly, by another way than the program."""
    if text.startswith("1 − "):
        value, unit = meaning(text[4:])
        return 1 - value, unit
    mantissa, _, raised = text.replace("−", "-").replace("\u202f", "").partition("×10")
    digits = raised.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    power = int(digits or 1) if "×10" in text else 0
    exact = Decimal(mantissa)
    last = exact.as_tuple().exponent
    assert isinstance(last, int)
    return Fraction(exact) * Fraction(10) ** power, Fraction(10) ** (last + power)


@pytest.mark.parametrize(("show", "values"), SHOWN)
@pytest.mark.slow
def test_what_is_shown_can_be_typed_back_and_is_the_value_to_its_last_digit(
    show: Callable[[float], str], values: st.SearchStrategy[float]
) -> None:
    @given(values)
    def check(value: float) -> None:
        text = show(value)
        number, unit = meaning(text)
        assert abs(number - Fraction(value)) <= unit * Fraction(501, 1000)
        try:
            assert parse_number(text) == float(number)
        except NumberError:  # 1.80×10³⁰⁸ is rounded up beyond the largest number
            assert abs(number) > Fraction(1.79e308) or 0 < abs(number) < Fraction(1e-323)

    check()


@given(REALS)
def test_every_digit_is_kept(value: float) -> None:
    assert parse_number(exact_text(value)) == value


@given(st.integers(-(10**15), 10**15))
def test_groups_of_digits_are_one_number(value: int) -> None:
    text = f"{value:,}"
    for sign in " \u2009\u202f\u00a0'’":
        assert parse_number(text.replace(",", sign)) == value
        assert parse_whole(text.replace(",", sign)) == value
    assert parse_whole(text) == value
    assert parse_number(f"{value:,}.50") == float(f"{value}.50")
    if text.count(",") != 1:
        assert parse_number(text) == value
    else:
        with pytest.raises(NumberError, match="two readings"):
            parse_number(text)


@given(REALS)
def test_numbers_in_full_width_are_the_same_numbers(value: float) -> None:
    wide = exact_text(value).translate({code: code - 0x20 + 0xFF00 for code in range(0x21, 0x7F)}).replace("−", "－")
    assert parse_number(wide) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 1e-3),
        (".8", 0.8),
        ("5.", 5.0),
        ("−2", -2.0),
        ("–2", -2.0),
        ("１．５", 1.5),
        ("－０．５", -0.5),
        ("0。5", 0.5),
        ("ー５", -5.0),
        (" 7 ", 7.0),
        ("+ 7", 7.0),
        ("= 0.7", 0.7),
        ("0,5", 0.5),
        ("1,5", 1.5),
        ("0,500", 0.5),
        (",125", 0.125),
        ("1,2345", 1.2345),
        ("1.500", 1.5),
        ("1 500", 1500.0),
        ("1 500,25", 1500.25),
        ("10’000", 10_000.0),
        ("\ufeff0.5\u200b", 0.5),
        ("\u200e\u20661 500\u2069", 1500.0),
        ("1,000,000", 1e6),
        ("1.000.000", 1e6),
        ("1,500.5", 1500.5),
        ("1.500,5", 1500.5),
        ("12,34,567", 1_234_567.0),
        ("0.123 456 7", 0.1234567),
        ("10²", 100.0),
        ("10⁻³", 1e-3),
        ("2¹⁰", 1024.0),
        ("2**3", 8.0),
        ("−10²", -100.0),
        ("6.97×10⁻⁴", 6.97e-4),
        ("6.97×10^-4", 6.97e-4),
        ("6,97 · 10^(−4)", 6.97e-4),
        ("6.97 x 10**-4", 6.97e-4),
        ("6.97*10⁻⁴", 6.97e-4),
        ("６．９７×１０⁻⁴", 6.97e-4),
        ("2×10", 20.0),
        ("1 − 2.1×10⁻⁴", 0.99979),
        ("1 - 1e-9", 1 - 1e-9),
        ("٣٫٥", 3.5),
    ],
)
def test_numbers_are_read_as_people_type_them(text: str, value: float) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize(
    "text",
    [
        *("fast", "1_000", "1,2,3", "0x10", "--1", "1e", "__import__('os')", "nan", "inf", "∞", "none", "½"),
        *("1-5", "10-3", "0.09 0", "1 2", "1 00", "1,50,0", "1.5.5", "1.5,000", "1'000,000.5'", "0,000,001", "1..2"),
        *("1½", "1e1.5", "5 %", "±1", "1 ± 2", ".", ",", "-", "×10³", "10²³⁴⁵⁶ᵃ", "1\n\n2", "2×3", "9" * 1000),
    ],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    for read in (parse_number, parse_whole):
        with pytest.raises(NumberError, match=r"^“[^\n]{1,40}” is not a number\.$"):
            read(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1,500", "“1,500” has two readings: write 1500 or 1.5."),
        ("−10,000", "“−10,000” has two readings: write 10000 or 10."),
        ("1,500e3", "“1,500e3” has two readings: write 1500 or 1.5."),
        ("1 − 1,500", "“1 − 1,500” has two readings: write 1500 or 1.5."),
        ("1e400", "“1e400” is too large or too small for a number."),
        ("−10⁴⁰⁰", "“−10⁴⁰⁰” is too large or too small for a number."),
        ("1e-400", "“1e-400” is too large or too small for a number."),
        ("9^9999999999", "“9^9999999999” is too large or too small for a number."),
        ("", "A number is missing here."),
    ],
)
def test_what_has_no_one_meaning_is_refused_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(NumberError, match=f"^{re.escape(sentence)}$"):
        parse_number(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [("10,000", 10_000), ("1,500", 1500), ("1e5", 100_000), ("1.2×10³", 1200), ("7.0", 7), ("4294967295", 2**32 - 1)],
)
def test_whole_numbers_are_read_exactly(text: str, value: int) -> None:
    assert parse_whole(text) == value
    assert type(parse_whole(text)) is int


@pytest.mark.parametrize("text", ["1.5", "1,5", "1e-3", "0.999999999999999999999999"])
def test_broken_numbers_are_not_rounded_to_whole_ones(text: str) -> None:
    with pytest.raises(NumberError, match="is not a whole number"):
        parse_whole(text)


def test_a_point_before_three_digits_has_two_readings_in_a_whole_number() -> None:
    with pytest.raises(NumberError, match=r"write 10000 or 10\.$"):
        parse_whole("10.000")


@pytest.mark.parametrize(("text", "words"), [("1,0000", "write 10000 or 1."), ("12,5000", "write 125000 or 12.5.")])
def test_a_comma_before_four_digits_has_two_readings_in_a_whole_number(text: str, words: str) -> None:
    with pytest.raises(NumberError, match=f"{re.escape(words)}$"):
        parse_whole(text)


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_one_sentence(text: str) -> None:
    for read in (parse_number, parse_whole):
        try:
            read(text)
        except NumberError as error:
            assert str(error).endswith(".")
            assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("1280x720", ("1280", "720", "")),
        ("１２８０×７２０", ("1280", "720", "")),
        ("120.5 × 80 mm", ("120.5 ", " 80", "mm")),
        ("1280", None),
        ("x", None),
        ("axb", None),
    ],
)
def test_sizes_are_two_sides_and_a_unit(text: str, sides: tuple[str, str, str] | None) -> None:
    assert parse_sides(text) == sides


def test_a_number_beside_its_bound_does_not_read_as_the_bound() -> None:
    """The window said α = 5.29 < 5.29."""
    assert beside_text(1.7, 5.294, alpha_text) == ("1.70", "5.29")
    assert beside_text(5.288, 5.294117, alpha_text) == ("5.288", "5.294")
    assert beside_text(2 - 1e-9, 2.0, alpha_text) == ("2 − 1×10⁻⁹", "2")
    assert beside_text(18 + 1e-9, 18.0, alpha_text) == ("18 + 1×10⁻⁹", "18")
    assert beside_text(2.0, 2.0, alpha_text) == ("2.00", "2.00")


def test_numbers_are_written_as_people_read_them() -> None:
    assert [scientific(x) for x in (6.97e-4, 0.0123, 123.4, 9990, 12345.0, 0.0, -0.5)] == [
        "6.97×10⁻⁴",
        "0.0123",
        "123",
        "9\u202f990",
        "1.23×10⁴",
        "0",
        "−0.500",
    ]
    assert [alpha_text(x) for x in (1.7, 0.1, 0.0123, 1e-5)] == ["1.70", "0.10", "0.0123", "1.00×10⁻⁵"]
    assert [rate_text(x) for x in (0.885, 0.99979, 1.414)] == ["0.885", "1 − 2.1×10⁻⁴", "1.414"]
    assert [plain(x) for x in (25.0, 2.5, 1000.0, 2508.0, 98_765.0)] == [
        "25",
        "2.5",
        "1\u202f000",
        "2\u202f508",
        "98\u202f765",
    ]
    assert [power_of_ten(x) for x in (-3, 0, 1, 2)] == ["10⁻³", "1", "10", "10²"]
    assert [share_text(x, 3) for x in (0.8, 0.9999, 1 - 1e-9, 1.0, 1e-5, 0.0)] == [
        "0.800",
        "0.9999",
        "1 − 1×10⁻⁹",
        "1.000",
        "1×10⁻⁵",
        "0.000",
    ]
    assert grouped(1_000_000) == "1\u202f000\u202f000" and grouped(-1e-12) == "−1×10⁻¹²" and grouped(1e20) == "1×10²⁰"
    assert fixed(-0.0001, 2) == "0.00" and fixed(-12345.678, 1) == "−12\u202f345.7"


@pytest.mark.parametrize(("spoken_in", "thousand"), [("en", "1\u202f000"), ("ja", "1,000")])
def test_thousands_are_written_one_way_in_a_language(spoken_in: str, thousand: str) -> None:
    """By the functions for numbers, in sentences of the code, in those filled in, and in refusals of values."""
    with spoken(spoken_in):
        assert grouped(1000) == plain(1000.0) == fixed(1000.0, 0) == scientific(1000.0) == thousand
        assert tr("Raise κ from 10 to 1,000.").count(thousand) == 1 and regrouped("(1,0) 1,000") == f"(1,0) {thousand}"
        assert thousand in tr(
            "{path} has {labels:,} labels for {images:,} images: they must be as many.", path="a", labels=1000, images=2
        )
        with pytest.raises(ParameterError) as refused:
            State(steps=10**9)
        assert f"{thousand}{thousand[1:]}" in explain(refused.value, State(), {"steps": 0})
        for read in (parse_number, parse_whole):
            assert read(thousand) == 1000


@pytest.mark.slow
def test_no_file_groups_digits_on_its_own() -> None:
    """Commas are the signs of code: what is shown goes through `grouped`, `fixed`, `tr` or `regrouped`."""
    through_tr = {"state/paper_presets.py", "state/options/experiments.py", "text/numbers.py", "state/store.py"}
    root = Path(qhm_gui.__file__).parent
    for file in sorted(root.rglob("*.py")):
        if file.relative_to(root).as_posix() in through_tr:
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
                assert "," not in ast.unparse(node.format_spec), f"{file.name}:{node.lineno}"


@pytest.mark.parametrize("value, length", [(0.73, 0.5), (0.2, 0.2), (1.0, 1.0), (340, 200), (0.0049, 0.002)])
def test_scale_bars_have_round_lengths(value, length):
    assert round_below(value) == pytest.approx(length)


@given(st.floats(1e-290, 1e290))
def test_round_numbers_lie_next_to_a_value(value):
    below, above = round_below(value), round_above(value)
    assert below <= value * (1 + 2e-9) and above >= value * (1 - 2e-9)
    assert above <= 2.5 * below * (1 + 1e-8)
    assert round_above(below) == pytest.approx(below) and round_below(above) == pytest.approx(above)
    for number in (below, above):
        assert round(number / 10.0 ** math.floor(math.log10(number) + 1e-6), 6) in (1, 2, 5)


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(3, 10))
def test_round_values_fill_what_they_lie_in(low, span, most):
    step, values = round_between(low, low + span, most)
    assert 1 <= len(values) <= most + 1
    assert all(low - 1e-6 * step <= value <= low + span + 1e-6 * step for value in values)
    assert len(values) >= math.floor(span / step - 1e-6)

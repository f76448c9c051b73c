"""Losses that are typed in: what is read, what is refused and how fast, derivatives, minima."""

import ast
import json
import pickle
import random
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import qhm_math as qm
from qhm_math.expression import CONSTANTS, FUNCTIONS, ExpressionError, TypedLoss, parse
from qhm_math.expression.engine import compile_text

HIMMELBLAU = "(x**2+y-11)**2 + (x+y**2-7)**2"
ROSENBROCK = "(1-x)**2 + 100*(y-x**2)**2"
BEALE = "(1.5-x+x*y)**2 + (2.25-x+x*y**2)**2 + (2.625-x+x*y**3)**2"
SADDLE = "x**2/2 - y**2/2 + y**4/4"
STYBLINSKI = "(x**4-16*x**2+5*x + y**4-16*y**2+5*y)/2"
RASTRIGIN = "x**2 + y**2 + 10*(2-cos(2*pi*x)-cos(2*pi*y))"
KNOWN = [
    (HIMMELBLAU, qm.Himmelblau()),
    (ROSENBROCK, qm.Rosenbrock()),
    (BEALE, qm.Beale()),
    (SADDLE, qm.Saddle()),
    (STYBLINSKI, qm.StyblinskiTang()),
    (RASTRIGIN, qm.Rastrigin()),
]
# Every function and every operator, where all are defined: 0.2 < x, y < 0.9.
SMOOTH = [
    "x**2 + 10*sin(y)**2",
    "sin(x*y) - cos(x)*tan(y)",
    "asin(x/2) + acos(y*x) + atan(x/y)",
    "sinh(x) - cosh(y)*tanh(x-y)",
    "exp(-x**2-y**2) + log(x+y)/sqrt(x)",
    "x**y + y**x + 2**x - 0.3**y",
    "-x**-2 + (x+y)**0.5 - (x*y)**-1.5 + y**7 + x**(1/3)",
    "+x - -y*3.25e-1 + .5*x/(y+2.)/e",
    "1/(1+exp(-(x-2*y)*pi))",
    "y",
    "sqrt(exp(x)) + log(exp(y)*x) + exp(log(x*y))",
    "((x))*(((y)))**2 + sin(sin(sin(x)))",
]


def points(count: int = 40) -> np.ndarray:
    return np.random.default_rng(4).uniform(0.2, 0.9, size=(count, 2))


@pytest.mark.parametrize("text", SMOOTH)
def test_value_gradient_and_hessian(text: str) -> None:
    """The value against Python's own reading of these trusted texts, derivatives against complex steps."""
    loss, where = TypedLoss(text), points()
    names = {name: getattr(np, name.replace("asin", "arcsin").replace("acos", "arccos").replace("atan", "arctan"))
             for name in FUNCTIONS}  # fmt: skip
    names |= CONSTANTS
    expected = eval(compile(ast.parse(text, mode="eval"), "here", "eval"), names, {"x": where[:, 0], "y": where[:, 1]})
    np.testing.assert_allclose(loss.value(where), expected, rtol=1e-13, atol=1e-14)
    gradient, hessian = loss.gradient(where), loss.hessian(where)
    assert gradient.shape == (40, 2) and hessian.shape == (40, 2, 2)
    program = compile_text(text)
    for axis in (0, 1):
        step = where.astype(complex)
        step[:, axis] += 1e-30j
        np.testing.assert_allclose(
            np.imag(program.run(step, slice(0, 1))[0]) / 1e-30, gradient[:, axis], rtol=1e-10, atol=1e-13
        )
        for row, derivative in enumerate(program.run(step, slice(1, 3))):
            np.testing.assert_allclose(np.imag(derivative) / 1e-30, hessian[:, row, axis], rtol=1e-9, atol=1e-12)


def test_absolute_values() -> None:
    loss = TypedLoss("abs(x-1)**3 + abs(sin(y))*x")
    where = np.random.default_rng(1).uniform(-3, 3, size=(60, 2))
    x, y = where.T
    np.testing.assert_allclose(loss.value(where), np.abs(x - 1) ** 3 + np.abs(np.sin(y)) * x, rtol=1e-13)
    slope = np.stack((3 * (x - 1) * np.abs(x - 1) + np.abs(np.sin(y)), np.sign(np.sin(y)) * np.cos(y) * x), axis=-1)
    np.testing.assert_allclose(loss.gradient(where), slope, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(loss.hessian(where)[:, 1, 1], -np.abs(np.sin(y)) * x, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize(("text", "loss"), KNOWN, ids=[loss.key for _, loss in KNOWN])
def test_typed_again(text: str, loss: qm.Loss) -> None:
    """What the application knows already, typed: the same function, and its minima found by looking."""
    typed = TypedLoss(text)
    where = np.random.default_rng(2).uniform(-2, 2, size=(50, 2))
    scale = np.abs(loss.hessian(where)).max()
    np.testing.assert_allclose(typed.value(where), loss.value(where), rtol=1e-11, atol=1e-11 * scale)
    np.testing.assert_allclose(typed.gradient(where), loss.gradient(where), rtol=1e-11, atol=1e-11 * scale)
    np.testing.assert_allclose(typed.hessian(where), loss.hessian(where), rtol=1e-11, atol=1e-11 * scale)
    found, known = typed.minima(), loss.minima()
    assert len(found) == len(known)
    apart = np.hypot(*(found[:, None] - known[None]).transpose(2, 0, 1))
    assert (apart.min(axis=0) < 1e-12).all() and (apart.min(axis=1) < 1e-12).all()
    assert typed.minimum_value() == pytest.approx(loss.minimum_value(), abs=1e-12)
    np.testing.assert_allclose(
        qm.local_curvatures(typed, known[0])[0], qm.local_curvatures(loss, known[0])[0], rtol=1e-9
    )


@pytest.mark.parametrize(
    ("text", "minima"),
    [
        ("x**2 + 10*sin(y)**2", [(0, 0), (0, -np.pi), (0, np.pi)]),
        ("(x-20)**2 + y**2", [(20, 0)]),
        ("(x-1e4)**2 + (y+300)**2", [(1e4, -300)]),
        ("log(x)**2 + sqrt(y) + 1/y", [(1, 2 ** (2 / 3))]),
        ("x**2*1e-6 + y**2*1e-6", [(0, 0)]),
        ("1e9*(x-0.1)**2 + 1e9*y**2", [(0.1, 0)]),
        ("sin(x)*cos(y)", [(-np.pi / 2, 0), (np.pi / 2, -np.pi), (np.pi / 2, np.pi), (-3 * np.pi / 2, np.pi),
                           (-3 * np.pi / 2, -np.pi), (3 * np.pi / 2, 0)]),
    ],
)  # fmt: skip
def test_minima(text: str, minima: list[tuple[float, float]]) -> None:
    loss = TypedLoss(text)
    found = loss.minima()
    assert len(found) == len(minima)
    apart = np.hypot(*(found[:, None] - np.array(minima)[None]).transpose(2, 0, 1))
    assert (apart.min(axis=0) < 1e-9 * (1 + np.abs(found).max())).all()
    assert (np.linalg.eigvalsh(loss.hessian(found)) > 0).all()
    (x0, x1), (y0, y1) = loss.window()
    assert ((found >= (x0, y0)) & (found <= (x1, y1))).all()


@pytest.mark.parametrize(
    "text", ["x", "x*y", "x**4 + y**4", "abs(x) + y**2", "x**2", "x**3 + y**2", "-x**2 - y**2", "x-x"]
)
def test_no_minimum_is_said_and_not_invented(text: str) -> None:
    loss = TypedLoss(text)
    assert loss.minima().shape == (0, 2)
    for call in (qm.local_curvatures, qm.nearest_minimum):
        with pytest.raises(qm.ParameterError, match="it must be a loss with a minimum that is curved upwards"):
            call(loss, (0.0, 0.0))
    assert np.isfinite(loss.minimum_value()) and np.isfinite(loss.suggested_alpha()) and loss.suggested_alpha() > 0


def test_the_lowest_value_without_curvature() -> None:
    """At a kink or a flat bottom f* is still the lowest value; at the window's edge it is what is seen."""
    ackley = "-20*exp(-0.2*sqrt(0.5*(x**2+y**2))) - exp(0.5*(cos(2*pi*x)+cos(2*pi*y))) + e + 20"
    assert TypedLoss(ackley).minimum_value() == pytest.approx(0, abs=1e-10)
    assert len(TypedLoss(ackley).minima()) > 50  # the local ones around
    assert TypedLoss("abs(x) + abs(y-1) - 3").minimum_value() == pytest.approx(-3, abs=1e-10)
    assert TypedLoss("x**4 + y**4").minimum_value() == pytest.approx(0, abs=1e-15)
    assert TypedLoss("x**3 - 3*x + y**2").minimum_value() == pytest.approx(-2, abs=1e-12)
    assert -5 < TypedLoss("x").minimum_value() < -4.8


@pytest.mark.parametrize("text", [HIMMELBLAU, ROSENBROCK, BEALE, RASTRIGIN, "x**2 + 10*sin(y)**2", "(x-20)**2+y**2"])
def test_suggested_runs(text: str) -> None:
    loss = TypedLoss(text)
    (x0, x1), (y0, y1) = loss.window()
    assert x0 < loss.start()[0] < x1 and y0 < loss.start()[1] < y1
    alpha, steps = loss.suggested_alpha(), loss.suggested_steps()
    for method in (qm.SGD(alpha), qm.SHB(alpha, 0.9), qm.SHB(alpha, 0.8)):
        run = qm.run(loss, method, loss.start(), max(steps, 300))
        assert run.diverged_at[0] == -1 and run.losses[-1, 0] < 0.7 * run.losses[0, 0]
        assert ((run.positions >= (x0, y0)) & (run.positions <= (x1, y1))).all()


def test_outside_the_domain_is_nan() -> None:
    loss = TypedLoss("log(x) + sqrt(y) + exp(log(x))")
    assert np.isnan(loss.value(np.array([-1.0, 1.0]))) and np.isnan(loss.value(np.array([1.0, -1.0])))
    assert np.isnan(loss.gradient(np.array([[-1.0, -1.0]]))[0, 1])
    huge = TypedLoss("exp(exp(x)) + y**2")
    assert huge.value(np.array([10.0, 0.0])) == np.inf
    run = qm.run(TypedLoss("x**4 + y**2"), qm.SGD(1.0), (3.0, 1.0), 50)
    assert run.diverged_at[0] > 0 and np.isnan(run.positions[-1]).all()


def test_typed_losses_are_values() -> None:
    loss = TypedLoss("x**2 + y**2")
    assert loss == TypedLoss("x**2 + y**2") and hash(loss) == hash(TypedLoss("x**2 + y**2"))
    assert pickle.loads(pickle.dumps(loss)) == loss
    assert loss.formula == "f = x**2 + y**2" and loss.key == "typed"
    point = np.array(loss.start())
    grid = np.broadcast_to(point, (3, 4, 2))
    for constant in (loss, TypedLoss("x"), TypedLoss("0*x")):
        assert constant.value(point).shape == () and constant.value(grid).shape == (3, 4)
        assert constant.gradient(point).shape == (2,) and constant.gradient(grid).shape == (3, 4, 2)
        assert constant.hessian(point).shape == (2, 2) and constant.hessian(grid).shape == (3, 4, 2, 2)


def test_precedence() -> None:
    where = np.array([3.0, 2.0])
    for text, value in (("-x**2", -9), ("2**-y*x", 0.75), ("x**y**2", 81), ("x-y-1", 0), ("x/y/2", 0.75),
                        ("-x*-y", 6), ("  x +y ", 5), ("2e0*x", 6)):  # fmt: skip
        assert float(TypedLoss(text).value(where)) == pytest.approx(value, rel=1e-15)


POINTED = [
    ("", 0, "it is empty"),
    ("   ", 0, "it is empty"),
    ("x + z", 4, '"z" is not known'),
    ("x + y +", 6, "something is missing"),
    ("x ^ 2", 2, "write ** for a power"),
    ("x² + y", 1, "write **2 for a square"),
    ("2x", 1, "an operator is missing"),
    ("x y", 2, "an operator is missing"),
    ("(x)(y)", 3, "an operator is missing"),
    ("sin x", 4, "a function needs parentheses"),
    ("x + sin", 4, "sin needs parentheses"),
    ("sin()", 4, "something is missing before"),
    ("x*/y", 2, "something is missing before"),
    ("*x", 0, "something is missing before"),
    ("()", 1, "something is missing before"),
    ("((x + y)", 0, "this parenthesis is never closed"),
    ("x + y)", 5, "this parenthesis was never opened"),
    ("x) + (y", 1, "this parenthesis was never opened"),
    ("x + 10**10**10", 8, "this exponent is too large"),
    ("x**65", 3, "this exponent is too large"),
    ("((x**8)**9)**2", 9, "powers of powers"),
    ("x**2 + 1e999", 7, "the number is too large"),
    ("x + 9**64**2", 7, "this exponent is too large"),
    ("x + 1/0", 6, "this divides by zero"),
    ("x/(1-1)", 3, "this divides by zero"),
    ("x + log(-1)", 4, "no finite real number"),
    ("x + (-8)**0.5", 5, "no finite real number"),
    ("1 + 2", 0, "it must contain x or y"),
    ("x.real", 1, '"." is not allowed'),
    ("x if y else x", 2, '"if" is not known'),
    ("x // y", 3, "something is missing before"),
    ("x\ny", 1, "the invisible character U+000A"),
    ("x + yy", 4, '"yy" is not known'),
    ("0777*x", 0, "something is missing"),
]


@pytest.mark.parametrize(("text", "position", "problem"), POINTED)
def test_errors_point_at_the_character(text: str, position: int, problem: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        TypedLoss(text)
    error = caught.value
    assert error.position == position and problem in error.problem
    assert str(error).startswith(f"The formula cannot be read at character {position + 1}: ")
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error) and again.position == position
    assert isinstance(error, qm.ParameterError)


# Picked by hand; and what would be a nuisance in a file.
HOSTILE: list[str] = json.loads(Path(__file__).with_name("hostile_expressions.json").read_text())
HOSTILE += ["(" * 1_000_000, "(" * 500_000 + "x" + ")" * 500_000, "-" * 1_000_000 + "x", "x+" * 1_000_000 + "x"]
HOSTILE += ["x*" + "9" * 400, "x" * 10_000, "\u202e" * 100_000, "x**" * 100_000 + "x", "\0" * 1_000_000]


def generated(count: int = 300) -> list[str]:
    """Good formulas with a piece of something else put in, and strings of pieces."""
    rng = random.Random(5)
    pieces = list(";:='\"\\{}@#$%&|^~`!?<>,_\0\néｘ∑z")
    pieces += ["__", ".a", "[0]", "lambda", "os", "import", "()", "1e999", "**1000"]
    good = [text for text, _ in KNOWN] + SMOOTH
    out: list[str] = []
    while len(out) < count:
        text = rng.choice(good)
        place = rng.randrange(len(text) + 1)
        out.append(text[:place] + rng.choice(pieces) + text[place:])
    out += ["".join(rng.choice([*pieces, "x", "y", "(", ")", "**", "sin"]) for _ in range(rng.randint(3, 80))) + "_"
            for _ in range(count)]  # fmt: skip
    return out


def refused_in(text: object, function: Callable[[str], object]) -> tuple[float, str]:
    """(milliseconds, the sentence); fails when it is not refused by an ExpressionError."""
    begin = time.perf_counter()
    with pytest.raises(ExpressionError) as caught:
        function(text)  # type: ignore[arg-type]
    return (time.perf_counter() - begin) * 1e3, str(caught.value)


def is_refused(text: str) -> bool:
    try:
        parse(text)
    except ExpressionError:
        return True
    return False


def test_hostile_strings_are_refused_fast_in_a_sentence() -> None:
    TypedLoss("x**2")  # SymPy is imported now, and not in what is measured
    texts = HOSTILE + [text for text in generated() if is_refused(text)]
    assert len(set(HOSTILE)) >= 200 and len(texts) > len(HOSTILE) + 500
    slow: list[tuple[float, str]] = []
    for text in texts:
        taken, sentence = min(refused_in(text, TypedLoss) for _ in range(2))
        assert sentence.startswith("The formula cannot be read at character ") and sentence.endswith(".")
        assert len(sentence) < 250 and sentence.isprintable() and "Traceback" not in sentence
        if taken > 10:
            slow.append((taken, text[:40]))
    assert slow == []


def test_what_passes_holds_only_arithmetic() -> None:
    """Mutants of good formulas that are accepted are made of allowed words only."""
    kinds = {"number", "name", "+", "*", "**", *FUNCTIONS}

    def check(tree) -> None:
        assert tree.kind in kinds and (tree.kind != "name" or tree.name in ("x", "y"))
        assert tree.kind != "number" or np.isfinite(tree.value)
        for part in tree.parts:
            check(part)

    passed = 0
    for text in SMOOTH + generated():
        if not is_refused(text):
            check(parse(text))
            passed += 1
    assert passed >= len(SMOOTH)


@pytest.mark.parametrize("value", [None, 3, 2.5, b"x", ["x"], ("x", "y"), {"x": 1}, object, ast.parse("x")])
def test_what_is_no_text_is_refused(value: object) -> None:
    assert refused_in(value, parse)[0] < 10
    if isinstance(value, int | float | bytes | None):
        assert refused_in(value, TypedLoss)[0] < 10


def test_long_but_honest_formulas_take_no_long_time() -> None:
    """What passes the check may still be work for SymPy: it is bounded."""
    texts = [
        "*".join(f"sin({i}*x*y)" for i in range(2, 22)),
        "(((((x+y)**2+x)**2+y)**2+x)**2+y)**4",
        "sin(" * 12 + "x*y" + ")" * 12,
        "*".join(f"(x+y*{i})**{i}" for i in range(2, 22)),
        "x**x**x**x**x**x**x**x**x**x",
        "/".join(["x"] * 140),
    ]
    for text in texts:
        begin = time.perf_counter()
        try:
            TypedLoss(text)
        except ExpressionError as error:
            assert "too long" in str(error)
        assert time.perf_counter() - begin < 5


def test_without_sympy(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from qhm_math.expression import engine

    monkeypatch.setitem(sys.modules, "sympy", None)
    engine._sympy.cache_clear()
    try:
        with pytest.raises(qm.ParameterError, match="unless SymPy is installed"):
            TypedLoss("x**2 + 17*y**2 + 0.125")
    finally:
        monkeypatch.undo()
        engine._sympy.cache_clear()

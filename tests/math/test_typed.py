"""Losses that are typed in: values, derivatives, kinks, domains, minima, windows, suggested runs."""

import ast
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

import qhm_math as qm
from qhm_math.expression import CONSTANTS, ExpressionError, TypedLoss
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


def in_window(text: str) -> TypedLoss:
    """A typed loss in a window that is given: where only values are asked for none need be looked for."""
    return TypedLoss(text, -5, 5, -5, 5)


def of_floats(function: Callable[..., Any]) -> Callable[..., Any]:
    """NumPy's min(2, 2) is a whole number, of which it takes no negative power."""
    return lambda *values: function(*(np.asarray(value, dtype=float) for value in values))


def python_value(text: str, where: np.ndarray) -> np.ndarray:
    """What Python makes of a trusted text."""
    names: dict[str, Any] = {name: getattr(np, name) for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp")}
    names |= {name: getattr(np, name) for name in ("log", "log10", "log2", "sqrt", "abs", "sign", "floor")}
    names |= {"asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "min": np.minimum, "max": np.maximum}
    names = {name: of_floats(function) for name, function in names.items()}
    with np.errstate(all="ignore"):
        return eval(
            compile(ast.parse(text, mode="eval"), "here", "eval"),
            names | CONSTANTS,
            {"x": where[..., 0], "y": where[..., 1]},
        )


@pytest.mark.parametrize("text", SMOOTH)
@pytest.mark.slow
def test_value_gradient_and_hessian(text: str) -> None:
    """The value against Python's own reading of these trusted texts, derivatives against complex steps."""
    loss, where = in_window(text), points()
    expected = python_value(text, where)
    np.testing.assert_allclose(loss.value(where), expected, rtol=1e-13, atol=1e-14)
    gradient, hessian = loss.gradient(where), loss.hessian(where)
    assert gradient.shape == (40, 2) and hessian.shape == (40, 2, 2)
    programs = compile_text(text)
    for axis in (0, 1):
        step = where.astype(complex)
        step[:, axis] += 1e-30j
        np.testing.assert_allclose(
            np.imag(programs.value.run(step)[..., 0]) / 1e-30, gradient[:, axis], rtol=1e-10, atol=1e-13
        )
        for row, derivative in enumerate(np.moveaxis(programs.gradient.run(step)[..., :2], -1, 0)):
            np.testing.assert_allclose(np.imag(derivative) / 1e-30, hessian[:, row, axis], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("text", SMOOTH)
@pytest.mark.slow
def test_derivatives_against_sympy(text: str) -> None:
    """SymPy differentiates these trusted texts by rules of its own."""
    import sympy  # here: each worker collects this file, and its import takes as long as many tests

    x, y = sympy.symbols("x y", real=True)
    expression: Any = sympy.sympify(text, {"x": x, "y": y, "e": sympy.E})  # type: ignore[call-overload]
    where = points()
    loss = in_window(text)
    for i, first in enumerate((x, y)):
        slope = sympy.lambdify((x, y), sympy.diff(expression, first), "numpy")(*where.T)
        np.testing.assert_allclose(loss.gradient(where)[:, i], np.broadcast_to(slope, 40), rtol=1e-10, atol=1e-12)
        for j, second in enumerate((x, y)):
            bend = sympy.lambdify((x, y), sympy.diff(expression, first, second), "numpy")(*where.T)
            np.testing.assert_allclose(loss.hessian(where)[:, i, j], np.broadcast_to(bend, 40), rtol=1e-9, atol=1e-12)


@pytest.mark.slow
def test_absolute_values() -> None:
    loss = in_window("abs(x-1)**3 + abs(sin(y))*x")
    where = np.random.default_rng(1).uniform(-3, 3, size=(60, 2))
    x, y = where.T
    np.testing.assert_allclose(loss.value(where), np.abs(x - 1) ** 3 + np.abs(np.sin(y)) * x, rtol=1e-13)
    slope = np.stack((3 * (x - 1) * np.abs(x - 1) + np.abs(np.sin(y)), np.sign(np.sin(y)) * np.cos(y) * x), axis=-1)
    np.testing.assert_allclose(loss.gradient(where), slope, rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(loss.hessian(where)[:, 1, 1], -np.abs(np.sin(y)) * x, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize(("text", "loss"), KNOWN, ids=[loss.key for _, loss in KNOWN])
@pytest.mark.slow
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


NO_MINIMUM = ["x", "x*y", "x**3 + y**2", "-x**2 - y**2", "exp(-x)", "tanh(x) + y**2", "x - abs(y)"]
NO_MINIMUM += ["1/x", "1/(x-0.3)**3 + y**2", "tan(x)", "sin(x) - x + y**2", "tanh(x) - x + y**2", "x - sin(x) + y**2"]


@pytest.mark.parametrize("text", NO_MINIMUM)
@pytest.mark.slow
def test_no_minimum_is_said_and_not_invented(text: str) -> None:
    loss = TypedLoss(text)
    assert loss.minima().shape == (0, 2) and not qm.has_theory(loss, (0.0, 0.0))
    for call in (qm.local_curvatures, qm.nearest_minimum):
        with pytest.raises(qm.ParameterError, match="it must be a loss with a minimum that is curved upwards"):
            call(loss, (0.0, 0.0))
    assert np.isfinite(loss.minimum_value()) and np.isfinite(loss.suggested_alpha()) and loss.suggested_alpha() > 0
    assert loss.minimum_value() > -1e9 and not loss.has_far_minimum()  # not the last number before a pole


@pytest.mark.slow
def test_beside_a_pole_and_beside_points_alone_only_minima_are_minima() -> None:
    np.testing.assert_allclose(TypedLoss("1/x + x + y**2").minima(), [(1, 0)], atol=1e-12)
    np.testing.assert_allclose(TypedLoss("tan(abs(x)) + y**2").minima(), [(0, 0)], atol=1e-12)
    np.testing.assert_allclose(TypedLoss("x**x + y**2").minima(), [(np.exp(-1), 0)], atol=1e-12)  # (-1)**(-1) is alone
    steps = TypedLoss("x - floor(x) + y**2").minima()  # a jump is no pole
    assert sorted(steps[:, 0]) == list(range(-5, 6))


@pytest.mark.parametrize(
    "text",
    [
        "sqrt(abs(x**2+y**2-1))",
        "sqrt(1-x**2-y**2)",
        "sqrt(abs(x*y))",
        "abs(sin(x+y))**0.3",
        "max(0, 1-x)",
        "abs(y-x**2)**0.5",
        "abs(y-exp(x))**0.5",
    ],
)
@pytest.mark.slow
def test_a_line_of_minima_is_one_minimum_also_where_it_is_steep(text: str) -> None:
    loss = TypedLoss(text)
    assert len(loss.minima()) == 1 and not loss.has_only_minimum()
    assert TypedLoss("abs(x) + y**2").has_only_minimum() and TypedLoss("x**2 + 3*y**2").has_only_minimum()


@pytest.mark.slow
def test_where_a_plateau_ends_is_no_minimum() -> None:
    """min(x, 1) + y**2: from the plateau beyond 1 the middle of the window is lower, and no minimum."""
    loss = TypedLoss("min(x, 1) + y**2")
    assert (loss.minima()[:, 0] >= 1).all() and -3.2 < loss.minimum_value() < -3.1


@pytest.mark.parametrize(
    ("text", "minimum"),
    [
        ("cosh(x - 30) + y**2", (30, 0)),
        ("cosh(x - 100) + y**2", (100, 0)),
        ("exp(x - 60) + exp(60 - x) + (y + 2)**2", (60, -2)),
        ("(x - 900)**6 + (y - 10)**4", (900, 10)),
    ],
)
@pytest.mark.slow
def test_a_minimum_down_a_long_slope_is_found(text: str, minimum: tuple[float, float]) -> None:
    """Where the loss grows as exp does, the curvature of the minimum is nothing beside that where it begins, and
    each step down is one long: “This loss has no minimum” was said of these."""
    np.testing.assert_allclose(TypedLoss(text).minima(), [minimum], atol=1e-6)


@pytest.mark.parametrize(("text", "far"), [("(x-3e6)**2 + y**2", True), ("abs(x-3e6) + abs(y)", True),
                                            ("exp(-x) + y**2", False), ("x**2 + y**2", False)])  # fmt: skip
@pytest.mark.slow
def test_a_minimum_too_far_away_is_not_told_as_none(text: str, far: bool) -> None:
    assert TypedLoss(text).has_far_minimum() == far


@pytest.mark.slow
def test_a_smooth_minimum_that_bends_within_a_millionth_has_a_quadratic() -> None:
    assert qm.has_theory(TypedLoss("sqrt(x**2 + 1e-12) + y**2"), (0.0, 0.0))
    assert not qm.has_theory(TypedLoss("1e-6*abs(x) + x**2 + y**2"), (0.0, 0.0))


@pytest.mark.parametrize(
    ("text", "minimum"),
    [
        ("(x-y)²+abs(x+y)", (0, 0)),
        ("abs(x+y-.3)+x²+y²", (0.15, 0.15)),
        ("(x-2y)²+3abs(2x+y-1)", (0.4, 0.2)),
        ("abs(x-y)+(x+y-1)²", (0.5, 0.5)),
        ("sqrt((x-y)²)+(x+y)²", (0, 0)),
        ("abs(x+y)+x⁴", (0, 0)),
        ("abs(x-y²)+x²", (0, 0)),
        ("(x-.1)²+abs(y-sin(x))", (0.1, float(np.sin(0.1)))),
    ],
)
@pytest.mark.slow
def test_along_a_kink_only_its_lowest_point_is_a_minimum(text: str, minimum: tuple[float, float]) -> None:
    """A search by directions gets stuck on the bottom of such a valley, everywhere."""
    np.testing.assert_allclose(TypedLoss(text).minima(), [minimum], rtol=0, atol=1e-9)


@pytest.mark.parametrize("text", ["max(0,1-x)^2+y²", "max(0,x-1)^2+max(0,-1-x)^2+y^2", "max(0,x²+y²-1)²"])
@pytest.mark.slow
def test_of_a_plateau_there_is_one_minimum_also_where_newton_ends_at_its_edge(text: str) -> None:
    loss = TypedLoss(text)
    assert len(loss.minima()) == 1 and not loss.has_only_minimum() and loss.minimum_value() == 0


@pytest.mark.parametrize(
    ("text", "minimum"),
    [
        ("1e6(x-1e-3)²+1e-6(y-1e3)²", (1e-3, 1e3)),
        ("1e3x²+1e-6(y-1e2)²", (0, 100)),
        ("1e6(x+y)²+1e-6(y-1e5)²", (-1e5, 1e5)),
    ],
)
@pytest.mark.slow
def test_a_narrow_valley_is_followed_to_its_minimum(text: str, minimum: tuple[float, float]) -> None:
    """Of these it was said that they have no minimum."""
    np.testing.assert_allclose(TypedLoss(text).minima(), [minimum], rtol=1e-9, atol=1e-9)


ACKLEY = "-20*exp(-0.2*sqrt(0.5*(x**2+y**2))) - exp(0.5*(cos(2*pi*x)+cos(2*pi*y))) + e + 20"
DROP_WAVE = "-(1+cos(12*sqrt(x**2+y**2)))/(0.5*(x**2+y**2)+2)"


@pytest.mark.parametrize(
    ("text", "minimum", "value"),
    [
        ("sqrt(x**2+y**2)", (0, 0), 0),
        ("abs(x) + abs(y)", (0, 0), 0),
        ("abs(x-20) + abs(y)", (20, 0), 0),
        ("abs(x) + y**2", (0, 0), 0),
        ("abs(x) + x**2 + y**2", (0, 0), 0),
        ("abs(3*x-1) + x**2 + y**2", (1 / 3, 0), 1 / 9),
        ("10*abs(x-0.37*y) + abs(x+y-1)", (0.37 / 1.37, 1 / 1.37), 0),
        ("max(x, -x) + max(y, -2*y)", (0, 0), 0),
        ("sqrt(abs(x)) + sqrt(abs(y))", (0, 0), 0),
        ("sqrt(x) + sqrt(y)", (0, 0), 0),
        ("x**4 + y**4", (0, 0), 0),
        ("(x-20)**4 + y**4", (20, 0), 0),
        ("exp(x) + exp(-x) + y**4", (0, 0), 2),
        ("x**2", (0, 0), 0),
        ("x - x", (0, 0), 0),
        (ACKLEY, (0, 0), 0),
    ],
)
@pytest.mark.slow
def test_minima_without_a_quadratic_are_minima_without_theory(
    text: str, minimum: tuple[float, float], value: float
) -> None:
    """With a kink, without curvature, not isolated: marked, and f* is exact; but no rate and no bound."""
    loss = TypedLoss(text)
    found = loss.minima()
    np.testing.assert_allclose(found[0], minimum, rtol=0, atol=1e-7)
    assert loss.minimum_value() == pytest.approx(value, abs=4e-15)
    assert len(found) == 1 or text == ACKLEY
    assert not qm.has_theory(loss, minimum)
    with pytest.raises(qm.ParameterError, match="curved upwards in every direction"):
        qm.local_curvatures(loss, minimum)


@pytest.mark.parametrize(
    ("text", "curvatures"),
    [
        ("cosh(sqrt(x**2+4*y**2))", (1, 4)),
        ("-cos(sqrt(x**2+y**2))", (1, 1)),
        (DROP_WAVE, (72.5, 72.5)),  # r²/2 times (12² + 1)/2
        ("abs(x)**3 + x**2 + y**2", (2, 2)),
        ("(x**2+y**2)**1.5 + x**2 + 3*y**2", (2, 6)),
        ("log(1+x**2+2*y**2)", (2, 4)),
    ],
)
@pytest.mark.slow
def test_smooth_minima_whose_formulas_have_a_gap(text: str, curvatures: tuple[float, float]) -> None:
    """The Hessian at the middle is 0/0 as it is written; its limit is what the theory needs."""
    loss = TypedLoss(text)
    assert loss.minima()[0].tolist() == [0, 0] and qm.has_theory(loss, (0.1, 0.1))
    np.testing.assert_allclose(qm.local_curvatures(loss, (0.0, 0.0))[0], curvatures, rtol=1e-9)


def test_the_theory_is_that_of_the_nearest_minimum() -> None:
    loss = TypedLoss(ACKLEY)
    assert not qm.has_theory(loss, (0.2, 0.1)) and qm.has_theory(loss, (3.0, 2.0))


@pytest.mark.slow
def test_ackley_against_scipy() -> None:
    found = optimize.shgo(lambda p: float(python_value(ACKLEY, np.array(p))), [(-5, 5), (-5, 5)], n=300, iters=2)
    loss = TypedLoss(ACKLEY)
    assert loss.minimum_value() == pytest.approx(found.fun, abs=1e-6) and len(loss.minima()) == 121


@pytest.mark.slow
def test_of_too_many_minima_the_lowest_are_kept() -> None:
    loss = TypedLoss("x**2 + y**2 + sin(100*x)*cos(100*y)")
    found = optimize.minimize(lambda p: float(loss.value(p)), (-np.pi / 200, 0), method="Nelder-Mead", tol=1e-13)
    assert loss.minimum_value() == pytest.approx(found.fun, abs=1e-12) and len(loss.minima()) == 400


HOELDER = "-|sin(x) cos(y) e^|1 - √(x²+y²)/π||"
BRANIN = "(y - 5.1/(4π²)*x² + 5/π*x - 6)² + 10(1 - 1/(8π))cos(x) + 10"
EGGHOLDER = "-(y+47) sin(√|x/2+y+47|) - x sin(√|x-(y+47)|)"


@pytest.mark.slow
def test_a_window_of_ones_own() -> None:
    """Literature minima (Jamil & Yang 2013) in the literature's windows."""
    table = TypedLoss(HOELDER, -10, 10, -10, 10)
    assert table.minimum_value() == pytest.approx(-19.20850256789, abs=1e-10)
    np.testing.assert_allclose(np.abs(table.minima()[:4]), [(8.0550234733, 9.6645900114)] * 4, atol=1e-8)
    assert table.minimum_value() < TypedLoss(HOELDER).minimum_value()
    branin = TypedLoss(BRANIN, -5, 10, 0, 15)
    np.testing.assert_allclose(
        branin.minima()[np.argsort(branin.minima()[:, 0])], [(-np.pi, 12.275), (np.pi, 2.275), (3 * np.pi, 2.475)],
        atol=1e-4,
    )  # fmt: skip
    assert branin.minimum_value() == pytest.approx(0.39788735772973816, abs=1e-14)
    assert len(branin.minima_at_edge()) == 0
    egg = TypedLoss(EGGHOLDER, -512, 512, -512, 512)
    along = optimize.minimize_scalar(
        lambda y: float(egg.value(np.array((512.0, y)))), bounds=(390, 420), method="bounded", options={"xatol": 1e-9}
    )
    assert egg.minimum_value() == pytest.approx(along.fun, abs=1e-9) == pytest.approx(-959.640662720851, abs=1e-9)
    np.testing.assert_allclose(egg.minima()[0], (512, 404.2318058), atol=1e-6)
    np.testing.assert_array_equal(egg.minima_at_edge()[0], egg.minima()[0])
    assert not qm.has_theory(egg, (512, 404)) and qm.has_theory(egg, (480, 434))


@pytest.mark.slow
def test_an_edge_counts_only_where_the_window_was_chosen() -> None:
    assert len(TypedLoss("x").minima()) == 0
    loss = TypedLoss("x", -5, 4)
    assert loss.minima().tolist() == [[-5, 0]] and loss.minimum_value() == -5
    assert loss.minima_at_edge().tolist() == [[-5, 0]]
    corner = TypedLoss("x + y", 1, 2, 3, 4)
    assert corner.minima().tolist() == [[1, 3]] and corner.minimum_value() == 4


@pytest.mark.parametrize(
    ("text", "ends", "minimum"),
    [
        ("x**2 + y**2", (1e-9, 1, -1, 1), (1e-9, 0)),
        ("(x-3)**2 + (y-3)**2", (0, 2.9999999, 0, 3), (2.9999999, 3)),
        ("-sqrt(1-x**2-y**2)", (0.5, 2, -1, 1), (0.5, 0)),
        ("1e12*(x**2+y**2)", (0.5, 1, 0.5, 1), (0.5, 0.5)),
        ("1e-12*(x**2+y**2)", (0.5, 1, 0.5, 1), (0.5, 0.5)),
    ],
)
@pytest.mark.slow
def test_a_minimum_close_beyond_the_edge_hides_none_on_it(
    text: str, ends: tuple[float, float, float, float], minimum: tuple[float, float]
) -> None:
    loss = TypedLoss(text, *ends)
    assert loss.minima().tolist() == [list(minimum)] == loss.minima_at_edge().tolist()
    assert loss.minimum_value() == loss.value(np.array(minimum))


def test_ends_of_a_window_are_found_checked_and_kept() -> None:
    loss = TypedLoss("x**2 + y**2", x_high=7)
    assert loss.window() == ((-2, 7), (-2, 2))
    for bad in ({"x_low": 3, "x_high": 3}, {"y_low": 5}, {"x_low": 1e9}, {"x_low": "a"}, {"met": np.inf}):
        with pytest.raises(qm.ParameterError):
            TypedLoss("x**2 + y**2", **bad)  # type: ignore[arg-type]


@pytest.mark.slow
def test_a_lower_value_that_was_met() -> None:
    assert TypedLoss("x", met=-50.0).minimum_value() == -50
    assert TypedLoss("x**2", met=3.0).minimum_value() == 0
    assert len(TypedLoss("x", met=-50.0).minima()) == 0


@pytest.mark.parametrize(
    "text", ["1e-9*(x**2+y**2)", "1e-14*(x**4+y**4)", "x-x", "exp(-1000*(x**2+y**2))", "1e-300*x", "1e200*x**2",
             "floor(x)", "1e300*abs(x)", "(x-9e5)**2 + y**2"]
)  # fmt: skip
@pytest.mark.slow
def test_suggestions_are_values_that_can_be_set(text: str) -> None:
    loss = TypedLoss(text)
    assert 1e-305 <= loss.suggested_alpha() <= 1e5 and 1 <= loss.suggested_steps() <= 600
    assert np.abs(loss.start()).max() <= 1e6


@pytest.mark.parametrize(
    "text",
    ["1-exp(-100(x²+y²))", "log(1+100(x²+y²))", "1-exp(-1000(x-1)²-1000y²)", "1-1/(1+(50x)²+(50y)²)", "x²/(1+x²)+y²"],
)
@pytest.mark.slow
def test_a_narrow_well_in_a_plain_is_reached_with_what_is_suggested(text: str) -> None:
    """The plain has no curvature: what it allows is not stable in the well, and from far away nothing moves."""
    loss = TypedLoss(text)
    alpha = loss.suggested_alpha()
    assert alpha < float(qm.max_stable_alpha(0.0, 0.0, np.linalg.eigvalsh(loss.hessian(loss.minima()[0]))[-1]))
    *_, last = qm.simulate(loss, qm.QHM(alpha, [0.0, 0.8], [0.0, 1.0]), loss.start(), 300)
    start = float(loss.value(np.array(loss.start())))
    assert start > 1e-3 and (loss.value(last.positions[-1]) < 1e-3 * start).all()


@pytest.mark.parametrize(
    "text",
    ["1e12*x**2 + y**2", "exp(20*x) + exp(-20*x) + y**2", "1e25*(x**4 + y**2)", "1e300(x²+y²)", "1e150x²+y²"]
)  # fmt: skip
@pytest.mark.slow
def test_nothing_diverges_with_what_is_suggested_for_a_steep_loss(text: str) -> None:
    loss = TypedLoss(text)
    *_, last = qm.simulate(loss, qm.QHM(loss.suggested_alpha(), [0.0, 0.8], [0.0, 1.0]), loss.start(), 200)
    assert (last.diverged_at == -1).all()


@pytest.mark.parametrize("text", ["x³-3x+y²", "x²+y²+x³", "1/x+x+y²", "-cos(x)*cos(y)*exp(-(x-pi)²-(y-pi)²)"])
@pytest.mark.slow
def test_a_run_begins_where_it_ends_at_the_minimum_and_not_in_an_abyss_or_a_dimple(text: str) -> None:
    loss = TypedLoss(text)
    method = qm.QHM(loss.suggested_alpha(), [0.0, 0.8], [0.0, 1.0])
    *_, last = qm.simulate(loss, method, loss.start(), loss.suggested_steps())
    np.testing.assert_allclose(last.positions[-1, ..., 0, :], np.broadcast_to(loss.minima()[0], (2, 2)), atol=0.05)


@pytest.mark.parametrize(
    ("text", "point"),
    [("sqrt(x)*sqrt(x)", -1), ("x/x", 0), ("log(x)-log(x)", -1), ("0*log(x)", -1), ("(x**0.5)**2", -1),
     ("exp(log(x))", -1), ("1/(1/x)", 0), ("x**2/x", 0), ("sqrt(x)**2", -4), ("x**0.5*x**0.5", -1),
     ("0*sqrt(x)+1*x", -2)]
)  # fmt: skip
def test_not_finite_where_undefined(text: str, point: float) -> None:
    loss = TypedLoss(text + " + y**2")
    where = np.array([[point, 0.5], [2.0, 0.5]])
    assert not np.isfinite(loss.value(where)[0]) or text == "1/(1/x)"
    assert np.isnan(loss.gradient(where)[0]).all() or text == "1/(1/x)"
    expected = python_value(text + " + y**2", where)
    np.testing.assert_allclose(loss.value(where), expected, rtol=1e-14)


LEAVES = st.sampled_from(["x", "y", "2", "0.5", "3", "pi", "(x-1)", "(x+2*y)"])
FORMULAS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds("{0}({1})".format, st.sampled_from(["sin", "exp", "log", "sqrt", "abs", "atan", "tanh"]), inner),
        st.builds("({0} {1} {2})".format, inner, st.sampled_from(["+", "-", "*", "/"]), inner),
        st.builds("{0}({1}, {2})".format, st.sampled_from(["min", "max"]), inner, inner),
        st.builds("({0})**{1}".format, inner, st.sampled_from(["2", "3", "-1", "0.5"])),
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(FORMULAS)
@pytest.mark.slow
def test_any_formula_is_what_python_makes_of_it(text: str) -> None:
    """The value also where it is undefined; the gradient against central differences of it where they agree."""
    try:
        program = compile_text(text)
    except ExpressionError:
        return
    where = np.random.default_rng(3).uniform(-2.5, 2.5, size=(40, 2))
    expected = np.broadcast_to(python_value(text, where), 40)
    value, gradient = program.value.run(where)[:, 0], program.gradient.run(where).T[:2]
    np.testing.assert_allclose(value, expected, rtol=1e-9, atol=1e-12)
    for axis in (0, 1):
        step = np.eye(2)[axis]
        with np.errstate(all="ignore"):
            fine, coarse = (
                (python_value(text, where + h * step) - python_value(text, where - h * step)) / (2 * h)
                for h in (1e-5, 4e-5)
            )
            trusted = np.abs(fine - coarse) < 1e-7 * (1 + np.abs(fine))
        trusted = np.broadcast_to(trusted, 40) & np.isfinite(value)
        fine = np.broadcast_to(fine, 40)[trusted]
        np.testing.assert_allclose(gradient[axis][trusted], fine, rtol=1e-4, atol=1e-4)


@pytest.mark.slow
def test_subgradients() -> None:
    """At a kink an element of the subdifferential: 0 at its minimum, else between the slopes of both sides."""
    middle = np.zeros(2)
    kinks = ("sqrt(x**2+y**2)", "abs(x)+abs(y)", "max(x,-x)", "min(abs(x),3)", "sqrt(abs(x))", "(x**2)**0.25", ACKLEY)
    for text in kinks:
        np.testing.assert_array_equal(in_window(text).gradient(middle), 0)
    assert in_window("max(x, 3*x)").gradient(middle).tolist() == [2, 0]
    assert in_window("floor(x) + y").gradient(middle).tolist() == [0, 1]
    assert in_window("sign(x)*x").gradient(np.array([-2.0, 0.0])).tolist() == [-1, 0]


@pytest.mark.slow
def test_standing_in_a_minimum_is_no_divergence() -> None:
    """Divergence is what grows beyond bounds; leaving the domain is another thing."""
    for text, start, alpha in (("sqrt(x**2+y**2)", (1.0, 0.0), 0.5), (ACKLEY, (0.0, 0.0), 0.1)):
        for method in (qm.SGD(alpha), qm.SHB(alpha, 0.9), qm.NAG(alpha, 0.9), qm.METHODS["adam"](alpha)):  # type: ignore[call-arg]
            run = qm.run(TypedLoss(text), method, start, 60)
            assert run.diverged_at[0] == -1 and np.isfinite(run.losses).all()
    run = qm.run(TypedLoss("sqrt(x**2+y**2)"), qm.SGD(0.5), (1.0, 0.0), 60)
    assert run.losses[-1, 0] == 0


@pytest.mark.parametrize("chunk", [None, 1, 7])
@pytest.mark.slow
def test_a_run_that_leaves_the_domain_stays_there(chunk: int | None) -> None:
    run = qm.run(TypedLoss("log(x) + y**2"), qm.SGD(3.0), (1.0, 0.0), 30, chunk=chunk)
    assert run.diverged_at[0] == -1 and run.undefined_at[0] == 1
    np.testing.assert_array_equal(run.positions[1:, 0], np.broadcast_to((-2.0, 0.0), (30, 2)))
    assert np.isnan(run.losses[1:]).all()
    many = qm.run(TypedLoss("x**4 + y**2"), qm.QHM([1.0, 0.01]), (3.0, 1.0), 30, chunk=chunk)
    assert many.diverged_at[0, 0] > 0 and many.diverged_at[1, 0] == -1 and (many.undefined_at == -1).all()


@pytest.mark.slow
def test_the_lowest_value_without_curvature() -> None:
    """At a kink or a flat bottom f* is still the lowest value; at the window's edge it is what is seen."""
    assert TypedLoss(ACKLEY).minimum_value() == pytest.approx(0, abs=1e-10)
    assert len(TypedLoss(ACKLEY).minima()) > 50  # the local ones around
    assert TypedLoss("abs(x) + abs(y-1) - 3").minimum_value() == pytest.approx(-3, abs=1e-10)
    assert TypedLoss("x**4 + y**4").minimum_value() == pytest.approx(0, abs=1e-15)
    assert TypedLoss("x**3 - 3*x + y**2").minimum_value() == pytest.approx(-2, abs=1e-12)
    assert -5 < TypedLoss("x").minimum_value() < -4.8


@pytest.mark.parametrize("text", [HIMMELBLAU, ROSENBROCK, BEALE, RASTRIGIN, "x**2 + 10*sin(y)**2", "(x-20)**2+y**2"])
@pytest.mark.slow
def test_suggested_runs(text: str) -> None:
    loss = TypedLoss(text)
    (x0, x1), (y0, y1) = loss.window()
    assert x0 < loss.start()[0] < x1 and y0 < loss.start()[1] < y1
    alpha, steps = loss.suggested_alpha(), loss.suggested_steps()
    for method in (qm.SGD(alpha), qm.SHB(alpha, 0.9), qm.SHB(alpha, 0.8)):
        run = qm.run(loss, method, loss.start(), max(steps, 300))
        assert run.diverged_at[0] == -1 and run.losses[-1, 0] < 0.7 * run.losses[0, 0]
        assert ((run.positions >= (x0, y0)) & (run.positions <= (x1, y1))).all()


@pytest.mark.slow
def test_outside_the_domain_is_nan() -> None:
    loss = in_window("log(x) + sqrt(y) + exp(log(x))")
    assert np.isnan(loss.value(np.array([-1.0, 1.0]))) and np.isnan(loss.value(np.array([1.0, -1.0])))
    assert np.isnan(loss.gradient(np.array([[-1.0, -1.0]]))[0, 1])
    huge = in_window("exp(exp(x)) + y**2")
    assert huge.value(np.array([10.0, 0.0])) == np.inf
    run = qm.run(in_window("x**4 + y**2"), qm.SGD(1.0), (3.0, 1.0), 50)
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


@pytest.mark.slow
def test_precedence() -> None:
    where = np.array([3.0, 2.0])
    for text, value in (("-x**2", -9), ("2**-y*x", 0.75), ("x**y**2", 81), ("x-y-1", 0), ("x/y/2", 0.75),
                        ("-x*-y", 6), ("  x +y ", 5), ("2e0*x", 6)):  # fmt: skip
        assert float(in_window(text).value(where)) == pytest.approx(value, rel=1e-15)

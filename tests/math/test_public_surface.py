"""Everything in `qhm_math.__all__` with any number or array there is: an answer without NaN, or one sentence.

pytest turns warnings into errors, so that a RuntimeWarning fails as well.
"""

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import qhm_math as qm
from qhm_math import QHM, ParameterError
from qhm_math.measurement import measured_rate
from qhm_math.modes import (
    damping,
    growth,
    limiting_root,
    mode_powers,
    root_branches,
    spectrum_grid,
)
from qhm_math.noise import make_rng
from qhm_math.optimum import best_nesterov, best_nu_phases
from qhm_math.regions import (
    least_rippling_nu,
    least_stable_nu,
    ripple_interval,
    sign_change,
    sign_changing_nu,
)
from qhm_math.stationary import best_stationary_nu

TINY, HUGE = 5e-324, 1.7976931348623157e308
EDGES = [0.0, -0.0, TINY, 2.2e-308, 1e-300, 1e-160, 1e-16, 0.5, 1 - 2.0**-53, 1.0, 1 + 2.0**-52, 2.0, 1e16, 1e160]
EDGES += [1e300, HUGE, -1.0, -TINY, -1e300, -HUGE, math.inf, -math.inf, math.nan]
JUNK: list[Any] = [None, True, "1", "", b"1", 1j, [], {}, {1.0}, 10**400, -(10**400), [[1.0], [1.0, 2.0]], [None, 1.0]]
JUNK += [np.array([1.0 + 1j]), np.array(["a"]), np.array([True]), np.array([1, None]), object(), np.longdouble("1e400")]
SHAPES = [(), (1,), (2,), (3,), (2, 1), (1, 3), (2, 3), (2, 2), (0,), (2, 0), (1, 1, 2)]
KINDS = ["list", "float64", "float32", "float16", "int", "read-only", "strided", "reversed", "fortran", "long double"]


def laid_out(values: np.ndarray, kind: str) -> Any:
    """The same numbers, as near as the kind can hold them, in another type or memory layout."""
    with np.errstate(all="ignore"):
        if kind == "list":
            return values.tolist()
        if kind in ("float32", "float16"):
            return values.astype(kind)
        if kind == "long double":
            return values.astype(np.longdouble)
        if kind == "int":
            return np.nan_to_num(np.clip(values, -(2.0**62), 2.0**62)).astype(np.int64)
    if kind == "read-only":
        values = values.copy()
        values.flags.writeable = False
    elif kind == "strided":
        values = np.repeat(values, 2, axis=-1)[..., ::2] if values.ndim else values
    elif kind == "reversed":
        values = values[..., ::-1].copy()[..., ::-1] if values.ndim else values
    elif kind == "fortran":
        values = np.asfortranarray(values)
    return values


def numbers(low: float, high: float) -> st.SearchStrategy[float]:
    """Mostly numbers from the range, its ends among them; sometimes any float."""
    inside = st.floats(low, high)
    edges = st.sampled_from([edge for edge in EDGES if low <= edge <= high])
    return st.one_of(inside, edges, inside, edges, inside, edges, st.floats(), st.sampled_from(EDGES))


@st.composite
def values(draw: Any, low: float = -HUGE, high: float = HUGE) -> Any:
    """A number, an array of any shape, type and layout, or seldom something else altogether."""
    what = draw(st.integers(0, 15))
    if what == 0:
        return draw(st.sampled_from(JUNK))
    if what < 7:
        return draw(numbers(low, high))
    shape = draw(st.sampled_from(SHAPES))
    array = np.array(draw(st.lists(numbers(low, high), min_size=math.prod(shape), max_size=math.prod(shape))))
    return laid_out(array.reshape(shape), draw(st.sampled_from(KINDS)))


POSITIVE = values(TINY, HUGE)
SHARE = values(0.0, 1.0)
COUNT = st.one_of(st.integers(0, 40), st.sampled_from([*EDGES, *JUNK]))
FINITE = values()
BATCH = st.one_of(values(1.0, HUGE), st.just(math.inf))
MATRIX = st.one_of(
    FINITE,
    st.builds(
        lambda a, b, extra, size: np.ldexp([[a * a, a * b], [a * b, b * b + extra]], size),
        st.floats(-1, 1), st.floats(-1, 1), st.floats(0, 1), st.integers(-1060, 1020),
    ),
    st.builds(lambda a, b: [[a, 0.0], [0.0, b]], numbers(TINY, HUGE), numbers(TINY, HUGE)),
)  # fmt: skip
NOISES = [qm.NoNoise(), qm.IsotropicNoise(), qm.GaussianNoise([[1.0, 0.5], [0.5, 2.0]]), qm.MiniBatches(4)]
NOISE = st.one_of(st.none(), st.sampled_from(NOISES), st.sampled_from(JUNK), FINITE)
KNOWN_NOISE = st.sampled_from(NOISES)
STEPS = st.one_of(st.lists(st.integers(0, 30), unique=True).map(sorted), FINITE)
LOSS = st.sampled_from([kind() for kind in qm.LOSSES.values()])


class Source:
    """Draws arguments one after another."""

    def __init__(self, data: st.DataObject) -> None:
        self.data = data

    def __call__(self, strategy: st.SearchStrategy[Any]) -> Any:
        return self.data.draw(strategy)

    def qhm(self) -> QHM:
        return QHM(self(POSITIVE), self(SHARE), self(SHARE))

    def point(self) -> QHM:
        small = numbers(0.0, 1.0)
        return QHM(self(numbers(TINY, HUGE)), self(small), self(small))

    def interval(self) -> tuple[Any, Any]:
        """μ and L, in order where they are numbers."""
        low, high = self(POSITIVE), self(POSITIVE)
        scalars = isinstance(low, float) and isinstance(high, float)
        return (min(low, high), max(low, high)) if scalars else (low, high)

    def local(self) -> qm.LocalQuadratic:
        return qm.local_quadratic(self(LOSS), self(KNOWN_NOISE), (0.5, -0.5))

    def chunks(self) -> Any:
        return qm.simulate(qm.Quadratic(), QHM(1.0, 0.9, 0.7), (1.0, 1.0), 20, qm.IsotropicNoise(), members=3, chunk=7)


Call = Callable[[Source], Any]
CALLS: dict[str, Call] = {
    "QHM": lambda v: v.qhm(),
    "QHM.sgd": lambda v: QHM.sgd(v(POSITIVE)),
    "QHM.heavy_ball": lambda v: QHM.heavy_ball(v(POSITIVE), v(SHARE)),
    "QHM.nesterov": lambda v: QHM.nesterov(v(POSITIVE), v(SHARE)),
    "QHM.with_axes": lambda v: v.qhm().with_axes(v(COUNT)),
    "QHM.from_pytorch_sgd": lambda v: QHM.from_pytorch_sgd(v(POSITIVE), v(SHARE), v(st.booleans())),
    "QHM.from_pid": lambda v: QHM.from_pid(v(values(-HUGE, 0.0)), v(POSITIVE), v(POSITIVE)),
    "QHM.from_synthesized_nesterov": lambda v: QHM.from_synthesized_nesterov(v(POSITIVE), v(SHARE), v(POSITIVE)),
    "QHM.from_robust_momentum": lambda v: QHM.from_robust_momentum(
        v(POSITIVE), v(values(1.0, HUGE)), v(st.one_of(st.none(), SHARE))
    ),
    "QHM.from_triple_momentum": lambda v: QHM.from_triple_momentum(v(POSITIVE), v(values(1.0, HUGE))),
    "QHM.from_accsgd": lambda v: QHM.from_accsgd(v(POSITIVE), v(POSITIVE), v(POSITIVE), v(SHARE)),
    "QHM.from_two_state": lambda v: QHM.from_two_state(*(v(FINITE) for _ in range(6))),
    "QHM.from_averaging": lambda v: QHM.from_averaging(v(POSITIVE), v(SHARE), v(SHARE)),
    "QHM.from_schedule_free": lambda v: QHM.from_schedule_free(v(POSITIVE), v(SHARE), v(COUNT)),
    "QHM.from_lion": lambda v: QHM.from_lion(v(POSITIVE), v(SHARE), v(SHARE)),
    "QHM.from_two_buffers": lambda v: QHM.from_two_buffers(v(POSITIVE), v(POSITIVE), v(POSITIVE), v(SHARE)),
    "QHM.from_ademamix": lambda v: QHM.from_ademamix(v(POSITIVE), v(POSITIVE), v(SHARE)),
    "QHM.to_averaging": lambda v: v.qhm().to_averaging(),
    "QHM.to_schedule_free": lambda v: v.qhm().to_schedule_free(),
    "QHM.to_lion": lambda v: v.qhm().to_lion(),
    "QHM.to_two_buffers": lambda v: v.qhm().to_two_buffers(),
    "QHM.to_ademamix": lambda v: v.qhm().to_ademamix(),
    "QHM.to_pytorch_sgd": lambda v: v.qhm().to_pytorch_sgd(),
    "QHM.to_pid": lambda v: v.qhm().to_pid(),
    "QHM.to_synthesized_nesterov": lambda v: v.qhm().to_synthesized_nesterov(),
    "QHM.to_accsgd": lambda v: v.qhm().to_accsgd(v(SHARE)),
    "QHM.to_two_state": lambda v: v.qhm().to_two_state(),
    "transition_matrix": lambda v: qm.transition_matrix(v.qhm(), v(FINITE)),
    "roots": lambda v: qm.roots(v.qhm(), v(FINITE)),
    "spectral_radius": lambda v: qm.spectral_radius(v.qhm(), v(FINITE)),
    "regime": lambda v: qm.regime(v.qhm(), v(FINITE)),
    "convergence_rate": lambda v: qm.convergence_rate(v.qhm(), *v.interval()),
    "max_stable_alpha": lambda v: qm.max_stable_alpha(v(SHARE), v(SHARE), v(POSITIVE)),
    "max_stable_alpha with batch": lambda v: qm.max_stable_alpha(v(SHARE), v(SHARE), v(POSITIVE), v(BATCH)),
    "mean_square_coefficient": lambda v: qm.mean_square_coefficient(v.qhm(), v(POSITIVE), v(BATCH)),
    "is_mean_square_stable": lambda v: qm.is_mean_square_stable(v.qhm(), v(POSITIVE), v(BATCH)),
    "minibatch_stationary_loss": lambda v: qm.minibatch_stationary_loss(
        v.qhm(), v(POSITIVE), v(values(0.0, HUGE)), v(BATCH)
    ),
    "minibatch_expected_loss": lambda v: qm.minibatch_expected_loss(
        v.qhm(), v(POSITIVE), v(values(0.0, HUGE)), v(BATCH), v(FINITE), v(COUNT)
    ),
    "is_stable": lambda v: qm.is_stable(v.qhm(), v(POSITIVE)),
    "steps_per_decade": lambda v: qm.steps_per_decade(v(SHARE)),
    "rate_map": lambda v: qm.rate_map(v(POSITIVE), v(SHARE), v(SHARE), *v.interval()),
    "best_alpha": lambda v: qm.best_alpha(v(SHARE), v(SHARE), *v.interval()),
    "best_alpha_beta": lambda v: qm.best_alpha_beta(v(SHARE), *v.interval()),
    "best_nu": lambda v: qm.best_nu(v(SHARE), *v.interval()),
    "best_rate": lambda v: qm.best_rate(v(SHARE), v(values(1.0, HUGE))),
    "best_nesterov": lambda v: best_nesterov(*v.interval()),
    "best_nu_phases": lambda v: best_nu_phases(v(values(1.0, HUGE))),
    "check_conjecture": lambda v: qm.check_conjecture(v(SHARE), v(values(1.0, HUGE))),
    "stationary_covariance": lambda v: qm.stationary_covariance(v.point(), v(MATRIX), v(MATRIX)),
    "first_order_covariance": lambda v: qm.first_order_covariance(v(POSITIVE), v(MATRIX), v(MATRIX)),
    "stationary_loss": lambda v: qm.stationary_loss(
        v.qhm(), v(POSITIVE), v(values(0.0, HUGE)), v(st.sampled_from([None, 1, 2, 1.0, 3, *JUNK]))
    ),
    "best_stationary_nu": lambda v: best_stationary_nu(v(POSITIVE), v(SHARE), v(POSITIVE), v(values(0.0, HUGE))),
    "mean_path": lambda v: qm.mean_path(v.qhm(), v(POSITIVE), v(FINITE), v(COUNT)),
    "expected_loss": lambda v: qm.expected_loss(v.qhm(), v(POSITIVE), v(values(0.0, HUGE)), v(FINITE), v(COUNT)),
    "ripple_interval": lambda v: ripple_interval(v(SHARE), v(SHARE)),
    "sign_change": lambda v: sign_change(v(SHARE), v(SHARE)),
    "least_stable_nu": lambda v: least_stable_nu(v(POSITIVE), v(SHARE), v(POSITIVE)),
    "least_rippling_nu": lambda v: least_rippling_nu(v(POSITIVE), v(SHARE)),
    "sign_changing_nu": lambda v: sign_changing_nu(v(POSITIVE), v(SHARE)),
    "damping": lambda v: damping(v.qhm(), v(POSITIVE), v(SHARE)),
    "root_branches": lambda v: root_branches(v.qhm(), v(FINITE)),
    "spectrum_grid": lambda v: spectrum_grid(v.qhm(), *v.interval(), v(COUNT)),
    "limiting_root": lambda v: limiting_root(v.qhm(), *v.interval()),
    "mode_powers": lambda v: mode_powers(v.qhm(), v(POSITIVE), v(COUNT)),
    "growth": lambda v: growth(v.qhm(), v(POSITIVE), v(COUNT)),
    "measured_rate": lambda v: measured_rate(
        v(st.one_of(FINITE, st.lists(st.lists(numbers(-1e3, 1e3), min_size=2, max_size=2), min_size=20, max_size=30)))
    ),
    "draw_noise": lambda v: qm.draw_noise(v(NOISE), v(COUNT), v(COUNT), v(COUNT)),
    "make_rng": lambda v: make_rng(v(COUNT), v(COUNT)),
    "IsotropicNoise": lambda v: qm.IsotropicNoise(v(POSITIVE)).covariance(),
    "MiniBatches": lambda v: qm.MiniBatches(v(POSITIVE), v(POSITIVE)).covariance(),
    "GaussianNoise": lambda v: qm.GaussianNoise(v(MATRIX)).covariance(),
    "nearest_minimum": lambda v: qm.nearest_minimum(v(LOSS), v(FINITE)),
    "has_theory": lambda v: qm.has_theory(v(LOSS), v(FINITE)),
    "local_curvatures": lambda v: qm.local_curvatures(v(LOSS), v(FINITE)),
    "run": lambda v: (
        qm.run(
            v(LOSS),
            v.qhm(),
            v(values(-3.0, 3.0)),
            v(COUNT),
            v(NOISE),
            v(COUNT),
            v(st.integers(1, 3)),
            limit=v(POSITIVE),
        ).diverged_at
    ),  # positions after divergence are NaN
    "simulate": lambda v: [
        chunk.diverged_at for chunk in qm.simulate(v(LOSS), v.qhm(), v(values(-3.0, 3.0)), v(COUNT), chunk=v(COUNT))
    ],
    "LocalQuadratic": lambda v: qm.LocalQuadratic(v(LOSS), v(KNOWN_NOISE), v(FINITE)).noise_variances,
    "local_quadratic": lambda v: (
        v.local().stationary_loss(v.point()),
        v.local().expected_loss(v.point(), v(FINITE), v(COUNT)),
        v.local().covariance(v.point()),
        v.local().rate(v.qhm()),
    ),
    "burn_in_steps": lambda v: qm.burn_in_steps(v(SHARE)),
    "mean_interval": lambda v: qm.mean_interval(v(POSITIVE), v(COUNT), v(SHARE)),
    "running_mean": lambda v: qm.running_mean(v(values(-1e300, 1e300)), v(COUNT)),
    "run_statistics": lambda v: (
        list(qm.run_statistics(v.chunks(), [qm.Quadratic().value], v(SHARE), v(STEPS), v(STEPS)))[-1].diverged
    ),  # what is beyond the run is NaN
    "time_means": lambda v: qm.time_means(v.chunks(), [qm.Quadratic().value], v(COUNT)),
    "stationary_means": lambda v: qm.stationary_means(
        v.local(), v.point(), v(COUNT), v(COUNT), v(COUNT), longest=1000, draws=v(POSITIVE)
    ),
    "sweep": lambda v: [
        answer.mean
        for answer in qm.sweep(
            v(LOSS), v.qhm(), v(COUNT), v(NOISE), v(COUNT), 2, burn_in=v(COUNT), cut=v(POSITIVE), limit=v(POSITIVE)
        )
    ],
    "Quadratic": lambda v: qm.Quadratic(*v.interval(), v(FINITE)),
    "Plateau": lambda v: qm.Plateau(*v.interval()),
    "Rastrigin": lambda v: dataclasses.replace(qm.Rastrigin(), **drawn(v, qm.Rastrigin)),
    "Rosenbrock": lambda v: qm.Rosenbrock(v(POSITIVE)),
    "Saddle": lambda v: dataclasses.replace(qm.Saddle(), **drawn(v, qm.Saddle)),
    "Beale": lambda v: dataclasses.replace(qm.Beale(), **drawn(v, qm.Beale)),
    "Himmelblau": lambda v: dataclasses.replace(qm.Himmelblau(), **drawn(v, qm.Himmelblau)),
    "StyblinskiTang": lambda v: dataclasses.replace(qm.StyblinskiTang(), **drawn(v, qm.StyblinskiTang)),
    "QHMMethod": lambda v: qm.QHMMethod(v(POSITIVE), v(SHARE), v(SHARE)).as_qhm(),
    "SGD": lambda v: qm.SGD(v(POSITIVE)).as_qhm(),
    "SHB": lambda v: qm.SHB(v(POSITIVE), v(SHARE)).as_qhm(),
    "NAG": lambda v: qm.NAG(v(POSITIVE), v(SHARE)).as_qhm(),
}
SAID_NAN = {
    "steps_per_decade", "burn_in_steps",  # where the rate is NaN
    "best_stationary_nu",  # where no ν is better than another
    "mean_interval",  # for few runs
    "running_mean",  # after what is not finite
    "stationary_means",  # for cells that were not measured
}  # fmt: skip
#: What takes no number of its own, or is what those above give back; methods and schedules have tests of their own.
ELSEWHERE = {
    "FEWEST_RUNS", "LOSSES", "METHODS", "NOISES", "SCHEDULES", "SILENT", "Chunk", "Conjecture", "Declared",
    "LinearMethod", "Loss", "MeasuredRate", "Method", "Monitor", "NoNoise", "Noise", "ParameterError", "Regime",
    "RunStatistics", "Schedule", "ScheduledQHM", "StationaryMeans", "Sweep", "TimeMeans", "Trajectory",
    "check_declared", "check_theorems", "declared", "declared_fields",
}  # fmt: skip


def drawn(v: Source, kind: Any) -> dict[str, Any]:
    return {name: v(FINITE) for name in qm.declared_fields(kind)}


def nans(result: Any) -> int:
    """How many NaN there are in a result, however it is nested."""
    if isinstance(result, QHM):
        return nans((result.alpha, result.beta, result.nu))
    if isinstance(result, tuple | list):
        return sum(nans(part) for part in result)
    if dataclasses.is_dataclass(result) and not isinstance(result, type):
        return nans([getattr(result, field.name) for field in dataclasses.fields(result)])
    if isinstance(result, np.ndarray | np.generic | float | complex):
        return int(np.isnan(np.asarray(result)).sum()) if np.asarray(result).dtype.kind in "fc" else 0
    return 0


def test_everything_public_is_tried() -> None:
    assert set(qm.__all__) - ELSEWHERE <= set(CALLS)
    assert not ELSEWHERE & set(CALLS) and set(qm.__all__) >= ELSEWHERE


@pytest.mark.parametrize("name", CALLS)
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
@pytest.mark.slow
def test_an_answer_or_a_sentence(name: str, data: st.DataObject) -> None:
    source = Source(data)
    try:
        result = CALLS[name](source)
    except ParameterError as error:
        said = str(error)
        assert said.startswith(error.name) and said.endswith(".") and "\n" not in said and len(said) < 400
        return
    assert nans(result) == 0 or name in SAID_NAN

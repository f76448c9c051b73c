"""Sweeps: against the runs of `simulate` one by one, against exact expectations, and Theorem 5's coefficient."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qhm_math as qm
from qhm_math import QHM, GaussianNoise, IsotropicNoise, ParameterError, Quadratic
from qhm_math.losses import Rosenbrock
from qhm_math.noise import Noise
from qhm_math.sweep import Sweep, sweep

FIGURE3 = Quadratic(0.1, 10.0, 30.0)
NOISE = IsotropicNoise(0.3**0.5)
SKEWED = GaussianNoise(((0.3, -0.2), (-0.2, 0.5)))


def final(*args: object, **options: object) -> Sweep:
    return list(sweep(*args, **options))[-1]  # type: ignore[arg-type]


def simulated(
    loss: qm.Loss, grid: QHM, steps: int, noise: Noise, seed: int, members: int, start: object, burn_in: int
) -> np.ndarray:
    """Mean losses of every member, (*P, members), from `simulate`."""
    done = qm.run(loss, grid, start, burn_in + steps, noise, seed, members)  # type: ignore[arg-type]
    return done.losses[burn_in + 1 :].mean(axis=0)


@pytest.mark.parametrize("burn_in", [0, 37])
@pytest.mark.parametrize("start", [None, (0.4, -1.1)])
@pytest.mark.parametrize("steps", [1, 2, 257])
def test_a_sweep_is_its_simulations(steps: int, start: tuple[float, float] | None, burn_in: int) -> None:
    loss = Quadratic(0.2, 3.0, 30.0, 0.4, -0.7)
    grid = QHM(np.geomspace(1e-3, 1.5, 6), np.array([0.0, 0.3, 0.9, 0.999])[:, None], [[[0.0]], [[0.7]], [[1.0]]])
    found = final(loss, grid, steps, SKEWED, 3, 5, start=start, burn_in=burn_in)
    wanted = simulated(loss, grid, steps, SKEWED, 3, 5, start or loss.minimum, burn_in)
    lost = ~np.isfinite(wanted).all(axis=-1)
    assert found.mean.shape == found.standard_error.shape == (3, 4, 6) and found.members == 5
    assert np.isinf(found.mean[lost]).all()
    np.testing.assert_allclose(found.mean[~lost], wanted.mean(axis=-1)[~lost], rtol=1e-9)
    error = wanted.std(axis=-1, ddof=1) / np.sqrt(5)
    np.testing.assert_allclose(found.standard_error[~lost], error[~lost], rtol=1e-7)


@pytest.mark.parametrize(
    "qhm",
    [
        QHM(2 / 3.0, 0.0, 0.0),  # exactly on the bound: the root −1 makes the Stein equation singular
        QHM(1 / 3.0, 0.0, 0.0),  # the root 0: every power but the first is 0
        QHM(1e-9, 0.5, 0.3),  # hardly moves: a difference of nearly equal sums
        QHM(1e-9, 0.999999, 1.0),
        QHM(1e-300, 0.5, 0.3),
        QHM(0.1, 1 - 1e-12, 1.0),
        QHM(float(qm.max_stable_alpha(0.9, 1.0, 3.0)) * (1 - 1e-12), 0.9, 1.0),
    ],
)
def test_hard_cells(qhm: QHM) -> None:
    loss = Quadratic(0.2, 3.0, 30.0)
    wanted = simulated(loss, qhm, 300, SKEWED, 1, 2, loss.minimum, 0).mean()
    assert float(final(loss, qhm, 300, SKEWED, 1, 2).mean) == pytest.approx(float(wanted), rel=1e-6)


@settings(max_examples=40)
@given(
    st.floats(0.01, 1.2), st.floats(0, 0.9999), st.floats(0, 1), st.floats(1e-3, 1), st.integers(1, 90),
    st.integers(0, 20), st.integers(0, 1000),
)  # fmt: skip
def test_any_single_run(share: float, beta: float, nu: float, mu: float, steps: int, burn_in: int, seed: int) -> None:
    """Beyond the bound as well, as long as the run has not left."""
    loss = Quadratic(mu, 1.0, 20.0)
    qhm = QHM(share * float(qm.max_stable_alpha(beta, nu, 1.0)), beta, nu)
    wanted = simulated(loss, qhm, steps, NOISE, seed, 1, (0.3, 0.2), burn_in)[0]
    found = final(loss, qhm, steps, NOISE, seed, start=(0.3, 0.2), burn_in=burn_in)
    if np.isfinite(wanted) and wanted < 1e12:
        assert float(found.mean) == pytest.approx(float(wanted), rel=1e-6)
    assert np.isnan(found.standard_error)


def test_other_losses() -> None:
    loss, grid = Rosenbrock(), QHM([[1e-3], [1e-2]], [0.0, 0.9, 0.95], 0.7)
    found = final(loss, grid, 60, IsotropicNoise(0.2), 2, 4, start=(0.9, 0.8), burn_in=11, chunk=3)
    wanted = simulated(loss, grid, 60, IsotropicNoise(0.2), 2, 4, (0.9, 0.8), 11)
    lost = ~np.isfinite(wanted).all(axis=-1)
    assert 0 < lost.sum() < lost.size
    np.testing.assert_array_equal(np.isinf(found.mean), lost)
    np.testing.assert_allclose(found.mean[~lost], wanted.mean(axis=-1)[~lost], rtol=1e-12)


@pytest.mark.slow
def test_figure_3_agrees_with_the_exact_expectation_of_the_same_run() -> None:
    """On all stable cells of a coarse grid, from x*, without a burn-in: within four standard errors."""
    steps, members = 1000, 400
    for grid in (
        QHM(np.linspace(0.01, 1.5, 9), np.linspace(0, 0.999, 8)[:, None], 1.0),
        QHM(np.linspace(0.01, 1.5, 9), np.linspace(0, 0.999, 8)[:, None], 0.7),
        QHM(0.3, np.linspace(0, 0.999, 8)[:, None], np.linspace(0, 1, 9)),
    ):
        stable = np.broadcast_to(qm.is_stable(grid, FIGURE3.L), grid.shape)
        found = final(FIGURE3, grid, steps, NOISE, 11, members)
        path = qm.expected_loss(grid, FIGURE3.eigenvalues, [0.3, 0.3], [0.0, 0.0], steps)
        mean, error = found.mean[stable], found.standard_error[stable]
        assert stable.sum() >= 10 and np.isfinite(mean).all()
        assert np.abs((mean - path[stable, 1:].mean(axis=-1)) / error).max() < 4
        assert (error / mean).max() < 0.05
        far = np.broadcast_to(grid.alpha > 1.02 * qm.max_stable_alpha(grid.beta, grid.nu, FIGURE3.L), grid.shape)
        assert np.isinf(found.mean[far]).all()


def test_after_a_burn_in_the_mean_is_the_stationary_loss() -> None:
    grid = QHM([[0.05], [0.15]], [0.0, 0.8, 0.95], 0.7)
    rate = qm.convergence_rate(grid, FIGURE3.mu, FIGURE3.L).max()
    burn_in = int(np.ceil(6 * qm.steps_per_decade(rate)))
    found = final(FIGURE3, grid, 300, NOISE, 5, 1000, burn_in=burn_in)
    score = (found.mean - qm.stationary_loss(grid, FIGURE3.eigenvalues, [0.3, 0.3])) / found.standard_error
    assert np.abs(score).max() < 4


class Stop:
    """A monitor that cancels after so many reports."""

    def __init__(self, after: int) -> None:
        self.after, self.heard = after, []

    def report(self, fraction: float) -> None:
        self.heard.append(fraction)

    def cancelled(self) -> bool:
        return len(self.heard) >= self.after


def test_chunks_progress_and_cancellation() -> None:
    grid = QHM(0.1, [0.0, 0.9], 0.7)
    monitor = Stop(100)
    answers = list(sweep(FIGURE3, grid, 50, NOISE, 0, 7, chunk=3, monitor=monitor))
    assert [answer.members for answer in answers] == [3, 6, 7]
    assert monitor.heard == pytest.approx([3 / 7, 6 / 7, 1])
    np.testing.assert_allclose(answers[-1].mean, final(FIGURE3, grid, 50, NOISE, 0, 7).mean, rtol=1e-12)
    assert len(list(sweep(FIGURE3, grid, 50, NOISE, 0, 7, chunk=3, monitor=Stop(2)))) == 2
    assert not list(sweep(Rosenbrock(), grid, 50, NOISE, 0, 7, monitor=Stop(0)))


def test_cut_divergence_and_rest() -> None:
    grid = QHM([0.05, 0.19, 5.0], 0.0, 0.0)
    free = final(FIGURE3, grid, 500, NOISE, 0, 3)
    cut = final(FIGURE3, grid, 500, NOISE, 0, 3, cut=float(free.mean[:2].mean()))
    assert free.mean[0] < free.mean[1] < free.mean[2] == np.inf
    assert cut.mean[0] == free.mean[0] and cut.mean[1] == cut.mean[2] == free.mean[:2].mean()
    np.testing.assert_array_equal(np.isnan(cut.standard_error), [False, True, True])
    np.testing.assert_array_equal(final(FIGURE3, grid, 500).mean, 0.0)


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"steps": 0}, "steps"),
        ({"steps": 1.5}, "steps"),
        ({"burn_in": -1}, "burn_in"),
        ({"members": 0}, "members"),
        ({"cut": 0.0}, "cut"),
        ({"cut": float("nan")}, "cut"),
        ({"start": (0.0, float("nan"))}, "start"),
        ({"start": [[0.0, 0.0], [1.0, 1.0]]}, "start"),
        ({"chunk": 0}, "chunk"),
        ({"limit": 0.0}, "limit"),
        ({"grid": QHM(np.empty(0), 0.5, 0.5)}, "grid"),
        ({"grid": QHM(np.ones((1001, 1)), np.zeros(1000), 0.5)}, "grid"),
    ],
)
def test_bad_values_are_refused_at_the_call(options: dict, name: str) -> None:
    with pytest.raises(ParameterError) as refused:
        sweep(**({"loss": FIGURE3, "grid": QHM(0.1), "steps": 5, "noise": NOISE} | options))
    assert refused.value.name == name


@pytest.mark.parametrize("nu", [0.0, 0.4, 0.7, 1.0])
@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_theorem_5s_coefficient_is_the_derivative_of_the_exact_loss(beta: float, nu: float) -> None:
    """loss(α)/α = a + b α + …: b from values of the exact loss alone, extrapolated to α = 0."""
    curvatures, variances = [0.1, 0.6, 2.0], [0.3, 0.2, 0.5]
    alpha = 1e-3 * (1 - beta) * np.arange(1, 7)
    slopes = qm.stationary_loss(QHM(alpha, beta, nu), curvatures, variances) / alpha
    numerical = np.polynomial.Polynomial.fit(alpha, slopes, 5).convert().coef[1]
    point = QHM(1.0, beta, nu)
    second = qm.stationary_loss(point, curvatures, variances, 2) - qm.stationary_loss(point, curvatures, variances, 1)
    assert numerical == pytest.approx(float(second), rel=1e-6, abs=1e-8)

"""What runs tell: a rate within its error, double roots included, and intervals that cover what they say."""

import mpmath
import numpy as np
import pytest

import qhm_math as qm
from qhm_math import QHM
from qhm_math.measurement import FEWEST_RUNS, mean_interval, measured_rate, sample_skewness
from qhm_math.modes import Damping, damping
from qhm_math.sweep import sweep
from tests.covering import every


def point(share: float, beta: float, nu: float, top: float) -> QHM:
    return QHM(share * float(qm.max_stable_alpha(beta, nu, top)), beta, nu)


TUNED = {"SHB": qm.best_alpha_beta(1.0, 0.1, 10.0), "QHM": qm.best_alpha_beta(0.7, 0.1, 10.0)}


@pytest.mark.parametrize(
    "qhm",
    [
        QHM(0.02, 0.9, 0.7),
        QHM(0.15, 0.0, 0.0),
        QHM.nesterov(0.05, 0.9),
        QHM(0.19, 0.5, 0.2),
        QHM.heavy_ball(TUNED["SHB"][0], TUNED["SHB"][1]),
        QHM(TUNED["QHM"][0], TUNED["QHM"][1], 0.7),
    ],
    ids=["rippling", "SGD", "NAG", "oscillating", "best SHB, critical", "best QHM, critical"],
)
def test_the_slope_of_a_run_is_the_rate_within_its_error(qhm: QHM) -> None:
    loss = qm.Quadratic(mu=0.1, L=10.0)
    steps = 400
    done = qm.run(loss, qhm, loss.eigenvectors.sum(axis=1), steps)
    found = measured_rate(done.positions[:, 0])
    assert found is not None
    rate = float(qm.convergence_rate(qhm, 0.1, 10.0))
    assert abs(found.rate - rate) <= found.error
    assert found.error < 1e-4 * (1 - rate)
    assert 0 < found.first < found.last <= steps


@pytest.mark.parametrize("methods", [80, pytest.param(300, marks=pytest.mark.soak)])
@pytest.mark.slow
def test_a_measured_rate_holds_the_predicted_one(methods: int) -> None:
    """Methods of every regime."""
    rng = np.random.default_rng(5)
    regimes = set()
    for share, beta, nu, power in rng.uniform([0.02, 0.0, 0.05, 0.0], [0.98, 0.98, 1.0, 3.5], (methods, 4)).tolist():
        kappa = 10**power
        qhm = point(share, beta, nu, kappa)
        rate = float(qm.convergence_rate(qhm, 1.0, kappa))
        steps = int(np.clip(np.log(1e-9) / np.log(rate), 40, 2000))
        found = measured_rate(qm.mean_path(qhm, [1.0, kappa], [1.0, -0.7], steps))
        assert found is not None and abs(found.rate - rate) <= found.error
        regimes |= set(damping(qhm, [1.0, kappa]).tolist())
    assert regimes >= {Damping.OVERDAMPED, Damping.UNDERDAMPED, Damping.OSCILLATING}


@pytest.mark.parametrize("runs", [12, pytest.param(30, marks=pytest.mark.soak)])
@pytest.mark.parametrize("loss", every(2, [qm.Rosenbrock(), qm.Beale(), qm.Rastrigin(), qm.Himmelblau(), qm.Saddle()]))
@pytest.mark.slow
def test_a_slow_run_on_a_curved_loss_has_an_error_that_holds_the_rate_or_none(loss: qm.Loss, runs: int) -> None:
    """Both halves of it are alike, so what they lie apart says nothing of where the rate tends to: it was off by 40
    times its error. And a part of the run that hardly moves may be the slowest."""
    rng = np.random.default_rng(8)
    local = qm.local_quadratic(loss, qm.NoNoise(), loss.start())
    minimum, span = np.array(local.minimum), float(np.ptp(loss.window()[0]))
    start = minimum + 3e-3 * span * local.axes.sum(axis=1)
    found = 0
    for share, beta, nu in rng.uniform([0.001, 0.0, 0.0], [0.9, 1.0, 1.0], (runs, 3)).tolist():
        beta = 1 - 10 ** (-4 * beta)
        qhm = QHM(share**2 * float(qm.max_stable_alpha(beta, nu, local.curvatures[-1])), beta, nu)
        rate = float(local.rate(qhm))
        steps = int(np.clip(np.log(1e-9) / np.log(rate), 40, 2000))
        offsets = qm.run(loss, qhm, start, steps).positions[:, 0] - minimum
        measured = measured_rate(offsets, 2.2e-16 * float(np.abs(minimum).max()))
        if measured is not None:
            found += 1
            assert abs(measured.rate - rate) <= measured.error
    assert found >= runs / 3


def test_a_root_that_moves_nothing_is_not_measured() -> None:
    """At ν = 0 the buffer forgets at its own rate β, and the position never hears of it."""
    found = measured_rate(qm.mean_path(QHM(0.5, 0.75, 0.0), [1.0], [1.0], 60))
    assert found is not None and found.rate == pytest.approx(0.5, abs=1e-9)


def test_a_slope_that_cannot_be_measured_is_none() -> None:
    assert measured_rate(np.zeros((40, 2))) is None
    assert measured_rate(np.full((40, 2), np.inf)) is None
    assert measured_rate(np.ones((9, 2))) is None
    shrinking = 0.5 ** np.arange(40.0)[:, None]
    exact = measured_rate(shrinking * [1.0, -2.0])
    assert exact is not None and exact.rate == pytest.approx(0.5, rel=1e-12) and exact.error < 1e-11
    # what comes after the run has arrived, or left, is not looked at
    shrinking[30:] = 0.0
    assert measured_rate(shrinking * [1.0, -2.0]) == pytest.approx((exact.rate, exact.error, 10, 29), abs=1e-11)


def test_a_line_through_the_distances_would_miss_the_rate() -> None:
    """At critical damping the distance falls like k R^k: that is why the recurrence is fitted."""
    k = np.arange(60.0)
    falls = (1 + k) * 0.8**k
    found = measured_rate(np.stack((falls, falls), axis=1))
    assert found is not None and found.rate == pytest.approx(0.8, abs=1e-5)
    assert np.exp(np.polyfit(k[20:], np.log(falls[20:]), 1)[0]) > 0.815


@pytest.mark.slow
def test_the_error_of_a_double_root_holds_the_true_rate() -> None:
    """At the best (α, β) both ends of the spectrum are critically damped: a change δ moves such roots by √δ."""
    rng = np.random.default_rng(11)
    found = 0
    for _ in range(150):
        nu = float(rng.uniform(0.05, 1.0))
        kappa, mu = (float(10**power) for power in rng.uniform([0.2, -2.0], [3.5, 1.0]))
        alpha, beta, _ = (float(value) for value in qm.best_alpha_beta(nu, mu, kappa * mu))
        loss = qm.Quadratic(mu, kappa * mu, float(rng.uniform(-90, 90)), float(rng.normal()), float(rng.normal()))
        rate = float(qm.convergence_rate(QHM(alpha, beta, nu), mu, kappa * mu))
        start = loss.minimum + 3e-3 * loss.eigenvectors.sum(axis=1)
        steps = int(np.clip(np.log(1e-9) / np.log(rate), 40, 2000))
        offsets = qm.run(loss, QHM(alpha, beta, nu), start, steps).positions[:, 0] - loss.minimum
        measured = measured_rate(offsets, 2.2e-16 * float(np.abs(loss.minimum).max()))
        if measured is not None:
            found += 1
            assert abs(measured.rate - rate) <= measured.error <= measured.rate / 2
    assert found > 110


def test_steps_that_are_rounding_are_not_measured() -> None:
    """A fast run reaches the rounding of its minimum long before its last step."""
    rng = np.random.default_rng(2)
    offsets = 0.4 ** np.arange(60.0)[:, None] * [1.0, -2.0] + 1e-14 * rng.standard_normal((60, 2))
    found = measured_rate(offsets, 1e-14)
    assert found is not None and abs(found.rate - 0.4) <= found.error < 1e-3
    assert np.linalg.norm(offsets[found.last]) > 1e-10
    blind = measured_rate(offsets)
    assert blind is None or abs(blind.rate - 0.4) <= blind.error


# -- intervals


@pytest.mark.slow
def test_an_interval_is_student_s() -> None:
    from scipy.stats import t as student  # here: each worker collects this file, and scipy.stats takes long to import

    errors = np.array([0.0, 0.5, np.nan, np.inf])
    for runs, level in ((FEWEST_RUNS, 0.95), (57, 0.9), (100_000, 0.999)):
        wanted = student.ppf((1 + level) / 2, runs - 1) * errors
        np.testing.assert_allclose(mean_interval(errors, runs, level), wanted, rtol=1e-12)


@pytest.mark.parametrize("runs", [FEWEST_RUNS, FEWEST_RUNS + 1, 200, 10_000, 10**9, 10**15])
@pytest.mark.parametrize("level", [1e-30, 1e-9, 0.5, 0.95, 0.999, 1 - 1e-9, float(np.nextafter(1, 0))])
def test_student_s_quantile_is_that_of_its_integral(runs: int, level: float) -> None:
    """How far t is off, from P(|T| <= t) by mpmath at 50 digits."""
    t, degrees = float(mean_interval(1.0, runs, level)), min(runs - 1, 10**15)
    with mpmath.workdps(50):
        n, root = mpmath.mpf(degrees), mpmath.sqrt(degrees)
        scale = 2 * mpmath.gamma((n + 1) / 2) / (mpmath.gamma(n / 2) * root * mpmath.sqrt(mpmath.pi))
        body = mpmath.quad(lambda s: mpmath.cos(s / root) ** (n - 1), [0, root * mpmath.atan(t / root)])
        off = (scale * body - mpmath.mpf(level)) / (scale * (1 + t * t / n) ** (-(n + 1) / 2))
    assert abs(float(off)) <= 3e-15 * t


def test_few_runs_have_no_interval() -> None:
    assert np.isnan(mean_interval(0.1, FEWEST_RUNS - 1))
    assert mean_interval(1.5e308, 20) == np.inf
    assert np.isnan(mean_interval(np.array([0.1, 0.2]), 2)).all()


@pytest.mark.parametrize(
    ("qhm", "steps"),
    [(QHM(1.7, 0.8, 0.7), 1), (QHM(1.7, 0.8, 0.7), 200), (QHM(1.0), 30), (QHM(1.7, 0.99, 0.9), 200)],
)
@pytest.mark.slow
def test_an_interval_covers_what_it_says(qhm: QHM, steps: int) -> None:
    """Seeded repetitions of a stationary loss whose expectation is known: skewed where there are few steps."""
    loss, noise, repetitions = qm.Quadratic(), qm.IsotropicNoise(0.1), 600
    local = qm.local_quadratic(loss, noise, (0.0, 0.0))
    wait = int(np.ceil(6 * qm.steps_per_decade(local.rate(qhm))))
    runs = FEWEST_RUNS * repetitions
    sums = np.zeros(runs)
    for chunk in qm.simulate(loss, qhm, (0.0, 0.0), wait + steps, noise, 4, runs, chunk=64):
        sums += loss.value(chunk.positions[max(0, wait + 1 - chunk.first) :]).sum(axis=0)
    groups = (sums / steps).reshape(repetitions, FEWEST_RUNS)
    errors = groups.std(axis=1, ddof=1) / np.sqrt(FEWEST_RUNS)
    half = mean_interval(errors, FEWEST_RUNS, skewness=sample_skewness(groups))
    covered = np.abs(groups.mean(axis=1) - float(local.stationary_loss(qhm))) <= half
    assert 0.94 <= covered.mean() <= 0.99  # the longer side on both sides covers more than it says


@pytest.mark.parametrize("degrees", [1, 2, 6, 40])
@pytest.mark.parametrize("runs", [20, 60, 400])
@pytest.mark.slow
def test_an_interval_covers_also_what_is_skewed(degrees: int, runs: int) -> None:
    """Squares of normal numbers, as the losses of runs without memory are."""
    values = np.random.default_rng(3).chisquare(degrees, (4000, runs))
    errors = values.std(axis=1, ddof=1) / np.sqrt(runs)
    half = mean_interval(errors, runs, skewness=sample_skewness(values))
    covered = np.abs(values.mean(axis=1) - degrees) <= half
    assert 0.94 <= covered.mean() <= 0.98


@pytest.mark.slow
def test_skewness_widens_and_its_sign_does_not_matter() -> None:
    from scipy.stats import skew

    plain, right, left, tiny = (float(mean_interval(1.0, 30, skewness=k)) for k in (0.0, 2.0, -2.0, 1e-6))
    assert right == left > 1.2 * plain and tiny == pytest.approx(plain, rel=1e-6)
    assert mean_interval([1.0, 1.0], 30, skewness=[0.0, np.nan]).tolist() == [plain, plain]
    assert sample_skewness([[1.0, 1.0], [1.0, np.inf]]).tolist() == pytest.approx([0.0, np.nan], nan_ok=True)
    huge = np.array([0.0, 0.0, 0.0, 1e300])
    assert sample_skewness(huge) == pytest.approx(sample_skewness(huge * 1e-300)) == pytest.approx(skew(huge / 1e300))


@pytest.mark.slow
def test_two_standard_errors_of_two_runs_do_not_cover() -> None:
    """The fault that was: this is why few runs have none."""
    loss, noise = qm.Quadratic(), qm.IsotropicNoise(0.1)
    wanted = float(qm.local_quadratic(loss, noise, (0.0, 0.0)).stationary_loss(QHM(1.0)))
    covered = 0
    for seed in range(60):
        found = list(sweep(loss, QHM([1.0]), 200, noise, seed, 2, burn_in=200))[-1]
        covered += bool(abs(found.mean[0] - wanted) <= 2 * found.standard_error[0])
    assert covered < 0.85 * 60


@pytest.mark.parametrize(
    "call",
    [
        lambda: measured_rate([1.0, 0.5, 0.25]),
        lambda: measured_rate(np.ones((40, 2)), -1.0),
        lambda: mean_interval(-0.1, 30),
        lambda: mean_interval(0.1, 1.5),  # pyright: ignore[reportArgumentType]
        lambda: mean_interval(0.1, 0),
        lambda: mean_interval(0.1, 30, 1.0),
    ],
)
def test_bad_values_are_refused(call) -> None:
    with pytest.raises(qm.ParameterError):
        call()


@pytest.mark.parametrize("runs", [10**15, 10**18, 10**400])
def test_the_interval_of_very_many_runs_is_that_of_the_normal_distribution(runs: int) -> None:
    assert mean_interval(2.0, runs) == pytest.approx(2.0 * 1.959963984540054, rel=1e-12)

"""Losses, mini-batches, steps and conversions at the ends of their ranges, against fifty digits.

As in test_extremes.py a digit counts as lost only where no α within 2·10⁻¹⁵ of the one given explains it.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from mpmath import mp, mpf, workdps

import qhm_math as qm
from qhm_math import QHM
from qhm_math.choose import Problem, held_loss, loss_after, steps_to_target
from qhm_math.minibatch import largest_mean_square_alpha
from qhm_math.regions import ripple_interval

DIGITS = 50
SLACK = mpf(2e-15)
BETAS = [0.0, 1e-300, 0.3, 0.9, 1 - 1e-6, 1 - 1e-12, 1 - 2.0**-53]
NUS = [0.0, 1e-9, 0.7, 1 - 1e-12, 1.0]
BATCHES = [1.0, 64.0, 1e12]
SPECTRA = [[1.0], [1e-12, 0.5, 1.0]]


def near(alpha: float) -> list[Any]:
    return [mpf(alpha) * (1 + shift) for shift in (-SLACK, 0, SLACK)]


def lost(found: float, exact: list[Any]) -> float:
    """The relative error beyond what a change of α explains."""
    beyond = abs(mpf(found) - exact[1]) - (max(exact) - min(exact))
    return float(max(beyond, 0) / exact[1])


# -- mini-batches


def exact_variance(u: Any, beta: float, nu: float) -> Any:
    b, n = mpf(beta), mpf(nu)
    s, lagged = 1 + b - 2 * n * b, u * b * (1 - n)
    room = 2 * (1 + b) - u * s
    return u * (1 - b * b + lagged * s) / ((1 - b + lagged) * room) if room > 0 else mp.inf


def exact_coefficient(alpha: Any, beta: float, nu: float, spectrum: list[float], batch: float) -> Any:
    each = [exact_variance(alpha * mpf(lam), beta, nu) for lam in spectrum]
    return mp.inf if max(each) >= batch else sum(psi / (mpf(batch) - psi) for psi in each)


def alphas_about(bound: float) -> list[float]:
    shares = [bound * share for share in (1e-300, 1e-14, 1e-6, 0.3, 0.99, 1 - 1e-9)]
    return [*shares, float(np.nextafter(bound, 0)), bound, float(np.nextafter(bound, np.inf))]


@pytest.mark.slow
def test_the_coefficient_and_the_loss_of_mini_batches() -> None:
    with workdps(DIGITS):
        for beta, nu, batch, spectrum in product(BETAS, NUS, BATCHES, SPECTRA):
            for alpha in alphas_about(float(qm.max_stable_alpha(beta, nu, 1.0))):
                point, case = QHM(alpha, beta, nu), (alpha, beta, nu, batch, spectrum)
                exact = [exact_coefficient(each, beta, nu, spectrum, batch) for each in near(alpha)]
                found = float(qm.mean_square_coefficient(point, spectrum, batch))
                if not mp.isfinite(max(exact)) or exact[1] < 1e-290:
                    assert np.isinf(found) or mp.isfinite(min(exact)), case
                    continue
                assert lost(found, exact) <= 1e-14, case
                if max(exact) < 1:
                    losses = [k / (1 - k) / 2 for k in exact]
                    found = float(qm.minibatch_stationary_loss(point, spectrum, 1.0, batch))
                    assert lost(found, losses) <= 1e-14 / float(1 - exact[1]), case


@pytest.mark.slow
def test_the_coefficient_is_one_at_the_largest_alpha() -> None:
    """At β = 1 - 1e-12 and ν = 1 the largest α is 2.5e-13 of the stability bound: it must have all digits there."""
    with workdps(DIGITS):
        for beta, nu, batch, spectrum in product(BETAS, NUS, BATCHES, SPECTRA):
            alpha = mpf(float(largest_mean_square_alpha(beta, nu, spectrum, batch)))
            low, at, high = (exact_coefficient(alpha * (1 + d), beta, nu, spectrum, batch) for d in (-1e-14, 0, 1e-14))
            assert low <= 1 <= high or abs(at - 1) <= 1e-14, (beta, nu, batch, spectrum)


# -- losses after a number of steps


def moment_map(alpha: Any, beta: float, nu: float, lam: float, variance: float) -> Any:
    """The step of (E dd, E dx, E xx, 1) of one mode."""
    b, n, h, v = mpf(beta), mpf(nu), mpf(lam), mpf(variance)
    keep, damping = 1 - n * b, 1 - b
    rest, drag, kick, pull = 1 - alpha * keep * h, alpha * n * b, alpha * keep, damping * h
    return mp.matrix(
        [
            [b * b, 2 * b * pull, pull * pull, damping * damping * v],
            [-b * drag, b * rest - pull * drag, pull * rest, -damping * kick * v],
            [drag * drag, -2 * rest * drag, rest * rest, kick * kick * v],
            [0, 0, 0, 1],
        ]
    )


Mode = tuple[float, float, float]


def exact_losses(alpha: Any, beta: float, nu: float, modes: list[Mode], steps: int) -> tuple[Any, Any]:
    """(after the last step, in the mean over the last tenth) of modes (λ, σ², x_0)."""
    count = max(1, steps // 10)
    last, mean = mpf(0), mpf(0)
    for lam, variance, start in modes:
        step = moment_map(alpha, beta, nu, lam, variance)
        state = step ** (steps - count + 1) * mp.matrix([0, 0, mpf(start) ** 2, 1])
        summed = mp.zeros(8, 8)  # the state, and the sum of those before
        summed[:4, :4], summed[4:, :4], summed[4:, 4:] = step, mp.eye(4), mp.eye(4)
        both = mp.matrix(8, 1)
        both[:4, 0] = state
        both = summed ** (count - 1) * both
        last += mpf(lam) / 2 * both[2]
        mean += mpf(lam) / 2 * (both[6] + both[2]) / count
    return last, mean


RUNS = [
    (1, [0.0, 0.9, 1 - 1e-12], [1e-14, 0.3, 0.99]),
    (17, [0.0, 0.9, 1 - 1e-6, 1 - 1e-12], [1e-14, 0.3, 0.99]),
    (1000, [1 - 1e-6, 1 - 1e-12], [1e-6, 1 - 1e-6]),
    (1_000_000, [1 - 1e-12], [0.99, 1 - 1e-6]),
]
MODES: list[list[Mode]] = [[(1.0, 0.1, 1.0)], [(1e-12, 1.0, 2.0), (0.01, 0.0, 1.0), (1.0, 0.3, 0.0)]]


@pytest.mark.slow
@pytest.mark.parametrize("every", [1 + len(MODES), pytest.param(1, marks=pytest.mark.soak)])  # both modes, in turn
@pytest.mark.parametrize(("steps", "momenta", "shares"), RUNS)
def test_the_loss_after_steps_and_the_held_loss(
    steps: int, momenta: list[float], shares: list[float], every: int
) -> None:
    cases = list(product(momenta, shares, (1e-9, 0.7, 1 - 1e-12, 1.0), MODES))
    with workdps(DIGITS):
        for beta, share, nu, modes in cases[::every]:
            alpha = share * float(qm.max_stable_alpha(beta, nu, 1.0))
            point, problem = QHM(alpha, beta, nu), Problem.additive(*np.array(modes).T)
            exact = [exact_losses(each, beta, nu, modes, steps) for each in near(alpha)]
            last, mean = ([pair[i] for pair in exact] for i in (0, 1))
            allowed, case = 1e-14 * steps, (beta, nu, share, modes)
            assert lost(float(loss_after(problem, point, steps).total), last) <= allowed, case
            assert lost(float(held_loss(problem, point, steps).total), mean) <= allowed, case
            if steps <= 1000:
                spectrum, variances, starts = np.array(modes).T
                found = qm.expected_loss(point, spectrum, variances, starts, steps)
                assert lost(float(found[-1]), last) <= allowed, case


def critical(beta: float, nu: float) -> list[float]:
    """The α at which the roots of λ = 1 meet, and α near them: where powers of T cancel most."""
    return [float(end) * (1 + shift) for end in ripple_interval(beta, nu) for shift in (-1e-6, 0.0, 1e-12)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("steps", "gaps"),
    [(30, [0.5, 1e-3]), pytest.param(1000, [1e-3, 1e-6], marks=pytest.mark.soak), (1_000_000, [4e-6])],
)
def test_losses_where_roots_meet(steps: int, gaps: list[float]) -> None:
    """As the textbook's heavy ball does at both ends of its spectrum, at κ = 10¹² for the last of these."""
    with workdps(DIGITS):
        for gap, nu in product(gaps, (0.3, 1.0)):
            beta = 1 - gap
            for alpha, mode in product(critical(beta, nu), [(1.0, 0.1, 0.0), (1.0, 0.0, 1.0)]):
                if alpha >= 1e290:
                    continue
                exact = [exact_losses(each, beta, nu, [mode], steps) for each in near(alpha)]
                last, mean = ([pair[i] for pair in exact] for i in (0, 1))
                if not 1e-250 < last[1] < 1e250:
                    continue
                allowed, case, point = 1e-14 * steps, (beta, nu, alpha, mode), QHM(alpha, beta, nu)
                lam, variance, start = ([number] for number in mode)
                problem = Problem.additive(lam, variance, start)
                assert lost(float(loss_after(problem, point, steps).total), last) <= allowed, case
                assert lost(float(held_loss(problem, point, steps).total), mean) <= allowed, case
                if steps > 1000:
                    continue
                assert lost(float(qm.expected_loss(point, lam, variance, start, steps)[-1]), last) <= allowed, case
                if start[0]:
                    found = qm.minibatch_expected_loss(point, lam, 0.0, 1e300, start, steps)[-1]
                    assert lost(float(found), last) <= allowed, case


@pytest.mark.slow
def test_the_steps_to_a_target_are_the_first() -> None:
    with workdps(DIGITS):
        for beta, nu, share in product([0.0, 0.9, 0.999], [0.0, 0.7, 1.0], (1e-5, 0.3, 0.9)):
            alpha = share * float(qm.max_stable_alpha(beta, nu, 1.0))
            modes = [(1.0, 0.0, 1.0)]
            answer = steps_to_target(Problem.additive([1.0], 0.0, 1.0), QHM(alpha, beta, nu), 1e-3)
            steps = int(answer.steps)
            at, before = (exact_losses(mpf(alpha), beta, nu, modes, k)[0] for k in (steps, max(1, steps - 1)))
            slack = 1e-14 * steps
            assert at <= 1e-3 * (1 + slack) and (steps == 1 or before > 1e-3 * (1 - slack)), (beta, nu, share)


# -- conversions there and back

PAIRS = {
    "synthesized Nesterov": (QHM.to_synthesized_nesterov, QHM.from_synthesized_nesterov),
    "PID": (QHM.to_pid, QHM.from_pid),
    "two-state": (QHM.to_two_state, QHM.from_two_state),
    "averaging": (QHM.to_averaging, QHM.from_averaging),
    "Lion": (QHM.to_lion, QHM.from_lion),
    "two buffers": (QHM.to_two_buffers, QHM.from_two_buffers),
    "AccSGD": (QHM.to_accsgd, QHM.from_accsgd),
}


@pytest.mark.parametrize("name", PAIRS)
def test_a_conversion_comes_back_with_its_digits(name: str) -> None:
    to, back = PAIRS[name]
    for alpha, beta, nu in product((1e-9, 1.0, 1e250), (0.3, 0.9, 1 - 1e-6, 1 - 1e-12), NUS):
        if name == "AccSGD" and nu == 1:
            continue  # which it does not have
        found = back(*to(QHM(alpha, beta, nu)))
        case = (alpha, beta, nu, found)
        assert abs(float(found.alpha) / alpha - 1) < 4e-15, case
        assert abs(float(found.nu) - nu) < 4e-15, case
        assert nu == 0 or abs((1 - float(found.beta)) - (1 - beta)) < 4e-16, case

"""The paper's own search for the best rate, as one writes it down from the paper, and how long it takes on a grid.

[G] searches over β on a grid; at each β the best α is where the radii of the two end modes meet, which gives one
polynomial in the rate a case. A cell of that search is timed here and scaled to the grid.
"""

from __future__ import annotations

import cmath
import math
import time
from dataclasses import dataclass

import numpy as np

from qhm_math.conjecture import Conjecture, check_conjecture

SIDE = 1000
LARGEST_KAPPA = 1e7
#: β of the search in each cell. The rate that it finds is a little above the best one.
BETAS = 1000
_SAMPLE = ((0.3, 30.0), (0.7, 3e3), (0.95, 1e6))


def scalar_rate(alpha: float, beta: float, nu: float, mu: float, L: float) -> float:
    """[G] Theorem 3 for one point, as one writes it down from the paper."""
    rate = 0.0
    for curvature in (mu, L):
        c1 = 1 + beta - alpha * curvature * (1 - nu * beta)
        c2 = beta * (1 - alpha * curvature * (1 - nu))
        root = cmath.sqrt(c1 * c1 - 4 * c2)
        rate = max(rate, abs((c1 + root) / 2), abs((c1 - root) / 2))
    return rate


def best_alpha_scalar(beta: float, nu: float, mu: float, L: float) -> tuple[float, float]:
    """(α, R) of least rate at one (β, ν), ν < 1, as one writes it down from the paper.

    A mode with the real root r has αλ = (1-r)(r-β) / ((1-νβ)r - β(1-ν)), a complex one r² = β(1-αλ(1-ν)). Four ways
    in which both ends have the radius r: real with opposite signs; only L complex; only μ complex, and -r or r at L.
    """
    kappa, keep, lag = L / mu, 1 - nu * beta, beta * (1 - nu)
    up, down = np.array([-1.0, 1.0 + beta, -beta]), np.array([1.0, 1.0 + beta, beta])  # (1-r)(r-β), (1+r)(r+β)
    inner, outer = np.array([keep, -lag]), np.array([keep, lag])
    gap = np.array([-1.0, 0.0, beta])  # β - r²
    candidates = []
    for polynomial, curvature, top, bottom in (
        (np.polysub(kappa * np.polymul(up, outer), np.polymul(down, inner)), L, down, outer),
        (np.polysub(kappa * lag * up, np.polymul(gap, inner)), mu, up, inner),
        (np.polysub(kappa * np.polymul(gap, outer), lag * down), L, down, outer),
        (np.polysub(kappa * np.polymul(gap, inner), lag * up), L, up, inner),
    ):
        for root in np.roots(polynomial):
            r = float(root.real)
            divisor = curvature * float(np.polyval(bottom, r))
            if abs(root.imag) < 1e-9 and 0 < r < 1 and divisor:
                candidates.append(float(np.polyval(top, r)) / divisor)
    rates = [(scalar_rate(alpha, beta, nu, mu, L), alpha) for alpha in candidates if alpha > 0]
    rate, alpha = min(rates, default=(math.inf, math.nan))
    return alpha, rate


def searched_rate(nu: float, kappa: float, betas: int = BETAS) -> float:
    """R*(ν, κ) by the paper's search over β."""
    return min(best_alpha_scalar(float(beta), nu, 1.0, kappa)[1] for beta in np.linspace(0, 1, betas + 1)[1:-1])


@dataclass(frozen=True)
class Timing:
    """Seconds of our check on the whole grid, and of the paper's procedure scaled to it from a sample."""

    ours: float
    paper: float
    result: Conjecture

    @property
    def ratio(self) -> float:
        """How many times faster."""
        return self.paper / self.ours


def grid() -> tuple[np.ndarray, np.ndarray]:
    """ν and κ of the check."""
    return np.linspace(0.0, 1.0, SIDE), np.geomspace(1.0, LARGEST_KAPPA, SIDE)


def timed(rounds: int = 1, share: int = 20) -> Timing:
    """Check the grid, the best of ``rounds``; every ``share``-th β of three cells of the search is timed."""
    nus, kappas = grid()
    ours = math.inf
    for _ in range(rounds):
        begin = time.perf_counter()
        result = check_conjecture(nus, kappas)
        ours = min(ours, time.perf_counter() - begin)
    begin = time.perf_counter()
    for nu, kappa in _SAMPLE:
        searched_rate(nu, kappa, BETAS // share)
    per_beta = (time.perf_counter() - begin) / (len(_SAMPLE) * (BETAS // share - 1))
    return Timing(ours, per_beta * BETAS * nus.size * kappas.size, result)

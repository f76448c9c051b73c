"""The conjecture on a grid, and the equation behind it, against slower and independent ways."""

from decimal import Decimal, localcontext

import numpy as np
import pytest

from qhm_gui.commands.papers_search import best_alpha_scalar, searched_rate
from qhm_math import QHM, ParameterError, best_alpha, best_rate, conjecture, convergence_rate
from qhm_math.conjecture import check_conjecture
from qhm_math.optimum import best_gap
from qhm_math.progress import Cancelled


def bisected_gap(nu, kappa):
    """1 - R* with sixty digits: the κ that belongs to a rate r, from its two conditions, bisected."""
    n, k = Decimal(float(nu)), Decimal(float(kappa))
    low, high = 2 / (k + 1), 2 / (k.sqrt() + 1)  # 1 - r of SGD and of the heavy ball
    for _ in range(80):
        gap = (low * high).sqrt()
        r = 1 - gap
        linear = n * r * r + n + 2 * (1 - n) * r
        beta = (linear - max(linear**2 - 4 * r * r, Decimal(0)).sqrt()) / 2
        u = (1 - beta) / (1 + (n * beta).sqrt()) ** 2
        reached = (1 + r) * (r + beta) / (u * ((1 - n * beta) * r + beta * (1 - n)))
        low, high = (gap, high) if reached > k else (low, gap)
    return float(low)


@pytest.mark.slow
def test_best_rate_solves_its_equation():
    rng = np.random.default_rng(5)
    nu = np.concatenate([rng.random(60), 10 ** -rng.uniform(0, 9, 30), 1 - 10 ** -rng.uniform(0, 9, 30)])
    kappa = np.concatenate([10 ** rng.uniform(0, 7, 90), 1 + 10 ** -rng.uniform(0, 3, 30)])
    with localcontext(prec=60):
        gap = [bisected_gap(*cell) for cell in zip(nu, kappa, strict=True)]
    np.testing.assert_allclose(1 - best_rate(nu, kappa), gap, rtol=1e-13, atol=2e-16)


def test_it_holds_on_a_coarse_grid():
    found = check_conjecture(np.linspace(0, 1, 60), np.geomspace(1, 1e7, 70))
    assert found.holds
    assert found.rates.shape == (60, 70)
    assert (np.diff(found.rates[:, 1:], axis=0) < 0).all()
    assert found.rise == pytest.approx(np.diff(found.rates[:, 1:], axis=0).max(), abs=1e-15)
    assert found.rise < 0
    np.testing.assert_array_equal(found.rates[:, 0], 0)
    kappa = found.kappas
    np.testing.assert_allclose(found.rates[0], (kappa - 1) / (kappa + 1), atol=1e-15)  # SGD
    root = np.sqrt(kappa)
    np.testing.assert_allclose(found.rates[-1], (root - 1) / (root + 1), atol=1e-15)  # heavy ball


def test_blocks_make_no_difference():
    nus, kappas = np.linspace(0, 1, 7), np.geomspace(1, 1e5, 2 * conjecture._BLOCK + 3)
    whole = best_rate(nus[:, None], kappas)  # its last step, and so its last digit, may be that of another cell
    np.testing.assert_allclose(check_conjecture(nus, kappas).rates, whole, rtol=1e-15, atol=1e-15)


def test_a_violation_is_found(monkeypatch):
    def bumpy(nu, kappa):
        return best_gap(nu, kappa) - np.where((nu == 0.5) & (kappa == 100.0), 0.2, 0.0)

    monkeypatch.setattr(conjecture, "best_gap", bumpy)
    nus, kappas = np.linspace(0, 1, 5), np.geomspace(1, 1e4, 5)
    found = check_conjecture(nus, kappas)
    assert not found.holds
    assert found.rises == 1
    assert found.at == (0.25, 0.5, 100.0)
    rates = best_rate(np.array([0.25, 0.5]), 100.0)
    assert found.rise == pytest.approx(0.2 + rates[1] - rates[0])


def test_it_can_be_watched_and_stopped():
    class Watcher:
        def __init__(self):
            self.told = []

        def report(self, fraction):
            self.told.append(fraction)

        def cancelled(self):
            return len(self.told) > 1

    with pytest.raises(Cancelled):
        check_conjecture(np.linspace(0, 1, 300), np.geomspace(1, 1e7, 900), Watcher())


@pytest.mark.parametrize(
    ("nus", "kappas", "name"),
    [
        ([0.0], [10.0], "nus"),
        ([0.0, 0.0], [10.0], "nus"),
        ([0.0, 1.5], [10.0], "nus"),
        ([0.0, 1.0], [1.0], "kappas"),
        ([0.0, 1.0], [0.5], "kappas"),
        ([0.0, 1.0], 10.0, "kappas"),
        ([0.0, float("nan")], [10.0], "nus"),
    ],
)
def test_bad_grids(nus, kappas, name):
    with pytest.raises(ParameterError) as caught:
        check_conjecture(nus, kappas)
    assert caught.value.name == name


@pytest.mark.slow
def test_the_papers_procedure_finds_the_same():
    rng = np.random.default_rng(2)
    for beta, nu, kappa in zip(rng.random(60), rng.random(60), 10 ** rng.uniform(0.1, 5, 60), strict=True):
        point = QHM(best_alpha(beta, nu, 1.0, kappa), beta, nu)
        _, rate = best_alpha_scalar(beta, nu, 1.0, kappa)
        assert rate == pytest.approx(float(convergence_rate(point, 1.0, kappa)), abs=1e-9)
    searched = searched_rate(0.7, 50.0, 300)
    assert 0 <= searched - best_rate(0.7, 50.0) < 2e-3

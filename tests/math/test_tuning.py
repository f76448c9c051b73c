"""The best parameters for a budget: never worse than they were, nor than a grid that the search does not know."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import qhm_math as qm
from qhm_math import tuning
from qhm_math.declared import declared_fields
from qhm_math.expression import TypedLoss
from qhm_math.losses import LeastSquares, Loss
from qhm_math.methods import METHODS, NAG, SGD, SHB, SVRG, Adam, AdamW, Method, QHMMethod
from qhm_math.noise import IsotropicNoise
from qhm_math.tuning import tune, tuned_loss
from tests.covering import part_of

NOISE = IsotropicNoise(0.3)
CASES: list[tuple[Method, Loss, Any, int]] = [
    (SHB(1.0, 0.5), qm.Quadratic(0.05, 1.0, 30.0), NOISE, 60),
    (NAG(1.0, 0.5), qm.Quadratic(0.05, 1.0, 30.0), None, 40),
    (QHMMethod(0.01, 0.5, 0.5), qm.Rosenbrock(), NOISE, 80),
    (SHB(0.01, 0.5), qm.Himmelblau(), NOISE, 50),
    (Adam(0.1), qm.Rosenbrock(), NOISE, 50),
]


@pytest.mark.parametrize(("method", "loss", "noise", "steps"), part_of(CASES, CASES[::2]))
@pytest.mark.slow
def test_no_grid_is_better(method: Any, loss: Loss, noise: Any, steps: int) -> None:
    """A grid of α and β of its own, which shares no value with that of the search."""
    found: Any = tune(method, loss, loss.start(), steps, noise, 3)
    name = "beta" if hasattr(method, "beta") else "beta1"
    unit = 1.0 if isinstance(method, Adam) else loss.suggested_alpha()
    grid = [
        replace(method, **{"alpha": float(alpha), name: float(beta)})
        for alpha in unit * np.geomspace(0.0123, 41.0, 17)
        for beta in (0.0, 0.31, 0.57, 0.78, 0.885, 0.943, 0.983)
    ]
    losses = tuned_loss(loss, [method, found, *grid], loss.start(), steps, noise, 3)
    assert losses[1] <= losses[0]
    assert losses[1] <= (1 + 1e-3) * losses[2:].min()


@pytest.mark.slow
def test_no_method_is_worse_than_one_of_its_special_cases() -> None:
    """Heavy ball was tuned to a worse loss than SGD, which is heavy ball without momentum."""
    loss, steps = TypedLoss("x**4 + y**2"), 12
    methods: list[Method] = [SGD(0.1), SHB(0.1, 0.5), NAG(0.1, 0.5), QHMMethod(0.1, 0.5, 0.5)]
    found = [tune(method, loss, loss.start(), steps) for method in methods]
    sgd, shb, nag, qhm = tuned_loss(loss, found, loss.start(), steps)
    assert shb <= 1.01 * sgd and nag <= 1.01 * sgd and qhm <= 1.01 * min(shb, nag)


@pytest.mark.slow
def test_few_parameters_are_tuned_with_as_much_care() -> None:
    """Of a rugged loss, 13 learning rates missed the best: a finer grid of its own finds none that is better."""
    loss, steps = qm.Rosenbrock(), 50
    found = tune(SGD(0.001), loss, loss.start(), steps)
    grid = [SGD(float(alpha)) for alpha in np.geomspace(2e-4, 2e-2, 60)]
    losses = tuned_loss(loss, [found, *grid], loss.start(), steps)
    assert losses[0] <= 1.001 * losses[1:].min()


def test_gradient_descent_on_a_quadratic_is_known() -> None:
    """f after k steps is ((1-α)^2k + (1-3α)^2k)/2 from there: its derivative is 0 at (1+c)/(1+3c), c = 3^(1/(2k-1))."""
    loss = qm.Quadratic(1.0, 3.0, 0.0)
    found: Any = tune(SGD(0.1), loss, (1.0, 3.0**-0.5), 10)
    c = 3 ** (1 / 19)
    assert found.alpha == pytest.approx((1 + c) / (1 + 3 * c), rel=1e-3)


@pytest.mark.slow
def test_equal_arguments_give_equal_answers() -> None:
    loss = qm.Quadratic()
    assert tune(NAG(), loss, (2.0, 1.0), 10, NOISE, 5) == tune(NAG(), loss, (2.0, 1.0), 10, NOISE, 5)


def test_the_score_is_the_mean_of_the_last_tenth() -> None:
    loss, method = qm.Quadratic(), QHMMethod(0.5, 0.8, 0.7)
    positions = qm.run(loss, method, (2.0, 1.0), 45, NOISE, 7).positions[-4:, 0]
    expected = (loss.value(positions) - loss.minimum_value()).mean()
    assert tuned_loss(loss, [method], (2.0, 1.0), 45, NOISE, 7)[0] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("steps", [1, 9, 10, 257, 600])
def test_every_budget_has_a_score(steps: int) -> None:
    losses = tuned_loss(qm.Quadratic(), [SGD(0.5), SGD(500.0)], (2.0, 1.0), steps)
    positions = qm.run(qm.Quadratic(), SGD(0.5), (2.0, 1.0), steps).positions[-max(1, steps // 10) :, 0]
    assert losses[0] == pytest.approx(float(qm.Quadratic().value(positions).mean()), rel=1e-12, abs=1e-300)
    assert steps < 9 or losses[1] == np.inf


@pytest.mark.parametrize("key", METHODS)
@pytest.mark.slow
def test_every_method_can_be_tuned_within_its_bounds(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "_COUNTS", ((5, 3),) * len(tuning._COUNTS))  # a coarse grid has the same parameters
    monkeypatch.setattr(tuning, "_FINEST", 1 / 16)
    loss = LeastSquares()
    method: Any = getattr(METHODS[key], "example", METHODS[key])()
    found: Any = tune(method, loss, loss.start(), 4)
    assert type(found) is type(method)
    before, after = tuned_loss(loss, [method, found], loss.start(), 4)
    assert after <= before
    for name, field in declared_fields(method).items():
        if not field.tuned or field.kind != "number":
            assert getattr(found, name) == getattr(method, name)


@pytest.mark.slow
def test_what_changes_the_problem_is_not_tuned() -> None:
    found = tune(AdamW(0.05, decay=0.2), qm.Quadratic(), (2.0, 1.0), 20)
    assert isinstance(found, AdamW) and found.decay == 0.2 and found.epsilon == AdamW().epsilon
    assert isinstance(tune(SVRG(0.1), LeastSquares(), (1.0, 1.0), 5), SVRG)


class Stop:
    """Cancels at the ninth question."""

    def __init__(self) -> None:
        self.asked, self.told = 0, [0.0]

    def report(self, fraction: float) -> None:
        self.told.append(fraction)

    def cancelled(self) -> bool:
        self.asked += 1
        return self.asked > 8


def test_cancelled_it_answers_with_the_best_so_far() -> None:
    monitor = Stop()
    loss, method = qm.Rosenbrock(), SHB(1e-3, 0.5)
    found = tune(method, loss, loss.start(), 50, monitor=monitor)
    before, after = tuned_loss(loss, [method, found], loss.start(), 50)
    assert after < before and monitor.asked <= 12
    assert all(0 <= fraction <= 1 for fraction in monitor.told)


def test_where_nothing_is_better_the_method_stays_as_it_is() -> None:
    method = SGD(0.1)
    assert tune(method, qm.Quadratic(), (0.0, 0.0), 10) is method


@pytest.mark.slow
def test_a_special_case_that_two_share_is_tuned_once(monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[str] = []
    original = tuning._searched

    def noting(method: Any, *others: Any) -> Any:
        searched.append(method.key)
        return original(method, *others)

    monkeypatch.setattr(tuning, "_searched", noting)
    tune(QHMMethod(0.1, 0.9, 0.7), qm.Quadratic(1.0, 4.0), (1.0, 1.0), 10)
    assert sorted(searched) == ["nag", "qhm", "sgd", "shb"]

"""The network that finds condition (13): its derivatives, its sharpness, and training that goes on."""

from typing import Any

import numpy as np
import pytest

from qhm_math import QHM, max_stable_alpha
from qhm_math.checks import ParameterError
from qhm_math.networks import DigitsNetwork, NetworkLoss, Record, Stretch, forget_runs, known_record, train, training
from tests.covering import part_of
from tests.impatient import Impatient

SMALL = DigitsNetwork(samples=60, width=10, seed=1)


@pytest.fixture(autouse=True)
def nothing_known() -> None:
    forget_runs()


def loss_of(widths: tuple[int, ...], count: int = 7, seed: int = 0) -> tuple[NetworkLoss, np.ndarray]:
    """A loss on random data, and weights that bend every tanh."""
    rng = np.random.default_rng(seed)
    loss = NetworkLoss(widths, rng.standard_normal((count, widths[0])), rng.standard_normal((count, widths[-1])))
    return loss, loss.start(seed, 1.5) + 0.1 * rng.standard_normal(loss.size)


def last(*arguments: Any, **more: Any) -> Record:
    return list(train(*arguments, **more))[-1]


@pytest.mark.parametrize("widths", [(3, 2), (4, 3, 2), (5, 4, 3, 2), (2, 3, 4, 3, 2)])
def test_gradient_and_hessian_are_those_of_differences(widths: tuple[int, ...]) -> None:
    loss, theta = loss_of(widths)
    step, unit = 1e-5, np.eye(loss.size)
    values = [(loss.at(theta + step * e).value - loss.at(theta - step * e).value) / (2 * step) for e in unit]
    here = loss.at(theta)
    np.testing.assert_allclose(here.gradient, values, atol=1e-9)
    hessian = np.array([here.hessian_product(e) for e in unit])
    bends = [(loss.at(theta + step * e).gradient - loss.at(theta - step * e).gradient) / (2 * step) for e in unit]
    np.testing.assert_allclose(hessian, bends, atol=1e-8)
    np.testing.assert_allclose(hessian, hessian.T, atol=1e-13)


def test_the_value_is_the_mean_squared_error() -> None:
    loss, theta = loss_of((4, 3, 2))
    (w1, b1), (w2, b2) = loss.layers(theta)
    outputs = np.tanh(loss.inputs @ w1 + b1) @ w2 + b2
    assert loss.at(theta).value == pytest.approx(0.5 * ((outputs - loss.targets) ** 2).sum(axis=1).mean(), rel=1e-14)


@pytest.mark.parametrize(
    ("widths", "inputs", "targets", "name"),
    [
        ((3,), np.ones((2, 3)), np.ones((2, 3)), "widths"),
        ((3, 0), np.ones((2, 3)), np.ones((2, 0)), "widths"),
        ((3, 2), np.ones((2, 4)), np.ones((2, 2)), "inputs"),
        ((3, 2), np.ones((0, 3)), np.ones((0, 2)), "inputs"),
        ((3, 2), np.full((2, 3), np.nan), np.ones((2, 2)), "inputs"),
        ((3, 2), np.ones((2, 3)), np.ones((3, 2)), "targets"),
    ],
)
def test_data_that_do_not_fit_are_refused(widths: Any, inputs: Any, targets: Any, name: str) -> None:
    with pytest.raises(ParameterError, match=f"^{name} = "):
        NetworkLoss(widths, inputs, targets)


@pytest.mark.slow
def test_the_recorded_sharpness_is_the_largest_eigenvalue() -> None:
    network = DigitsNetwork(samples=40, width=4, seed=2)
    point = QHM(1.0, 0.9, 0.7)
    record = last(network, [Stretch(60, point)])
    loss, theta, buffer = network.loss(), network.start(), 0.0
    for step in range(61):
        here = loss.at(theta)
        if step % 10 == 0:
            hessian = np.array([here.hessian_product(e) for e in np.eye(loss.size)])
            row = record.steps.tolist().index(step)
            assert record.losses[row] == pytest.approx(here.value, rel=1e-12)
            assert record.sharpness[row] == pytest.approx(np.linalg.eigvalsh(hessian)[-1], rel=2e-3)
        buffer = 0.1 * here.gradient + 0.9 * buffer
        theta = theta - (0.3 * here.gradient + 0.7 * buffer)


@pytest.mark.parametrize(("beta", "nu"), part_of([(0.0, 0.0), (0.9, 1.0), (0.99, 0.7)], [(0.0, 0.0), (0.99, 0.7)]))
@pytest.mark.slow
def test_sharpness_settles_on_the_line(beta: float, nu: float) -> None:
    """The presets' network, from below: it meets the curvature at which (α, β, ν) stops being stable, and stays."""
    line = 6.0
    record = last(DigitsNetwork(seed=7), [Stretch(800, QHM(max_stable_alpha(beta, nu, line), beta, nu))])
    assert record.sharpness[0] < 0.5 * line
    assert record.sharpness[-20:].mean() == pytest.approx(line, rel=0.05)
    assert record.losses[-1] < 0.05 * record.losses[0]


@pytest.mark.slow
def test_a_run_that_changes_its_point_is_the_same_however_it_came_about() -> None:
    first, second = QHM(0.5, 0.9, 0.9), QHM(1.0, 0.5, 0.7)
    for end in (300, 520):  # seen while it trains, then longer
        last(SMALL, [Stretch(end, first)])
    went_on = last(SMALL, [Stretch(450, first), Stretch(700, second)])  # a step between two kept places
    forget_runs()
    anew = last(SMALL, [Stretch(450, first), Stretch(700, second)])
    split = last(SMALL, [Stretch(200, first), Stretch(450, first), Stretch(450, second), Stretch(700, second)])
    for other in (went_on, split):
        assert np.array_equal(anew.sharpness, other.sharpness) and np.array_equal(anew.losses, other.losses)
    assert anew.steps.tolist() == list(range(0, 701, 10))


@pytest.mark.slow
def test_a_run_goes_on_from_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    point, taken = QHM(0.5, 0.9, 0.9), []
    counted = NetworkLoss.at
    monkeypatch.setattr(NetworkLoss, "at", lambda loss, theta: (taken.append(1), counted(loss, theta))[1])
    last(SMALL, [Stretch(500, point)])
    taken.clear()
    last(SMALL, [Stretch(480, point), Stretch(520, QHM(0.4, 0.9, 0.9))])
    assert 44 <= len(taken) < 60  # 40 steps and 4 looks
    taken.clear()
    last(SMALL, [Stretch(200, point)])
    assert not taken


@pytest.mark.slow
def test_a_wide_network_keeps_fewer_places_and_goes_on_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long run of the widest network held 125 MB, and six are kept."""
    first, second = QHM(0.2, 0.9, 1.0), QHM(0.1, 0.5, 1.0)
    whole = last(SMALL, [Stretch(900, first), Stretch(1000, second)])
    forget_runs()
    monkeypatch.setattr(training, "_KEPT_NUMBERS", 0)
    last(SMALL, [Stretch(1800, first)])
    (run,) = training._RUNS._kept.values()
    assert 31 <= len(run._places) <= 40 and 0 in run._places
    again = last(SMALL, [Stretch(900, first), Stretch(1000, second)])
    assert np.array_equal(again.losses, whole.losses) and np.array_equal(again.sharpness, whole.sharpness)


def test_records_come_while_it_trains_and_say_how_far_it_is() -> None:
    told: list[float] = []

    class Listener:
        def report(self, fraction: float) -> None:
            told.append(fraction)

        def cancelled(self) -> bool:
            return False

    records = list(train(SMALL, [Stretch(100, QHM(0.5, 0.0, 0.0))], Listener(), breath=0.0))
    assert [len(record.steps) for record in records] == list(range(2, 12))
    assert told == pytest.approx(np.arange(1, 11) / 10)
    assert [record.finished for record in records] == [False] * 9 + [True]


@pytest.mark.slow
def test_it_can_be_cancelled_and_keeps_what_it_has() -> None:
    point = QHM(0.5, 0.0, 0.0)
    whole = last(SMALL, [Stretch(600, point)])
    forget_runs()
    known = 0
    for most in (0, 3, 40, 75, 90, 333):  # at the first look, in a step, in a product
        records = list(train(SMALL, [Stretch(10_000, point)], Impatient(most), breath=0.0))
        known = max([known, *(int(record.steps[-1]) for record in records)])
        found = known_record(SMALL, [Stretch(10_000, point)])
        assert (known > 0) == (found is not None and len(found.steps) > 1)
    assert 0 < known < 600
    np.testing.assert_array_equal(last(SMALL, [Stretch(600, point)]).sharpness, whole.sharpness)


def test_a_run_that_diverges_ends_there() -> None:
    record = last(SMALL, [Stretch(100, QHM(0.5, 0.9, 0.9)), Stretch(1000, QHM(500.0, 0.9, 1.0))])
    assert record.finished and 100 < record.diverged < 1000
    assert record.steps[-1] == record.diverged and np.isnan(record.sharpness[-1])
    assert np.isfinite(record.sharpness[:-1]).all()
    milder = last(SMALL, [Stretch(100, QHM(0.5, 0.9, 0.9)), Stretch(300, QHM(0.6, 0.9, 0.9))])
    assert milder.diverged == -1 and milder.steps[-1] == 300


@pytest.mark.parametrize("ends", [[], [15], [20, 10], [-10]])
def test_stretches_that_do_not_ascend_in_tens_are_refused(ends: list[int]) -> None:
    with pytest.raises(ParameterError):
        last(SMALL, [Stretch(end, QHM(0.1)) for end in ends])


def test_an_array_of_points_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"^qhm = "):
        last(SMALL, [Stretch(10, QHM([0.1, 0.2]))])


def test_the_digits_are_centred_and_of_unit_size() -> None:
    loss = DigitsNetwork(samples=300, seed=5).loss()
    np.testing.assert_allclose(loss.inputs.mean(axis=0), 0.0, atol=1e-12)
    assert (loss.inputs**2).mean() == pytest.approx(1.0)
    assert (loss.targets.sum(axis=1) == 1).all() and loss.widths == (64, 32, 32, 10)

"""The engine: against a plain loop, the same noise for all, divergence at the right step, cancelling."""

import time
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qhm_math as qm
from qhm_math import QHM
from qhm_math.methods import Oracle, Parts, Step

BOWL = qm.Quadratic(mu=0.05, L=1.3, rotation=35.0, shift_x=0.4, shift_y=-0.2)
FOUR = QHM([1.0, 0.7, 1.1, 0.9], [0.0, 0.9, 0.8, 0.95], [0.0, 1.0, 0.8, 0.7])


def looped(loss: qm.Loss, qhm: QHM, start: Any, noise: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One cell and all members step by step, from the definition: positions and buffers d_{k-1}."""
    x = np.array(np.broadcast_to(np.asarray(start, dtype=float), noise.shape[1:]))
    d = np.zeros_like(x)
    positions, buffers = [x], [d]
    for step in noise:
        if not np.isfinite(x).all():  # what follows is divergence, whatever it is
            positions.append(np.full_like(x, np.inf))
            continue
        with np.errstate(over="ignore", invalid="ignore"):
            x, d = one_step(loss, qhm, x, d, step)
        positions.append(x)
        buffers.append(d)
    return np.array(positions), np.array(buffers)


def one_step(loss: qm.Loss, qhm: QHM, x: np.ndarray, d: np.ndarray, noise: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """[G] eq. (3)."""
    g = loss.gradient(x) + noise
    d = (1 - qhm.beta) * g + qhm.beta * d
    return x - qhm.alpha * ((1 - qhm.nu) * g + qhm.nu * d), d


@pytest.mark.parametrize("members", [1, 5, 20, 70])
@pytest.mark.parametrize("steps", [1, 63, 64, 200])
def test_the_recurrence_is_the_loop(members: int, steps: int) -> None:
    noise = qm.draw_noise(qm.IsotropicNoise(0.4), steps, members, seed=1)
    run = qm.run(BOWL, FOUR, (-2.0, 1.0), steps, noise, members=members, want_buffers=True)
    assert run.positions.shape == (steps + 1, 4, members, 2) and run.losses.shape == (steps + 1, 4, members)
    assert run.completed == steps and (run.diverged_at == -1).all()
    assert run.buffers is not None
    for cell in range(4):
        one = QHM(FOUR.alpha[cell], FOUR.beta[cell], FOUR.nu[cell])
        positions, buffers = looped(BOWL, one, (-2.0, 1.0), noise)
        np.testing.assert_allclose(run.positions[:, cell], positions, rtol=1e-10, atol=1e-10)
        np.testing.assert_allclose(run.buffers[:, cell], buffers, rtol=1e-10, atol=1e-10)
        np.testing.assert_allclose(run.losses[:, cell], BOWL.value(positions), rtol=1e-9, atol=1e-12)
    without = qm.run(BOWL, FOUR, (-2.0, 1.0), steps, noise, members=members)
    np.testing.assert_allclose(without.positions, run.positions, rtol=1e-13, atol=1e-13)


@settings(max_examples=50)
@given(st.floats(1e-3, 100), st.floats(0, 0.999), st.floats(0, 1), st.integers(0, 1000))
@pytest.mark.slow
def test_the_recurrence_is_the_loop_anywhere(alpha: float, beta: float, nu: float, seed: int) -> None:
    """Also where it diverges: the same step of divergence, and the same path up to it."""
    qhm, limit = QHM(alpha, beta, nu), 1e6
    noise = qm.draw_noise(qm.IsotropicNoise(0.2), 150, 3, seed=seed)
    run = qm.run(BOWL, qhm, (-2.0, 1.0), 150, noise, members=3, limit=limit, chunk=50)
    positions, _ = looped(BOWL, qhm, (-2.0, 1.0), noise)
    with np.errstate(over="ignore", invalid="ignore"):
        far = np.hypot(*np.moveaxis(positions - (-2.0, 1.0), -1, 0))
    for member in range(3):
        distances = far[:, member]
        first = int(run.diverged_at[member])
        if first < 0:
            assert (distances < limit * (1 + 1e-9)).all()
            first = 151
        else:
            assert (distances[:first] <= limit * (1 + 1e-9)).all() and distances[first] > limit * (1 - 1e-9)
            assert np.isnan(run.positions[first:, member]).all() and np.isnan(run.losses[first:, member]).all()
        scale = 1 + np.maximum.accumulate(distances)[:first, None]
        assert (np.abs(run.positions[:first, member] - positions[:first, member]) <= 1e-10 * scale).all()


@pytest.mark.parametrize("loss", [BOWL, qm.Himmelblau()], ids=["recurrence", "loop"])
def test_chunks_do_not_change_the_numbers(loss: qm.Loss) -> None:
    qhm = QHM([0.01, 0.02], 0.9, 0.7)
    whole = qm.run(loss, qhm, (-1.0, 1.0), 150, qm.IsotropicNoise(0.3), seed=9, members=3)
    for size in (1, 7, 64, 149, 500):
        chunks = list(qm.simulate(loss, qhm, (-1.0, 1.0), 150, qm.IsotropicNoise(0.3), 9, 3, chunk=size))
        positions = np.concatenate([chunk.positions for chunk in chunks])
        np.testing.assert_allclose(positions, whole.positions, rtol=1e-11, atol=1e-12)
        rows = [chunk.first + row for chunk in chunks for row in range(len(chunk.positions))]
        assert rows == list(range(151))
        assert len(chunks) == -(-150 // size)


def test_all_methods_meet_the_same_noise() -> None:
    """The first step from a minimum shows the noise itself: x_1 - x_0 = -α(1-νβ) ε_1."""
    start = (BOWL.shift_x, BOWL.shift_y)
    noise = qm.IsotropicNoise(0.3)
    drawn = qm.draw_noise(noise, 50, 4, seed=3)
    for loss, where in ((BOWL, start), (qm.Rosenbrock(), (1.0, 1.0))):
        for method in (qm.SGD(0.1), qm.SHB(0.2, 0.9), qm.NAG(0.2, 0.9), qm.QHMMethod(0.2, 0.9, 0.7)):
            run = qm.run(loss, method, where, 50, noise, seed=3, members=4)
            q = method.as_qhm()
            shown = (run.positions[1] - run.positions[0]) / (-q.alpha * (1 - q.nu * q.beta))
            np.testing.assert_allclose(shown, drawn[0], rtol=1e-9, atol=1e-12)
            again = qm.run(loss, method, where, 50, drawn, members=4)
            np.testing.assert_array_equal(run.positions, again.positions)
            cells = qm.run(loss, QHM([q.alpha, q.alpha], q.beta, q.nu), where, 50, noise, seed=3, members=4)
            np.testing.assert_allclose(cells.positions[:, 1], run.positions, rtol=1e-11, atol=1e-12)


def test_a_method_that_is_not_linear_takes_the_loop() -> None:
    class Signs:
        key: ClassVar[str] = "signs"
        title: ClassVar[str] = "Signs"
        source: ClassVar[str] = ""
        oracle: ClassVar[Oracle] = "sampled"

        def initialise(self, points: np.ndarray) -> tuple[np.ndarray, ...]:
            return ()

        def update(self, points: np.ndarray, state: tuple, gradient: np.ndarray) -> tuple:
            return points - 0.1 * np.sign(gradient), state

        def parts(self, state: tuple) -> Parts:
            return {}

        def explain(self, step: Step) -> Parts:
            return {"g": step.gradient, "Δx": -0.1 * np.sign(step.gradient)}

    run = qm.run(BOWL, Signs(), (-2.0, 1.0), 20, members=2, want_buffers=True)
    np.testing.assert_allclose(np.abs(np.diff(run.positions, axis=0)), 0.1)
    assert run.buffers is not None and np.isnan(run.buffers[1:]).all()


@pytest.mark.parametrize("loss", [qm.Quadratic(1.0, 1.0, 0.0), qm.Rosenbrock()], ids=["recurrence", "loop"])
def test_divergence_is_a_result(loss: qm.Loss) -> None:
    qhm = QHM([0.0005, 30.0, 1e150, 1.7e308], 0.5, 0.5)
    run = qm.run(loss, qhm, (-1.2, 1.0), 400, qm.IsotropicNoise(0.01), members=2, chunk=90)
    assert (run.diverged_at[0] == -1).all() and (run.diverged_at[1:] > 0).all()
    assert np.isfinite(run.positions[:, 0]).all()
    for cell in (1, 2, 3):
        for member in (0, 1):
            first = run.diverged_at[cell, member]
            assert np.isfinite(run.positions[:first, cell, member]).all()
            assert np.isnan(run.positions[first:, cell, member]).all()


def test_divergence_at_the_right_step() -> None:
    """SGD with α = 3 on curvature 1 doubles the distance: from 1 it passes 10⁸ at step 27."""
    for loss, cell in ((qm.Quadratic(1.0, 1.0, 0.0), 0), (qm.Quadratic(1.0, 1.0, 0.0), 1)):
        run = qm.run(loss, QHM([3.0, 3.0], 0.0, 0.0), (1.0, 0.0), 60, chunk=13)
        distance = np.abs((-2.0) ** np.arange(61) - 1)
        assert int(run.diverged_at[cell, 0]) == int(np.argmax(distance > 1e8)) == 27


@pytest.mark.parametrize("loss", [qm.Quadratic(1.0, 1.0, 0.0), qm.Saddle()], ids=["recurrence", "loop"])
def test_who_has_diverged_does_not_come_back(loss: qm.Loss) -> None:
    """With curvature 1, α = 2 jumps between x and -x: out of the limit at step 1, at its start again at 2."""
    start = (0.5, 0.0)
    run = qm.run(loss, QHM(2.0, 0.0, 0.0), start, 30, limit=0.9, chunk=1, want_buffers=True)
    assert int(run.diverged_at[0]) == 1
    assert np.isnan(run.positions[1:]).all() and run.buffers is not None and np.isnan(run.buffers[1:]).all()
    assert (qm.run(loss, QHM(2.0, 0.0, 0.0), start, 30, limit=1.1, chunk=5).diverged_at == -1).all()
    # each member by its own start
    both = qm.run(loss, QHM(2.0, 0.0, 0.0), [start, (0.4, 0.0)], 30, limit=0.9, chunk=5, members=2)
    assert list(both.diverged_at) == [1, -1] and np.isfinite(both.positions[:, 1]).all()


def test_one_divergent_cell_does_not_touch_another() -> None:
    both = qm.run(BOWL, QHM([0.5, 1e200], 0.9, 0.7), (-2, 1), 300, qm.IsotropicNoise(0.1), members=3)
    alone = qm.run(BOWL, QHM(0.5, 0.9, 0.7), (-2, 1), 300, qm.IsotropicNoise(0.1), members=3)
    np.testing.assert_allclose(both.positions[:, 0], alone.positions, rtol=1e-10, atol=1e-12)
    assert (both.diverged_at == [[-1] * 3, [1] * 3]).all()


def test_starts_broadcast() -> None:
    starts = np.array([[0.0, 1.0], [2.0, -1.0], [1.0, 1.0]])
    run = qm.run(BOWL, QHM([[0.1], [0.2]], [0.5, 0.9], 1.0), starts, 10, members=3)
    assert run.positions.shape == (11, 2, 2, 3, 2)
    np.testing.assert_array_equal(run.positions[0], np.broadcast_to(starts, (2, 2, 3, 2)))


class Watch:
    """A monitor that writes down what it hears and cancels after some chunks."""

    def __init__(self, after: int) -> None:
        self.after, self.heard = after, list[float]()

    def report(self, fraction: float) -> None:
        self.heard.append(fraction)

    def cancelled(self) -> bool:
        return len(self.heard) >= self.after


@pytest.mark.parametrize("loss", [BOWL, qm.Beale()], ids=["recurrence", "loop"])
def test_cancelling(loss: qm.Loss) -> None:
    watch = Watch(3)
    run = qm.run(loss, qm.SGD(0.01), (0.5, 0.5), 1000, members=2, chunk=100, monitor=watch)
    assert watch.heard == [0.1, 0.2, 0.3]
    assert run.completed == 300 and run.positions.shape == (301, 2, 2)
    full = qm.run(loss, qm.SGD(0.01), (0.5, 0.5), 1000, members=2, chunk=100)
    np.testing.assert_array_equal(run.positions, full.positions[:301])
    none = qm.run(loss, qm.SGD(0.01), (0.5, 0.5), 1000, monitor=Watch(0))
    assert none.completed == 0 and none.positions.shape == (1, 1, 2)


def test_speed() -> None:
    """Far above what it takes, far below what a loop over members or steps would."""
    noise = qm.draw_noise(qm.IsotropicNoise(), 120, 400)
    best = float("inf")
    for _ in range(5):
        begin = time.perf_counter()
        qm.run(BOWL, FOUR, (-2.0, 1.0), 120, noise, members=400)
        best = min(best, time.perf_counter() - begin)
    assert best < 0.06


@pytest.mark.parametrize("alpha", [5e-324, 1e-308, 1e-160, 1e-140])
def test_a_step_of_almost_nothing_stays_at_the_start(alpha: float) -> None:
    """The linear engine counts in (start − minimum) / α, which no double holds there."""
    done = qm.run(qm.Quadratic(), QHM(alpha, 0.9, 0.7), (-2.6, 0.55), 50, qm.IsotropicNoise(), 1)
    np.testing.assert_allclose(done.positions, np.broadcast_to((-2.6, 0.55), done.positions.shape), rtol=1e-12)
    assert (np.asarray(done.diverged_at) == -1).all()

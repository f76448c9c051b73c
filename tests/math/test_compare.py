"""Methods side by side: the same start and noise for all, changes on the way, the table, basins."""

import dataclasses
import warnings

import numpy as np
import pytest

import qhm_math as qm
from qhm_math.compare import DIVERGED, NOWHERE, Comparison, basins, compare, distances, outcomes
from qhm_math.declared import declared_fields
from qhm_math.expression import TypedLoss
from qhm_math.method_batch import Lane, MethodBatch
from qhm_math.methods import METHODS, SVRG, Adam, AdamW, Corrected, Method, RMSProp
from tests.examples import examples

#: Every method that runs on any loss; those whose step is in units of 1/curvature with one that suits steep losses.
ALL: list[Method] = [
    dataclasses.replace(method, alpha=1e-3) if declared_fields(method)["alpha"].unit == "1/curvature" else method
    for method in examples(METHODS)
    if not isinstance(method, Corrected)
]
NOISE = qm.IsotropicNoise(0.5)


@pytest.mark.parametrize(
    "loss", [qm.Rosenbrock(), qm.Quadratic(), TypedLoss("x**2 + 10*sin(y)**2")], ids=lambda o: o.key
)
@pytest.mark.slow
def test_each_lane_is_the_method_alone(loss: qm.Loss) -> None:
    shuffled = [ALL[i] for i in np.random.default_rng(0).permutation(len(ALL))]
    comparison = compare(loss, shuffled, (0.3, 0.9), 150, NOISE, seed=8, members=3)
    assert comparison.positions.shape == (151, len(ALL), 3, 2) and comparison.losses.shape == (151, len(ALL), 3)
    assert comparison.completed == 150 and (comparison.diverged_at == -1).all() and comparison.records == ()
    for lane, method in enumerate(shuffled):
        alone = qm.run(loss, method, (0.3, 0.9), 150, NOISE, seed=8, members=3)
        np.testing.assert_allclose(comparison.positions[:, lane], alone.positions, rtol=1e-9, atol=1e-11)
        np.testing.assert_allclose(comparison.losses[:, lane], alone.losses, rtol=1e-8, atol=1e-11)


def test_every_start_is_a_member() -> None:
    starts = np.array([(0.3, 0.9), (-1.0, 0.5), (1.5, 1.5)])
    draws = qm.draw_noise(NOISE, 60, 3, seed=2)
    comparison = compare(qm.Rosenbrock(), ALL, starts, 60, draws, members=3)
    for member, start in enumerate(starts):
        alone = compare(qm.Rosenbrock(), ALL, start, 60, draws[:, member : member + 1])
        np.testing.assert_allclose(comparison.positions[:, :, member], alone.positions[:, :, 0], rtol=1e-10, atol=1e-12)


@pytest.mark.slow
def test_replay_is_bit_identical() -> None:
    def bits(seed: int) -> bytes:
        run = compare(qm.Rosenbrock(), ALL, (-1.2, 1.0), 1200, NOISE, seed, members=2, record=True)
        parts = b"".join(vectors.tobytes() for record in run.records for vectors in record.parts.values())
        return run.positions.tobytes() + run.losses.tobytes() + parts

    assert bits(5) == bits(5) != bits(6)


def test_records_follow_chunks() -> None:
    """700 steps are two chunks: the gradients and buffers of SHB, computed again from the path."""
    run = compare(qm.Himmelblau(), [Adam(), qm.SHB(0.002, 0.9)], (-0.5, -1.0), 700, record=True)
    gradients = qm.Himmelblau().gradient(run.positions[:-1, 1])
    np.testing.assert_allclose(run.records[1].gradients, gradients, rtol=1e-12)
    buffer = np.zeros((1, 2))
    for k in range(700):
        buffer = 0.1 * gradients[k] + 0.9 * buffer
        np.testing.assert_allclose(run.records[1].parts["d"][k], buffer, rtol=1e-9, atol=1e-12)
    assert set(run.records[0].parts) == {"m", "v"}
    step = run.step(1, 512)
    np.testing.assert_array_equal(step.before["d"], run.records[1].parts["d"][511, 0])
    assert (run.step(1, 0).before["d"] == 0).all()
    with pytest.raises(qm.ParameterError, match="index = 700 is not allowed"):
        run.step(0, 700)
    with pytest.raises(qm.ParameterError, match="record = False is not allowed"):
        compare(qm.Himmelblau(), [Adam()], (0.0, 0.0), 5).step(0, 0)


def test_svrg_explains_itself() -> None:
    loss = qm.LOSSES["quadratic"]()
    assert isinstance(loss, qm.Quadratic)
    from qhm_math.losses import LeastSquares

    data = LeastSquares()
    run = compare(data, [qm.SGD(0.1), SVRG(0.3, 20)], data.start(), 50, seed=1, record=True)
    at_snapshot, later = run.explain(1, 40), run.explain(1, 45)
    np.testing.assert_allclose(at_snapshot["g-∇f(x̃)"], 0, atol=1e-15)
    np.testing.assert_array_equal(run.step(1, 45).after["x̃"], run.positions[40, 1, 0])
    np.testing.assert_allclose(later["∇f(x̃)"], data.gradient(run.positions[40, 1, 0]), rtol=1e-13)
    assert np.abs(later["g-∇f(x̃)"]).max() > 0
    np.testing.assert_allclose(later["Δx"], run.positions[46, 1, 0] - run.positions[45, 1, 0], rtol=1e-9)


@pytest.mark.parametrize("method", [qm.SHB(1e-3, 0.9), Adam(0.02), RMSProp(0.01)], ids=lambda method: method.key)
def test_going_on_from_here(method: Method) -> None:
    """Before a change the path is the old one; after it, what the new parameters make of the state as it is."""
    other = dataclasses.replace(method, alpha=3 * method.alpha)  # type: ignore[attr-defined, type-var]
    back = dataclasses.replace(method, alpha=0.5 * method.alpha)  # type: ignore[attr-defined, type-var]
    lanes = [Lane(method), Lane(method, ((40, other), (90, back))), qm.SGD(1e-3)]
    run = compare(qm.Rosenbrock(), lanes, (-1.2, 1.0), 120, NOISE, seed=3, record=True)
    np.testing.assert_array_equal(run.positions[:41, 0], run.positions[:41, 1])
    assert np.abs(run.positions[41, 0] - run.positions[41, 1]).max() > 1e-6
    x = run.positions[0, 1]
    state = method.initialise(x)
    for k in range(120):
        now = method if k < 40 else other if k < 90 else back
        x, state = now.update(x, state, run.records[1].gradients[k])
        np.testing.assert_allclose(run.positions[k + 1, 1], x, rtol=1e-12)
        taken = run.positions[k + 1, 1, 0] - run.positions[k, 1, 0]
        np.testing.assert_allclose(run.explain(1, k)["Δx"], taken, rtol=1e-8, atol=1e-13)
    plain = compare(qm.Rosenbrock(), [method, qm.SGD(1e-3)], (-1.2, 1.0), 120, NOISE, seed=3)
    np.testing.assert_allclose(run.positions[:, [0, 2]], plain.positions, rtol=1e-12)


def test_bad_lanes() -> None:
    for make, sentence in (
        (lambda: Lane(Adam(), ((0, Adam(0.1)),)), "changes = 0 is not allowed"),
        (lambda: Lane(Adam(), ((5, Adam(0.1)), (5, Adam(0.2)))), "changes = 5 is not allowed"),
        (lambda: Lane(Adam(), ((5, AdamW()),)), "it must be the same method with other numbers, Adam"),
        (lambda: MethodBatch(()), "lanes = '0 lanes' is not allowed"),
        (lambda: compare(qm.Beale(), [], (0.0, 0.0), 5), "it must be 1 to 1,000"),
        (lambda: compare(qm.Beale(), ALL, (0.0, 0.0), 10**7), "steps = 10000000 is not allowed"),
        (lambda: outcomes(compare(qm.Beale(), [Adam()], (0.0, 0.0), 5), 0.0), "target = 0 is not allowed"),
        (lambda: basins(qm.Beale(), Adam(), [], [1.0], 5), "it must be lists with"),
        (lambda: basins(qm.Beale(), Adam(), np.zeros(1000), np.zeros(1000), 5), "it must be lists with"),
        (lambda: basins(qm.Beale(), Adam(), [0.0], [1.0], 5, radius=-1.0), "radius = -1 is not allowed"),
    ):
        with pytest.raises(qm.ParameterError, match=sentence):
            make()


def test_the_table() -> None:
    bowl = qm.Quadratic(0.5, 1.0, 0.0)
    run = compare(bowl, [qm.SGD(1.0), qm.SGD(2.5), qm.SHB(1.0, 0.9)], (3.0, 2.0), 60)
    rows = outcomes(run, 1e-3)
    assert [row.title for row in rows] == ["SGD", "SGD", "SHB"]
    first = rows[0]  # one step ends y; x halves at each step: f = 9/4 · 4^-k
    assert first.steps_to_target == next(k for k in range(60) if k > 0 and 2.25 * 4.0**-k <= 1e-3)
    assert first.best_step == 60 and first.best_loss == first.final_loss == pytest.approx(2.25 * 4.0**-60)
    assert first.distance == pytest.approx(3 * 2.0**-60) and not first.diverged and first.evaluations == -1
    left = rows[1]  # y is multiplied by -1.5, x by -0.25
    assert left.diverged and left.diverged_at == run.diverged_at[1, 0] > 0
    assert left.best_step == int(np.nanargmin(run.losses[:, 1, 0])) == 0
    assert left.steps_to_target == -1 and np.isnan(left.final_loss) and np.isnan(left.distance)


def test_the_table_of_a_start_outside_the_domain() -> None:
    loss = TypedLoss("log(x)**2 + y**2")
    row = outcomes(compare(loss, [qm.SGD(0.1)], (-1.0, 1.0), 5), 0.1)[0]
    assert row.diverged_at == -1 and np.isnan(row.best_loss) and row.steps_to_target == -1


@pytest.mark.slow
def test_distances() -> None:
    where = np.array([[3.0, 2.5], [-2.8, 3.0], [np.nan, 0.0]])
    loss = qm.Himmelblau()
    nearest, lowest = distances(loss, where), distances(loss, where, lowest=True)
    np.testing.assert_allclose(nearest[:2], [0.5, np.hypot(0.005118086952745, 0.131312518250573)], rtol=1e-9)
    np.testing.assert_allclose(lowest[:2], [0.5, np.hypot(5.8, 1.0)])
    assert np.isnan(nearest[2]) and np.isnan(distances(TypedLoss("x*y"), where)).all()


@pytest.mark.slow
def test_basins() -> None:
    """Steepest descent with small steps, against what the runs one by one say; the saddle's by its symmetry."""
    xs, ys = np.linspace(-1.9, 1.9, 12), np.linspace(-1.6, 1.6, 13)
    saddle = basins(qm.Saddle(), qm.SGD(0.1), xs, ys, 300)
    assert saddle.reached.shape == (13, 12) and saddle.ends.shape == (13, 12, 2)
    np.testing.assert_array_equal(saddle.minima, qm.Saddle().minima())
    expected = np.where(ys > 1e-9, 0, np.where(ys < -1e-9, 1, NOWHERE))
    np.testing.assert_array_equal(saddle.reached, np.broadcast_to(expected[:, None], (13, 12)))
    loss, method = qm.Himmelblau(), Adam(0.1)
    xs, ys = np.linspace(-5, 5, 7), np.linspace(-4.5, 4.5, 6)
    several = basins(loss, method, xs, ys, 250)
    assert len(np.unique(several.reached)) == 4 and several.reached.min() >= 0
    for row, y in enumerate(ys):
        for column, x in enumerate(xs):
            end = qm.run(loss, method, (x, y), 250).positions[-1, 0]
            apart = np.hypot(*(loss.minima() - end).T)
            assert several.reached[row, column] == int(np.argmin(apart)) and apart.min() < 0.05
            np.testing.assert_allclose(several.ends[row, column], end, rtol=1e-9, atol=1e-9)


def test_basins_of_what_leaves_and_of_what_does_not_arrive() -> None:
    wild = basins(qm.Himmelblau(), qm.SGD(0.05), np.linspace(-5, 5, 5), np.linspace(-5, 5, 5), 100)
    assert (wild.reached == DIVERGED).any() and np.isnan(wild.ends[wild.reached == DIVERGED]).all()
    short = basins(qm.Rosenbrock(), qm.SGD(1e-4), np.linspace(-2, 0, 4), np.linspace(0, 2, 4), 10)
    assert (short.reached == NOWHERE).all()
    none = basins(TypedLoss("x*y"), qm.SGD(1e-3), [0.0, 1.0], [0.0, 1.0], 10)
    assert (none.reached == NOWHERE).all() and none.minima.shape == (0, 2)
    stays = basins(qm.Saddle(), qm.SGD(0.1), [0.0], [0.0], 10**6)  # ends early: nothing moves
    assert stays.reached[0, 0] == NOWHERE


class Stop:
    """Cancels after some chunks."""

    def __init__(self, after: int) -> None:
        self.after, self.heard = after, list[float]()

    def report(self, fraction: float) -> None:
        self.heard.append(fraction)

    def cancelled(self) -> bool:
        return len(self.heard) >= self.after


@pytest.mark.parametrize("record", [False, True])
@pytest.mark.slow
def test_cancelling(record: bool) -> None:
    whole = compare(qm.Rosenbrock(), ALL, (-1.2, 1.0), 2000, NOISE, record=record)
    part = compare(qm.Rosenbrock(), ALL, (-1.2, 1.0), 2000, NOISE, record=record, monitor=Stop(2))
    assert 0 < part.completed < 2000
    np.testing.assert_array_equal(part.positions, whole.positions[: part.completed + 1])
    assert len(part.records) == (len(ALL) if record else 0)
    nothing: Comparison = compare(qm.Rosenbrock(), ALL, (-1.2, 1.0), 2000, record=record, monitor=Stop(0))
    assert nothing.completed == 0 and nothing.positions.shape == (1, len(ALL), 1, 2)
    assert outcomes(nothing, 1.0)[0].best_step == 0


@pytest.mark.slow
def test_steps_to_the_only_minimum() -> None:
    """The first step from which each run, made by itself, stays near it; none is told where there are several."""
    loss, method = qm.Rosenbrock(), qm.SHB(2e-3, 0.9)
    xs, ys = np.linspace(-1.5, 1.5, 6), np.linspace(-0.5, 2.0, 5)
    found = basins(loss, method, xs, ys, 900, radius=0.3)
    assert found.arrivals is not None and found.arrivals.shape == (5, 6)
    assert (found.arrivals >= 0).sum() >= 5
    for row, y in enumerate(ys):
        for column, x in enumerate(xs):
            path = qm.run(loss, method, (x, y), 900).positions[:, 0]
            away = np.flatnonzero(~(np.hypot(path[:, 0] - 1, path[:, 1] - 1) <= 0.3))
            first = int(away[-1]) + 1 if len(away) else 0
            expected = first if found.reached[row, column] >= 0 else -1
            assert found.arrivals[row, column] == expected
    at_it = basins(qm.Quadratic(), qm.SGD(0.1), [0.0], [0.0], 100)
    assert at_it.arrivals is not None and at_it.arrivals[0, 0] == 0
    assert basins(qm.Himmelblau(), method, xs, ys, 5).arrivals is None


@pytest.mark.parametrize("kind", [kind for kind in METHODS.values() if not issubclass(kind, Corrected)])
def test_a_step_far_away_is_explained_without_a_warning(kind: type) -> None:
    """The square of a gradient of 1e182 is infinite, and so it is told."""
    found = compare(qm.Rosenbrock(), [kind()], (1e60, 0.0), 3, record=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        terms = found.explain(0, 0)
    assert np.abs(terms["g"]).max() > 1e160

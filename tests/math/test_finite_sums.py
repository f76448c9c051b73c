"""Finite sums: mini-batches, their covariance, SVRG written out, and where its noise goes."""

import dataclasses

import numpy as np
import pytest

import qhm_math as qm
from qhm_math.compare import compare, outcomes
from qhm_math.gradients import GradientStream
from qhm_math.losses import (
    FINITE_SUMS,
    FiniteSum,
    LeastSquares,
    LineFit,
    Logistic,
    Neuron,
    batch_covariance,
    draw_batches,
)
from qhm_math.losses.iris import VERSICOLOR, VIRGINICA
from qhm_math.method_batch import Lane, MethodBatch
from qhm_math.methods import GD, SVRG, Adam
from qhm_math.noise import make_rng
from qhm_math.simulation import simulate
from tests.covering import covered, every, in_turn

CASES: list[FiniteSum] = [
    LeastSquares(),
    LineFit(),
    LineFit(components=40, batch=7, sigma=0.0),
    LineFit(batch=3, added=((0.5, 2.0), (-4.0, 1.0))),
    LeastSquares(kappa=300.0, components=17, batch=5, sigma=0.0),
    Logistic(),
    Logistic(batch=1, decay=0.05),
    Neuron(),
    Neuron(batch=7, bend=0.6),
    Neuron(bend=0.0),
]
each = pytest.mark.parametrize("loss", CASES, ids=[f"{case.key}-{i}" for i, case in enumerate(CASES)])


def sample(loss: FiniteSum, count: int = 20) -> np.ndarray:
    (x0, x1), (y0, y1) = loss.window()
    return np.random.default_rng(5).uniform((x0, y0), (x1, y1), size=(count, 2))


def complex_step(function, points: np.ndarray, axis: int) -> np.ndarray:
    """Exact to rounding: Im f(x + ih)/h."""
    shifted = points.astype(complex)
    shifted[..., axis] += 1e-30j
    return np.imag(function(shifted)) / 1e-30


def written_out(loss: FiniteSum, points: np.ndarray) -> np.ndarray:
    """f from its definition, also for complex points."""
    if isinstance(loss, LeastSquares):
        rest = points @ loss.rows().T - loss.targets()
        return (rest * rest).mean(axis=-1) / 2
    if isinstance(loss, LineFit):
        inputs, outputs = loss.data()
        rest = points[..., :1] + points[..., 1:] * inputs - outputs
        return (rest * rest).mean(axis=-1) / 2
    if isinstance(loss, Neuron):
        inputs = points[..., :1] + points[..., 1:] * loss.rows()[:, 1]
        rest = (np.tanh(loss.bend * inputs) / loss.bend if loss.bend else inputs) - loss.targets()
        return (rest * rest).mean(axis=-1) / 2
    assert isinstance(loss, Logistic)
    margins = loss.signs() * (points @ loss.rows().T)
    return np.log(1 + np.exp(-margins)).mean(axis=-1) + loss.decay / 2 * (points * points).sum(axis=-1)


@each
def test_derivatives(loss: FiniteSum) -> None:
    points = sample(loss)
    np.testing.assert_allclose(loss.value(points), written_out(loss, points), rtol=1e-13)
    gradient, hessian = loss.gradient(points), loss.hessian(points)
    for axis in (0, 1):
        expected = complex_step(lambda z: written_out(loss, z), points, axis)
        np.testing.assert_allclose(gradient[:, axis], expected, rtol=1e-11, atol=1e-13)
        step = np.eye(2)[axis] * 1e-4
        near = loss.gradient(points + step) - loss.gradient(points - step)
        wide = loss.gradient(points + 2 * step) - loss.gradient(points - 2 * step)
        np.testing.assert_allclose(hessian[:, axis], (8 * near - wide) / 12e-4, rtol=1e-8, atol=1e-10)


@each
def test_the_mean_of_the_components_is_the_loss(loss: FiniteSum) -> None:
    points = sample(loss)
    components = loss.component_gradients(points)
    assert components.shape == (20, loss.n, 2)
    np.testing.assert_allclose(components.mean(axis=1), loss.gradient(points), rtol=1e-11, atol=1e-14)
    everything = np.broadcast_to(np.arange(loss.n), (20, loss.n))
    np.testing.assert_allclose(loss.batch_gradient(points, everything), loss.gradient(points), rtol=1e-11, atol=1e-14)
    some = np.random.default_rng(1).integers(loss.n, size=(20, 3))
    mean = np.stack([components[i, some[i]].mean(axis=0) for i in range(20)])
    np.testing.assert_allclose(loss.batch_gradient(points, some), mean, rtol=1e-12, atol=1e-14)
    # leading axes are those of parameter cells; each member keeps its batch
    cells = np.stack((points, points + 0.1))
    both = loss.batch_gradient(cells, some)
    np.testing.assert_array_equal(both[0], loss.batch_gradient(points, some))
    np.testing.assert_array_equal(both[1], loss.batch_gradient(points + 0.1, some))


@each
@pytest.mark.slow
def test_minimum(loss: FiniteSum) -> None:
    minimum = loss.minima()[0]
    curvatures = np.linalg.eigvalsh(loss.hessian(minimum))
    assert curvatures[0] > 0
    newton = np.linalg.solve(loss.hessian(minimum), loss.gradient(minimum))
    assert np.abs(newton).max() < 1e-11
    assert float(loss.value(minimum)) == loss.minimum_value()
    (x0, x1), (y0, y1) = loss.window()
    assert x0 < minimum[0] < x1 and y0 < minimum[1] < y1
    assert x0 < loss.start()[0] < x1 and y0 < loss.start()[1] < y1
    assert float(loss.value(sample(loss, 5000)).min()) >= loss.minimum_value()
    for method in (GD(loss.suggested_alpha()), qm.SHB(loss.suggested_alpha(), 0.8)):
        run = qm.run(loss, method, loss.start(), loss.suggested_steps())
        assert run.diverged_at[0] == -1 and run.losses[-1, 0] < 0.4 * run.losses[0, 0]


@pytest.mark.parametrize("kappa", [1.0, 10.0, 1e4])
def test_least_squares_has_the_condition_number_that_was_chosen(kappa: float) -> None:
    loss = LeastSquares(kappa, 50, 5, 0.3)
    rows = loss.rows()
    curvatures = np.linalg.eigvalsh(rows.T @ rows / 50)
    np.testing.assert_allclose(curvatures, (1 / kappa, 1.0), rtol=1e-9)
    solution, *_ = np.linalg.lstsq(rows, loss.targets(), rcond=None)
    np.testing.assert_allclose(solution, loss.minimum(), rtol=1e-9, atol=1e-9)
    assert loss.minimum_value() == pytest.approx(0.3**2 / 2, rel=1e-12)
    assert len(np.unique(rows.round(9), axis=0)) == 50


def test_the_flowers() -> None:
    """Fisher's table I, by its means and by its known extremes."""
    assert len(VERSICOLOR) == len(VIRGINICA) == 50
    np.testing.assert_allclose(np.mean(VERSICOLOR, axis=0), (4.26, 1.326), atol=1e-12)
    np.testing.assert_allclose(np.mean(VIRGINICA, axis=0), (5.552, 2.026), atol=1e-12)
    assert np.min(VERSICOLOR, axis=0).tolist() == [3.0, 1.0] and np.max(VIRGINICA, axis=0).tolist() == [6.9, 2.5]
    loss = Logistic()
    np.testing.assert_allclose(loss.rows().mean(axis=0), 0, atol=1e-14)
    np.testing.assert_allclose(loss.rows().std(axis=0), 1, rtol=1e-14)
    right = np.sign(loss.rows() @ loss.minimum()) == loss.signs()
    assert 0.9 < right.mean() < 1  # they overlap, so that there is a minimum


def test_logistic_far_away() -> None:
    loss, far = Logistic(), np.array([1e6, -1e6])
    assert np.isfinite(loss.value(far)) and np.isfinite(loss.gradient(far)).all()
    assert (loss.hessian(far) == 0).all()


@pytest.mark.parametrize("bend", every(2, [0.0, 1e-320, 1e-100, 1e-8, 0.3, 0.7, 0.48, 1.0, 0.49, 0.71]))
@pytest.mark.slow
def test_the_neuron_has_the_minima_that_it_says(bend: float) -> None:
    """Found by descents from all over the window; none beside them, and in the order of their loss."""
    loss = Neuron(bend=bend)
    minima = loss.minima()
    assert len(minima) == (2 if bend > 0.484 else 1)
    assert (np.diff(loss.value(minima)) >= 0).all()
    assert (minima[0, 1] > 1.0) == (bend > 0.703)  # the one that fits
    curvatures = np.linalg.eigvalsh(loss.hessian(minima))
    assert (curvatures[:, 0] > 0).all() and all(qm.has_theory(loss, minimum) for minimum in minima)
    (x0, x1), (y0, y1) = loss.window()
    grid = np.stack(np.meshgrid(np.linspace(x0, x1, 9), np.linspace(y0, y1, 17)), axis=-1).reshape(-1, 2)
    for _ in range(6000):
        grid = grid - 0.35 * loss.gradient(grid)
    slow = np.linalg.norm(loss.gradient(grid), axis=-1) < 1e-9
    apart = np.linalg.norm(grid[:, None] - minima, axis=-1).min(axis=-1)
    assert slow.mean() > 0.9 and apart[slow].max() < 1e-6
    assert loss.minimum_value() == float(loss.value(minima[0]))


@pytest.mark.slow
def test_noise_leaves_a_minimum_that_svrg_stays_at() -> None:
    """Step 5 of the talk: on the neuron SVRG and gradient descent stay where they began; SGD ends lower.

    With the bend at 0 the loss is convex, and SVRG's noise ends while SGD's does not.
    """
    alpha, runs = 0.012, 200
    batch = MethodBatch((Lane(SVRG(alpha, 50)), Lane(qm.SGD(alpha)), Lane(GD(alpha))))

    def end(bend: float) -> np.ndarray:
        loss = Neuron(bend=bend)
        *_, last = simulate(loss, batch, (0.1, 0.0), 2000, seed=1, members=runs)
        return loss.value(last.positions[-1]) - loss.minimum_value()

    bad = float(np.diff(Neuron().value(Neuron().minima()))[0])
    svrg, sgd, full = end(1.0)
    np.testing.assert_allclose(np.concatenate((svrg, full)), bad, rtol=1e-6)
    assert bad > 0.1 and (sgd < 0.2 * bad).mean() >= 0.95
    svrg, sgd, full = end(0.0)
    assert max(svrg.max(), full.max()) < 1e-12 and (sgd > 1e-5).mean() > 0.95


@pytest.mark.parametrize("batch", [1, 2, 7, 12])
def test_batches_are_sets_all_equally_likely(batch: int) -> None:
    n, count = 12, 20_000
    drawn = draw_batches(make_rng(3), n, batch, count // 4, 4)
    assert drawn.shape == (count // 4, 4, batch)
    flat = np.sort(drawn.reshape(-1, batch), axis=1)
    assert (np.diff(flat, axis=1) > 0).all() and flat.min() == 0 and flat.max() == n - 1
    shares = np.bincount(flat.ravel(), minlength=n) / count
    np.testing.assert_allclose(shares, batch / n, atol=5 * (batch / n / count) ** 0.5)
    rng = make_rng(3)
    pieces = [draw_batches(rng, n, batch, steps, 4) for steps in (1, 999, 4000)]
    np.testing.assert_array_equal(np.concatenate(pieces), drawn)


@each
def test_covariance_of_a_batch(loss: FiniteSum) -> None:
    """Against the covariance of many drawn batches, and against every batch of two."""
    point = np.array(loss.start())
    stream = GradientStream(loss, 4000, seed=1)
    stream.prepare(5)
    drawn: list[np.ndarray] = []
    for row in range(5):
        stream.row = row
        drawn.append(stream.sample(np.broadcast_to(point, (4000, 2))))
    gradients = np.concatenate(drawn)
    expected = batch_covariance(loss, point)
    scale = np.sqrt(np.outer(np.diag(expected), np.diag(expected)))
    np.testing.assert_allclose(np.cov(gradients.T) / scale, expected / scale, atol=6 * (2 / 20_000) ** 0.5)
    np.testing.assert_allclose(gradients.mean(axis=0), loss.gradient(point), atol=6 * (scale.max() / 20_000) ** 0.5)
    pairs = dataclasses.replace(loss, batch=2)  # type: ignore[type-var]
    each_one = loss.component_gradients(point)
    all_pairs = np.array([(each_one[i] + each_one[j]) / 2 for i in range(loss.n) for j in range(i)])
    exact = np.cov(all_pairs.T, bias=True)
    np.testing.assert_allclose(batch_covariance(pairs, point), exact, rtol=1e-10, atol=1e-14)
    whole = dataclasses.replace(loss, batch=loss.n)  # type: ignore[type-var]
    assert (batch_covariance(whole, point) == 0).all()


@each
def test_the_full_batch_is_gradient_descent(loss: FiniteSum) -> None:
    whole = dataclasses.replace(loss, batch=loss.n)  # type: ignore[type-var]
    alpha, start = loss.suggested_alpha(), loss.start()
    exact = qm.run(loss, GD(alpha), start, 100, seed=1).positions
    for method in (qm.SGD(alpha), GD(alpha)):
        np.testing.assert_allclose(qm.run(whole, method, start, 100, seed=2).positions, exact, rtol=1e-12)
    noisy = qm.run(loss, qm.SGD(alpha), start, 100, seed=1).positions
    assert np.abs(noisy - exact).max() > 1e-4


def svrg_written_out(loss: FiniteSum, method: SVRG, start: np.ndarray, batches: np.ndarray) -> np.ndarray:
    """Johnson & Zhang, figure 1, option I, with mini-batches: two loops, as printed."""
    path, snapshot, k = [start], start, 0
    while k < len(batches):
        full = loss.component_gradients(snapshot).mean(axis=0)
        x = snapshot
        for _ in range(min(method.period, len(batches) - k)):
            here = loss.component_gradients(x)[batches[k]].mean(axis=0)
            there = loss.component_gradients(snapshot)[batches[k]].mean(axis=0)
            x = x - method.alpha * (here - there + full)
            path.append(x)
            k += 1
        snapshot = x
    return np.array(path)


@pytest.mark.parametrize(("loss", "period"), covered(CASES, [1, 7, 50, 1000]))
@pytest.mark.slow
def test_svrg_from_the_paper(loss: FiniteSum, period: int) -> None:
    method, start = SVRG(0.6 * loss.suggested_alpha(), period), np.array(loss.start())
    run = qm.run(loss, method, start, 200, seed=9, members=2, chunk=33)
    batches = draw_batches(make_rng(9, stream=1), loss.n, loss.batch, 200, 2)
    for member in range(2):
        expected = svrg_written_out(loss, method, start, batches[:, member])
        np.testing.assert_allclose(run.positions[:, member], expected, rtol=1e-10, atol=1e-12)
    beside = compare(loss, [qm.SGD(0.1), method], start, 200, seed=9, members=2)
    np.testing.assert_allclose(beside.positions[:, 1], run.positions, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    "loss",
    [LeastSquares(), pytest.param(Logistic(decay=0.05), marks=pytest.mark.soak)],
    ids=["least squares", "logistic"],
)
@pytest.mark.slow
def test_the_noise_of_svrg_ends_and_that_of_sgd_does_not(loss: FiniteSum) -> None:
    """The variance of the gradient over 60 runs with batches of their own, as they approach the minimum."""
    alpha = 0.5 * loss.suggested_alpha()
    methods = [qm.SGD(alpha), SVRG(alpha, 50)]
    run = compare(loss, methods, loss.start(), 2000, seed=3, members=60, record=True)
    # of the gradient about the exact one where it was taken
    variances = np.array([spread_about(run, lane, loss) for lane in range(2)])
    floor = float(np.trace(batch_covariance(loss, loss.minima()[0])))
    assert floor > 1e-3
    early, late = variances[:, 40:50].mean(axis=1), variances[:, -50:].mean(axis=1)
    assert late[0] == pytest.approx(floor, rel=0.25)  # Theorem 5's S, measured
    assert late[1] < 1e-20 < 1e-6 < early[1]
    distance = np.hypot(*(run.positions[-1] - loss.minima()[0]).transpose(2, 0, 1))
    assert distance[1].max() < 1e-9 < 1e-3 < np.median(distance[0])


def spread_about(run, lane: int, loss: FiniteSum) -> np.ndarray:
    """E|g_k - ∇f(x_k)|² over the members, for each step."""
    exact = loss.gradient(run.positions[:-1, lane])
    rest = run.records[lane].gradients - exact
    return (rest * rest).sum(axis=-1).mean(axis=-1)


@each
@pytest.mark.slow
def test_all_methods_meet_the_same_batches_and_replay_to_the_bit(loss: FiniteSum) -> None:
    alpha = min(0.1, loss.suggested_alpha())
    methods = [qm.SGD(alpha), qm.SHB(alpha, 0.8), Adam(0.05), SVRG(alpha, 20), GD(alpha)]
    first = compare(loss, methods, loss.start(), 300, qm.IsotropicNoise(0.1), seed=11, members=3)
    again = compare(loss, methods, loss.start(), 300, qm.IsotropicNoise(0.1), seed=11, members=3)
    assert first.positions.tobytes() == again.positions.tobytes()
    other = compare(loss, methods, loss.start(), 300, qm.IsotropicNoise(0.1), seed=12, members=3)
    assert np.abs(other.positions - first.positions)[:, :4].max() > 1e-3
    np.testing.assert_array_equal(other.positions[:, 4], first.positions[:, 4])
    for lane, chunk in in_turn(range(len(methods)), (1, 64, 300)):
        run = qm.run(loss, methods[lane], loss.start(), 300, qm.IsotropicNoise(0.1), seed=11, members=3, chunk=chunk)
        np.testing.assert_allclose(run.positions, first.positions[:, lane], rtol=1e-9, atol=1e-11)


def test_gradients_are_counted() -> None:
    loss = LeastSquares(components=100, batch=8)
    rows = outcomes(compare(loss, [qm.SGD(0.1), GD(0.1), SVRG(0.1, 30)], loss.start(), 95), 1e-3)
    assert [row.evaluations for row in rows] == [95 * 8, 95 * 100, 4 * 100 + 91 * 2 * 8]
    assert outcomes(compare(qm.Beale(), [qm.SGD(0.001)], (0.6, -0.6), 5), 1e-3)[0].evaluations == -1


def test_refusals() -> None:
    for make, sentence in (
        (lambda: LeastSquares(components=20, batch=21), "batch = 21 is not allowed: it must be a whole number at"),
        (lambda: Logistic(batch=101), "batch = 101 is not allowed"),
        (lambda: Logistic(batch=0), "batch = 0 is not allowed"),
        (lambda: LeastSquares(kappa=0.5), "kappa = 0.5 is not allowed"),
        (lambda: qm.run(qm.Beale(), SVRG(), (0.0, 0.0), 5), "it must be a finite sum"),
        (lambda: compare(qm.Beale(), [SVRG()], (0.0, 0.0), 5), "it must be a finite sum"),
    ):
        with pytest.raises(qm.ParameterError, match=sentence):
            make()


def test_finite_sums_are_values() -> None:
    for key, kind in FINITE_SUMS.items():
        loss = kind()
        assert loss.key == key and isinstance(loss, FiniteSum) and loss.title and loss.formula.startswith("f = ")
        assert hash(loss) == hash(kind()) and loss == kind()
        assert qm.declared_fields(loss)["batch"].kind == "integer"
    assert not isinstance(qm.Quadratic(), FiniteSum)


def test_a_line_fit_grows_point_by_point() -> None:
    """What was there stays; with it the loss and its minimum move. Without residuals every n has one line."""
    few, more = LineFit(components=5), LineFit(components=9)
    for one, other in zip(few.data(), more.data(), strict=True):
        np.testing.assert_array_equal(one, other[:5])
    assert not np.allclose(few.minimum(), more.minimum())
    for n in (2, 3, 40, 1000):
        np.testing.assert_allclose(LineFit(components=n, sigma=0.0).minimum(), (0.4, 0.8), rtol=1e-12)
        inputs = np.sort(LineFit(components=n).data()[0])
        assert inputs[0] >= -1.5 and inputs[-1] <= 1.5 and np.diff(inputs).max() < 8 / n + 0.1


def test_points_can_be_added_to_a_line_fit() -> None:
    """They count as the others do: the line of least squares is NumPy's through all of them."""
    loss = LineFit(components=6, batch=8, added=((0.5, 2.0), (-1.0, -3.0)))
    inputs, outputs = loss.data()
    assert loss.n == 8 and (inputs[-1], outputs[-1]) == (-1.0, -3.0)
    np.testing.assert_array_equal(LineFit(components=6).data()[0], inputs[:6])
    slope, offset = np.polyfit(inputs, outputs, 1)
    np.testing.assert_allclose(loss.minimum(), (offset, slope), rtol=1e-12)
    assert LineFit(added=[[0.5, 2]]) == LineFit(added=((0.5, 2.0),))  # type: ignore[arg-type]  # as JSON has it


@pytest.mark.parametrize(
    "added", [5, "x", ((1.0,),), ((1.0, 2.0, 3.0),), ((11.0, 0.0),), ((0.0, float("nan")),), ((0.0, 0.0),) * 101]
)
def test_what_is_no_point_is_refused(added: object) -> None:
    with pytest.raises(qm.ParameterError, match="added"):
        LineFit(added=added)  # type: ignore[arg-type]


def test_a_batch_has_room_among_the_points() -> None:
    with pytest.raises(qm.ParameterError, match="batch"):
        LineFit(components=6, batch=8, added=((0.5, 2.0),))

"""A probe of a quadratic, made here with NumPy alone, against closed forms; and its file, whole and damaged."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qhm_math import QHM, ParameterError, expected_loss, mean_square_coefficient, stationary_covariance
from qhm_math.probe import Measure, Probe, ProbeError, best_shares, from_bytes, plateau, to_bytes

ROOT = Path(__file__).resolve().parents[2]
RNG = np.random.default_rng(3)
SIZE, EXAMPLES, BATCH = 12, 40, 8
CURVATURES = np.geomspace(0.01, 2.0, SIZE)
BASIS = np.linalg.qr(RNG.standard_normal((SIZE, SIZE)))[0]
HESSIAN = BASIS * CURVATURES @ BASIS.T
#: The gradients' deviations of all examples, correlated with nothing in particular, of unequal lengths.
DEVIATIONS = RNG.standard_normal((EXAMPLES, SIZE)) * RNG.exponential(1.0, (EXAMPLES, 1))
DEVIATIONS -= DEVIATIONS.mean(axis=0)
COVARIANCE = DEVIATIONS.T @ DEVIATIONS / EXAMPLES
OFFSET = RNG.standard_normal(SIZE)
POINTS = [QHM.sgd(0.3), QHM(0.5, 0.9, 1.0), QHM(0.5, 0.9, 0.7), QHM(0.2, 0.99, 0.99)]


def measured(matrix: np.ndarray, start: np.ndarray, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Lanczos as in a textbook, with full orthogonalisation: nodes and weights of vᵀ f(A) v."""
    basis, diagonal, beside = [start / np.linalg.norm(start)], [], []
    for _ in range(steps):
        image = matrix @ basis[-1]
        diagonal.append(image @ basis[-1])
        for _ in range(2):
            for vector in basis:
                image = image - (image @ vector) * vector
        beside.append(np.linalg.norm(image))
        basis.append(image / beside[-1])
    nodes, vectors = np.linalg.eigh(np.diag(diagonal) + np.diag(beside[:-1], 1) + np.diag(beside[:-1], -1))
    return nodes, start @ start * vectors[0] ** 2


def measure(matrix: np.ndarray, starts: np.ndarray, steps: int, key: str = "noise") -> Measure:
    pairs = [measured(matrix, start, steps) for start in starts]
    return Measure(np.array([nodes for nodes, _ in pairs]), np.array([weights for _, weights in pairs]), key)


def made(hessian: np.ndarray = HESSIAN, steps: int = SIZE, starts: int = EXAMPLES, **facts: Any) -> Probe:
    squares = (DEVIATIONS**2).sum(axis=1)
    known: dict[str, Any] = {"loss": 0.5, "batch": BATCH, "parameters": SIZE, "examples": EXAMPLES, "dataset": EXAMPLES}
    return Probe(
        measure(hessian, DEVIATIONS[:starts], steps),
        measure(hessian, RNG.choice([-1.0, 1.0], (4, SIZE)), steps, "trace"),
        measure(hessian, (hessian @ OFFSET)[None], steps, "gradient"),
        squares,
        **(known | facts),
    )


WHOLE = made()


@pytest.mark.parametrize("point", POINTS)
def test_the_plateau_is_that_of_the_lyapunov_equation(point: QHM) -> None:
    """With every example as a start, and as many steps as dimensions, nothing is estimated."""
    exact = np.trace(HESSIAN @ stationary_covariance(point, HESSIAN, COVARIANCE / BATCH)) / 2
    found = plateau(WHOLE, point)
    assert found.loss == pytest.approx(exact, rel=1e-9)
    assert plateau(WHOLE, point, 2 * BATCH).loss == pytest.approx(exact / 2, rel=1e-9)
    assert WHOLE.problem().stationary_loss(point) == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize("point", POINTS)
def test_the_whole_path_from_the_start_is_that_of_the_quadratic(point: QHM) -> None:
    along = BASIS.T @ OFFSET
    noise = np.diag(BASIS.T @ COVARIANCE @ BASIS) / BATCH
    exact = expected_loss(point, CURVATURES, noise, along, 60)
    assert WHOLE.excess == pytest.approx(exact[0], rel=1e-9)
    np.testing.assert_allclose(WHOLE.problem().expected_loss(point, 60), exact, rtol=1e-7)


@pytest.mark.slow
def test_few_starts_and_steps_come_near_and_say_how_near() -> None:
    """Starts drawn as the script draws them: of 300 choices of 16, the 95 % interval holds the truth in 270."""
    squares, hits = (DEVIATIONS**2).sum(axis=1), 0
    point = POINTS[2]
    exact = np.trace(HESSIAN @ stationary_covariance(point, HESSIAN, COVARIANCE / BATCH)) / 2
    every = measure(HESSIAN, DEVIATIONS / np.sqrt(squares)[:, None], 8)
    for _ in range(300):
        rows = RNG.choice(EXAMPLES, 16, p=squares / squares.sum())
        some = Measure(every.nodes[rows], every.weights[rows] * squares.mean(), "noise")
        probe = Probe(some, WHOLE.trace, WHOLE.gradient, squares, 0.5, BATCH, SIZE, 0, EXAMPLES, EXAMPLES)
        low, high = plateau(probe, point).interval
        hits += low <= exact <= high
    assert hits >= 270


def test_the_standard_error_is_the_jackknife_with_that_of_the_trace() -> None:
    probe = made(starts=6, dataset=0)
    point = POINTS[1]
    sums = np.array([plateau_of(w, t, point) for w, t in zip(probe.noise.weights, probe.noise.nodes, strict=True)])
    squares, trace = probe.noise.squares, (DEVIATIONS**2).sum(axis=1)
    without = np.array([np.delete(sums, j).sum() / np.delete(squares, j).sum() for j in range(6)])
    jackknife = np.sqrt(5 / 6 * ((without - without.mean()) ** 2).sum()) * trace.mean() / BATCH
    of_trace = trace.std(ddof=1) / np.sqrt(EXAMPLES) * sums.sum() / squares.sum() / BATCH
    assert plateau(probe, point).standard_error == pytest.approx(np.hypot(jackknife, of_trace), rel=1e-9)


def plateau_of(weights: np.ndarray, nodes: np.ndarray, point: QHM) -> float:
    a, b, n = point.alpha, point.beta, point.nu
    u, s = a * nodes, 1 + b * (1 - 2 * n)
    psi = u * ((1 - b * b) + u * b * (1 - n) * s) / ((1 - b + u * b * (1 - n)) * (2 * (1 + b) - u * s))
    return float((weights * psi / nodes).sum() / 2)


def test_half_of_the_steps_is_what_half_of_the_steps_give() -> None:
    full, half = measure(HESSIAN, DEVIATIONS[:5], 10), measure(HESSIAN, DEVIATIONS[:5], 5)
    np.testing.assert_allclose(full.halved.nodes, half.nodes, rtol=1e-8)
    np.testing.assert_allclose(full.halved.weights, half.weights, rtol=1e-7, atol=1e-12)


def test_k_is_that_of_the_whole_spectrum() -> None:
    """A start of signs has the same weight on every axis of a diagonal matrix: the trace is exact."""
    probe = made(np.diag(CURVATURES))
    for point in POINTS:
        exact = mean_square_coefficient(point, CURVATURES, BATCH)
        assert probe.mean_square(point) == pytest.approx(float(exact), rel=1e-8)


def test_negative_curvature_is_left_out_and_its_share_told() -> None:
    bent = CURVATURES.copy()
    bent[0] = -0.3
    probe = made(np.diag(bent))
    share = (DEVIATIONS[:, 0] ** 2).sum() / (DEVIATIONS**2).sum()
    assert probe.negative_noise == pytest.approx(share, rel=1e-9)
    rest = np.diag(bent[1:])
    exact = np.trace(rest @ stationary_covariance(POINTS[1], rest, COVARIANCE[1:, 1:] / BATCH)) / 2
    assert plateau(probe, POINTS[1]).loss == pytest.approx(exact, rel=1e-8)
    assert WHOLE.negative_noise == 0


def test_beyond_the_edge_there_is_no_plateau() -> None:
    assert plateau(WHOLE, QHM.sgd(1.01)).loss == np.inf and plateau(WHOLE, QHM.sgd(0.99)).loss < np.inf
    with pytest.raises(ParameterError, match="one point"):
        plateau(WHOLE, QHM([0.1, 0.2]))
    with pytest.raises(ParameterError, match="batch"):
        plateau(WHOLE, POINTS[0], 0.0)


def test_how_sure_the_best_is() -> None:
    near, far = QHM.sgd(0.10), QHM.sgd(0.9)
    assert best_shares(WHOLE, [far, near], 4000).tolist() == [0.0, 1.0]
    few = made(starts=3, steps=8)
    rivals = [QHM.sgd(alpha) for alpha in np.geomspace(0.09, 0.11, 9)]
    shares = best_shares(few, rivals, 150)
    assert shares.sum() == pytest.approx(1) and (shares == best_shares(few, rivals, 150)).all()
    assert best_shares(WHOLE, [QHM.sgd(3.0), near], 1).tolist() == [0.0, 1.0], "what diverges in the end is never best"


@pytest.mark.parametrize(
    "settings",
    [
        {"lr": 0.1, "momentum": 0.9, "dampening": 0.0, "nesterov": False},
        {"lr": 0.1, "momentum": 0.9, "dampening": 0.9, "nesterov": False},
        {"lr": 0.1, "momentum": 0.9, "dampening": 0.0, "nesterov": True},
        {"lr": 0.1, "momentum": 0.0},
    ],
)
def test_the_current_point_takes_pytorchs_steps(settings: dict[str, float | bool]) -> None:
    """From the second step on: PyTorch does not dampen its first one, so that the buffer is given to both."""
    point = made(optimizer="SGD", settings=settings).current()
    assert point is not None
    m, tau, lr = settings["momentum"], settings.get("dampening", 0.0), settings["lr"]
    gradients = RNG.standard_normal(30)
    buffer, x, d, y = 0.7, 0.0, 0.7 * (1 - m) / (1 - tau) if m else 0.0, 0.0
    for g in gradients:
        buffer = m * buffer + (1 - tau) * g
        x -= lr * (g + m * buffer if settings.get("nesterov") else buffer if m else g)
        d = (1 - point.beta) * g + point.beta * d
        y -= point.alpha * ((1 - point.nu) * g + point.nu * d)
    assert y == pytest.approx(x, rel=1e-12)


@pytest.mark.parametrize("optimizer", ["Adam", "SGD", "QHM"])
def test_an_optimiser_that_is_no_member_has_no_point(optimizer: str) -> None:
    assert made(optimizer=optimizer, settings={"lr": -1.0}).current() is None


def test_qhoptim_is_a_member() -> None:
    settings: dict[str, float | bool] = {"lr": 0.3, "momentum": 0.99, "nu": 0.7}
    assert made(optimizer="QHM", settings=settings).current() == QHM(0.3, 0.99, 0.7)


# -- the file

CONTENT = to_bytes(made(optimizer="SGD", settings={"lr": 0.1, "momentum": 0.9, "nesterov": True}))


def test_a_probe_comes_back_as_it_was() -> None:
    probe = from_bytes(CONTENT)
    assert to_bytes(probe) == CONTENT and from_bytes(to_bytes(probe)) == probe
    assert hash(probe) == hash(from_bytes(CONTENT)) and probe != WHOLE
    assert probe.settings == {"lr": 0.1, "momentum": 0.9, "nesterov": True}


def changed(**arrays: Any) -> bytes:
    """The file with other entries; None leaves one out."""
    with np.load(io.BytesIO(CONTENT)) as archive:
        found = {key: archive[key] for key in archive.files}
    kept = {key: value for key, value in (found | arrays).items() if value is not None}
    stream = io.BytesIO()
    np.savez_compressed(stream, **kept)
    return stream.getvalue()


def with_entry(key: str, content: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(CONTENT)) as old, zipfile.ZipFile(stream, "w", method) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, content if entry.filename == f"{key}.npy" else old.read(entry))
    return stream.getvalue()


def objects() -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    return with_entry("noise_nodes", stream.getvalue())


def lying_header() -> bytes:
    """A header that tells of more than there is."""
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(stream, {"descr": "<f8", "fortran_order": False, "shape": (10**6, 10**6)})
    return with_entry("noise_nodes", stream.getvalue() + bytes(64))


def poisoned(key: str, value: float) -> Callable[[], bytes]:
    def make() -> bytes:
        with np.load(io.BytesIO(CONTENT)) as archive:
            array = archive[key].copy()
        array.flat[0] = value
        return changed(**{key: array})

    return make


KEYS = ("noise", "trace", "gradient")
ROWS = {"noise": 3, "trace": 3, "gradient": 1}
ALL_NEGATIVE = {f"{key}_nodes": -np.ones((ROWS[key], 2)) for key in KEYS}
ALL_NEGATIVE |= {f"{key}_weights": np.ones((ROWS[key], 2)) for key in KEYS}
DAMAGED: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "not a probe"),
    "text": (lambda: b"alpha,0.1\n", "not a probe"),
    "another archive": (lambda: changed(format="somebody's"), "not a probe"),
    "an NPZ of something else": (lambda: changed(format=None), "not a probe"),
    "another packing": (lambda: with_entry("loss", b"", zipfile.ZIP_LZMA), "not a probe"),
    "many entries": (lambda: changed(**{f"x{i}": 0 for i in range(80)}), "not a probe"),
    "later": (lambda: changed(version=2), "version 2"),
    "cut": (lambda: CONTENT[: len(CONTENT) // 2], "damaged"),
    "a flipped byte": (lambda: CONTENT[:200] + bytes([CONTENT[200] ^ 255]) + CONTENT[201:], "damaged"),
    "a bomb": (lambda: with_entry("noise_nodes", bytes(50_000_000)), "too large"),
    "a large file": (lambda: CONTENT + bytes(3_000_000), "too large"),
    "objects": (objects, "noise_nodes holds Python objects"),
    "a lying header": (lying_header, "damaged: noise_nodes"),
    "a header that is code": (lambda: with_entry("loss", b"\x93NUMPY\x01\x00\x09\x00__debug__"), "damaged: loss"),
    "complex numbers": (lambda: changed(noise_nodes=np.ones((2, 2), complex)), "noise_nodes is of the wrong kind"),
    "text for a number": (lambda: changed(batch="64"), "batch is of the wrong kind"),
    "a list for a number": (lambda: changed(loss=[1.0, 2.0]), "loss is of the wrong kind"),
    "nothing in it": (lambda: changed(trace_nodes=np.ones((0, 4))), "trace_nodes has the shape"),
    "missing": (lambda: changed(gradient_weights=None), "gradient_weights is missing"),
    "another shape": (lambda: changed(noise_weights=np.ones((2, 3))), "noise_weights has the shape"),
    "one start": (lambda: changed(noise_nodes=np.ones((1, 3)), noise_weights=np.ones((1, 3))), "2 starts or more"),
    "two gradients": (lambda: changed(gradient_nodes=np.ones((2, 3)), gradient_weights=np.ones((2, 3))), "1 start"),
    "one norm": (lambda: changed(squared_norms=[1.0]), "squared_norms has the shape"),
    "not a number": (poisoned("noise_nodes", np.nan), "noise_nodes holds nan"),
    "infinite": (poisoned("squared_norms", np.inf), "squared_norms holds inf"),
    "a negative weight": (poisoned("trace_weights", -0.5), "trace_weights holds -0.5"),
    "a negative square": (poisoned("squared_norms", -2.0), "squared_norms holds -2.0"),
    "batch 0": (lambda: changed(batch=0), "batch holds 0.0: it must be at least 1"),
    "a step before the first": (lambda: changed(step=-1), "step holds -1"),
    "an infinite loss": (lambda: changed(loss=np.inf), "loss holds inf"),
    "an infinite count": (lambda: changed(parameters=np.inf), "parameters holds inf"),
    "no noise": (lambda: changed(squared_norms=np.zeros(5)), "squared_norms is 0"),
    "no weight": (lambda: changed(noise_weights=np.zeros((EXAMPLES, SIZE))), "noise_weights is 0"),
    "all negative": (lambda: changed(**ALL_NEGATIVE), "no positive curvature"),
    "another curvature": (lambda: changed(curvature="fisher"), "curvature is of the wrong kind"),
    "settings that are none": (lambda: changed(settings="[1]"), "settings is of the wrong kind"),
    "settings without end": (lambda: changed(settings="[" * 3999), "settings is of the wrong kind"),
    "a long text": (lambda: changed(optimizer="x" * 5000), "optimizer is of the wrong kind"),
}


@pytest.mark.parametrize("case", DAMAGED)
@pytest.mark.slow
def test_a_damaged_file_is_one_sentence(case: str) -> None:
    make, words = DAMAGED[case]
    with pytest.raises(ProbeError) as caught:
        from_bytes(make())
    sentence = str(caught.value)
    assert words in sentence and sentence.endswith(".") and "\n" not in sentence and len(sentence) < 200


# -- as it was recorded


def recorded(name: str) -> tuple[Probe, list[dict[str, float]]]:
    folder = ROOT / "resources/probes"
    rows = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))["settings"]
    return from_bytes((folder / f"{name}.npz").read_bytes()), rows


@pytest.mark.parametrize(("name", "settings", "held"), [("softmax-mnist", 12, 12), ("resnet-cifar10", 6, 5)])
def test_a_recorded_run_stays_where_it_was_predicted(name: str, settings: int, held: int) -> None:
    """Within 10 %, and in the 95 % interval, two standard errors of the measurement allowed for; see docs/probe.md."""
    probe, rows = recorded(name)
    assert probe.negative_noise == 0 and len(rows) == settings
    hits = 0
    for row in rows:
        found = plateau(probe, QHM(row["alpha"], row["beta"], row["nu"]), row["batch"])
        assert row["loss"] == pytest.approx(found.loss, rel=0.1)
        end = found.interval[int(row["loss"] > found.loss)]
        hits += abs(row["loss"] - found.loss) <= np.hypot(end - found.loss, 2 * row["error"])
    assert hits >= held

"""Lanczos' method against the eigenvalues of matrices that are written out."""

import numpy as np
import pytest

from qhm_math.checks import ParameterError
from qhm_math.lanczos import lanczos, spectral_measures
from qhm_math.progress import Cancelled


def symmetric(eigenvalues: np.ndarray, seed: int = 0) -> np.ndarray:
    basis = np.linalg.qr(np.random.default_rng(seed).standard_normal((len(eigenvalues),) * 2))[0]
    matrix = basis * eigenvalues @ basis.T
    return (matrix + matrix.T) / 2


SPECTRA = {
    "powers": np.arange(1, 121) ** -1.5,
    "indefinite": np.linspace(-3, 7, 120),
    "outliers": np.concatenate([np.full(110, 1e-3) * np.arange(1, 111), np.linspace(5, 9, 10)]),
    "negative": -np.geomspace(1e-6, 1e3, 120),
}


@pytest.mark.parametrize("name", SPECTRA)
def test_all_steps_give_all_eigenvalues_and_each_once(name: str) -> None:
    matrix = symmetric(SPECTRA[name])
    start = np.random.default_rng(1).standard_normal(120)
    found = lanczos(lambda v: matrix @ v, start, 1000)
    true, vectors = np.linalg.eigh(matrix)
    np.testing.assert_allclose(found.nodes, true, rtol=0, atol=1e-11 * np.abs(true).max())
    shares = (vectors.T @ start) ** 2 / (start @ start)
    np.testing.assert_allclose(found.weights, shares, atol=1e-5)
    assert found.weights.sum() == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("name", SPECTRA)
def test_the_error_of_the_largest_holds_at_every_step(name: str) -> None:
    matrix = symmetric(SPECTRA[name])
    true = np.linalg.eigvalsh(matrix)
    slack = 1e-12 * np.abs(true).max()
    start = np.random.default_rng(2).standard_normal(120)
    for steps in (1, 2, 3, 5, 10, 20, 40, 80):
        found = lanczos(lambda v: matrix @ v, start, steps)
        assert found.largest <= true[-1] + slack
        assert np.abs(true - found.largest).min() <= found.error + slack
        residual = np.linalg.norm(matrix @ found.vector - found.largest * found.vector)
        assert residual == pytest.approx(found.error, abs=10 * slack)
    assert found.error < 1e-6 * np.abs(true).max()


def test_the_weights_integrate_polynomials_exactly() -> None:
    matrix = symmetric(SPECTRA["indefinite"])
    start = np.random.default_rng(3).standard_normal(120)
    found = lanczos(lambda v: matrix @ v, start, 6)
    for power in range(12):
        exact = start @ np.linalg.matrix_power(matrix, power) @ start / (start @ start)
        assert found.weights @ found.nodes**power == pytest.approx(exact, rel=1e-10)


def test_it_ends_where_the_krylov_space_does_and_at_the_tolerance() -> None:
    calls: list[int] = []

    def product(vector: np.ndarray) -> np.ndarray:
        calls.append(1)
        return diagonal * vector

    diagonal = np.repeat([1.0, 4.0, 9.0], 20)
    found = lanczos(product, np.ones(60), 50)
    assert len(calls) == 3
    np.testing.assert_allclose(found.nodes, [1, 4, 9], rtol=1e-13)
    np.testing.assert_allclose(found.weights, 1 / 3, rtol=1e-12)
    assert found.error < 1e-12

    calls.clear()
    diagonal = np.arange(1.0, 201.0)
    found = lanczos(product, np.ones(200), 200, tolerance=1e-3)
    assert found.error <= 1e-3 * found.largest
    first = len(calls)
    calls.clear()
    lanczos(product, found.vector, 200, tolerance=1e-3)  # warm: from where the last one ended
    assert len(calls) == 1 < first


@pytest.mark.parametrize("scale", [1e-150, 1e150])
def test_the_length_of_the_start_does_not_matter(scale: float) -> None:
    matrix = symmetric(SPECTRA["powers"])
    start = np.random.default_rng(4).standard_normal(120)
    usual, other = (lanczos(lambda v: matrix @ v, factor * start, 10) for factor in (1.0, scale))
    np.testing.assert_allclose(other.nodes, usual.nodes, rtol=1e-10)
    np.testing.assert_allclose(other.weights, usual.weights, rtol=1e-8)


def test_the_zero_matrix_has_one_node() -> None:
    found = lanczos(np.zeros_like, np.ones(4), 4)
    assert found.nodes.tolist() == [0.0] and found.weights.tolist() == [1.0] and found.error == 0.0


@pytest.mark.parametrize(
    ("start", "steps", "tolerance", "name"),
    [
        (np.zeros(3), 2, 0.0, "start"),
        (np.ones((3, 3)), 2, 0.0, "start"),
        ([1.0, np.nan], 2, 0.0, "start"),
        (np.ones(0), 2, 0.0, "start"),
        (np.ones(3), 0, 0.0, "steps"),
        (np.ones(3), 2, -1.0, "tolerance"),
    ],
)
def test_bad_values_are_refused(start: np.ndarray, steps: int, tolerance: float, name: str) -> None:
    with pytest.raises(ParameterError, match=f"^{name} = "):
        lanczos(lambda v: v, start, steps, tolerance)


@pytest.mark.parametrize("answer", [np.full(3, np.nan), np.ones(2), np.ones((3, 1))])
def test_a_product_that_is_none_is_refused(answer: np.ndarray) -> None:
    with pytest.raises(ParameterError, match=r"^product = "):
        lanczos(lambda v: answer, np.ones(3), 2)


def test_it_can_be_cancelled() -> None:
    class Stop:
        calls = 0

        def report(self, fraction: float) -> None:
            self.calls += 1

        def cancelled(self) -> bool:
            return self.calls >= 4

    stop = Stop()
    with pytest.raises(Cancelled):
        lanczos(lambda v: np.arange(50.0) * v, np.ones(50), 50, monitor=stop)
    assert stop.calls == 4


@pytest.mark.parametrize("steps", [1, 7, 200])
def test_several_starts_side_by_side_see_what_each_sees_alone(steps: int) -> None:
    matrix = symmetric(SPECTRA["indefinite"])
    starts = np.random.default_rng(2).standard_normal((5, 120)) * [[1.0], [3.0], [1e-9], [0.0], [2.0]]
    starts[1] = 3 * np.linalg.eigh(matrix)[1][:, 7]  # its space ends after one step
    nodes, weights = spectral_measures(lambda rows: rows @ matrix, starts, steps)
    assert nodes.shape == weights.shape == (5, steps)
    np.testing.assert_array_equal([nodes[3], weights[3]], 0.0)
    for row in (0, 1, 2, 4):
        alone = lanczos(lambda v: matrix @ v, starts[row], steps)
        count = len(alone.nodes)
        assert count == (1 if row == 1 else min(steps, 120))
        np.testing.assert_allclose(nodes[row, :count], alone.nodes, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(weights[row, :count], alone.weights, rtol=1e-6, atol=1e-9)
        assert not nodes[row, count:].any() and not weights[row, count:].any()


def test_of_starts_that_are_all_zero_nothing_is_asked() -> None:
    nodes, weights = spectral_measures(lambda rows: pytest.fail("asked"), np.zeros((2, 3)), 2)
    assert not nodes.any() and not weights.any()


@pytest.mark.parametrize(
    ("starts", "steps", "name"), [(np.ones(3), 2, "starts"), (np.ones((2, 0)), 2, "starts"), (np.eye(3), 0, "steps")]
)
def test_bad_starts_are_refused(starts: np.ndarray, steps: int, name: str) -> None:
    with pytest.raises(ParameterError, match=f"^{name} = "):
        spectral_measures(lambda rows: rows, starts, steps)


@pytest.mark.parametrize("answer", [np.full((2, 3), np.nan), np.ones((2, 2)), np.ones(3)])
def test_products_that_are_none_are_refused(answer: np.ndarray) -> None:
    with pytest.raises(ParameterError, match=r"^product = "):
        spectral_measures(lambda rows: answer, np.ones((2, 3)), 2)

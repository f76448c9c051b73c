"""Noise: covariance as declared, the same stream whatever the pieces, singular matrices."""

import numpy as np
import pytest

import qhm_math as qm
from qhm_math.noise import make_rng


@pytest.mark.parametrize(
    "noise",
    [
        qm.NoNoise(),
        qm.IsotropicNoise(0.5),
        qm.GaussianNoise(),
        qm.GaussianNoise([[1.0, 0.8], [0.8, 0.9]]),
        qm.GaussianNoise(np.array([[1.0, -2.0], [-2.0, 4.0]])),
        qm.GaussianNoise(((0.0, 0.0), (0.0, 0.0))),
    ],
)
def test_draws_have_the_covariance(noise: qm.Noise) -> None:
    count = 200_000
    draws = qm.draw_noise(noise, count, 1, seed=2)[:, 0]
    expected = noise.covariance()
    spread = 5 * max(float(np.abs(expected).max()), 1e-300) * np.sqrt(2 / count)
    assert np.abs(np.cov(draws.T) - expected).max() <= spread
    assert np.abs(draws.mean(axis=0)).max() <= 5 * np.sqrt(max(np.abs(expected).max(), 0) / count)
    # a singular covariance leaves no noise across its line
    curvatures, basis = np.linalg.eigh(expected)
    if curvatures[0] < 1e-12:
        assert np.abs(draws @ basis[:, 0]).max() <= 1e-7


def test_one_stream_whatever_the_pieces() -> None:
    for noise in (qm.IsotropicNoise(0.3), qm.GaussianNoise(((0.5, 0.1), (0.1, 0.2)))):
        whole = qm.draw_noise(noise, 100, 7, seed=4)
        rng = make_rng(4)
        pieces = np.concatenate([noise.draw(rng, count, 7) for count in (1, 30, 69)])
        np.testing.assert_array_equal(whole, pieces)
        assert not np.array_equal(whole, qm.draw_noise(noise, 100, 7, seed=5))
        assert whole.shape == (100, 7, 2)


def test_noises_are_values() -> None:
    given = np.array([[0.09, 0.01], [0.01, 0.09]])
    noise = qm.GaussianNoise(given)
    given[0, 0] = 5.0
    assert noise == qm.GaussianNoise([[0.09, 0.01], [0.01, 0.09]])
    assert hash(noise) == hash(qm.GaussianNoise(((0.09, 0.01), (0.01, 0.09))))
    assert noise.matrix == ((0.09, 0.01), (0.01, 0.09))
    assert qm.IsotropicNoise(1).sigma == 1.0
    assert qm.declared_fields(qm.GaussianNoise)["matrix"].kind == "matrix"

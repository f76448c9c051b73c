"""The recorded sweeps: small, whole, and with all that is needed to make them again."""

from pathlib import Path

import numpy as np
import pytest

from qhm_math import max_stable_alpha
from qhm_math.checks import ParameterError
from qhm_math.data import DataError
from qhm_math.experiments import recordings
from qhm_math.experiments.recordings import FOLDER, load_recording

KEYS = sorted(path.stem for path in FOLDER.glob("*.npz"))


@pytest.mark.parametrize("key", KEYS)
def test_a_recording_says_how_it_was_made(key: str) -> None:
    found = load_recording(key)
    assert set(found.about) >= {"command", "program", "python", "numpy", "machine"}
    assert found.about["command"].startswith(f"sweep {found.settings.problem} --alpha ")
    assert found.settings.seeds >= 2 and found.settings.origin == "checkpoint" and found.steps >= 40
    assert found.mean.shape == (len(found.ys), len(found.xs)) == found.accuracy.shape
    assert not np.isnan(found.mean).any(), "a cell is missing"
    assert not found.settings.data.startswith("/"), "a place on the machine it was recorded on"
    assert (FOLDER / f"{key}.npz").stat().st_size < 400_000


@pytest.mark.parametrize("key", KEYS)
def test_the_edge_is_condition_13(key: str) -> None:
    found = load_recording(key)
    x, beta = found.edge()
    known = np.isfinite(x)
    assert known.any()
    x, beta = x[known], beta[known]
    alpha, nu = (x, found.settings.nu.low) if found.across == "alpha" else (found.settings.alpha.low, x)
    np.testing.assert_allclose(max_stable_alpha(beta, nu, found.sharpness), alpha, rtol=1e-9)


def test_momentum_lowers_the_loss_of_softmax_regression_and_beyond_the_edge_it_is_high() -> None:
    """As in figure 3: at a large α the loss falls with β."""
    found = load_recording("softmax-nu-1")
    large = found.mean[:, np.argmin(np.abs(found.xs - 4))]
    assert (np.diff(large[::3]) < 0).all() and large[0] > 4 * large[-2]


def test_at_a_large_alpha_and_beta_the_best_nu_lies_inside() -> None:
    """The README's numbers: the loss at the best ν is below that of the heavy ball by many standard errors."""
    found = load_recording("softmax-alpha-2.2")
    for row in np.flatnonzero(found.ys > 0.65):
        best = int(found.mean[row].argmin())
        error = np.hypot(found.standard_error[row, best], found.standard_error[row, -1])
        assert 0.82 < found.xs[best] < 0.94 and found.mean[row, -1] - found.mean[row, best] > 5 * error


def test_a_damaged_recording_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / f"{KEYS[0]}.npz").write_bytes((FOLDER / f"{KEYS[0]}.npz").read_bytes()[:3000])
    monkeypatch.setattr(recordings, "FOLDER", tmp_path)
    load_recording.cache_clear()
    with pytest.raises(DataError, match="is damaged"):
        load_recording(KEYS[0])


def test_a_key_without_a_file_is_refused() -> None:
    with pytest.raises(ParameterError, match="one of "):
        load_recording("mine")

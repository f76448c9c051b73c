"""What loss curves alone tell: traces from plateaus, L from what diverges, and what they do not."""

import numpy as np
import pytest

from qhm_math import QHM, ParameterError, stationary_loss
from qhm_math.probe import Curve, Unknown, fit_curves

RNG = np.random.default_rng(5)
CURVATURES, VARIANCES, FLOOR = np.array([0.1, 0.5, 2.0]), np.array([0.2, 0.3, 0.1]), 1.7
NOISE, CURVED = float(VARIANCES.sum()), float(CURVATURES @ VARIANCES)


def curve(point: QHM, scatter: float = 1e-6, points: int = 90, batch: float = 1.0) -> Curve:
    """A plateau at its exact height, which the expansion is only near to, reached in the first third."""
    level = FLOOR + float(stationary_loss(point, CURVATURES, VARIANCES / batch))
    falling = 3 * np.exp(-np.arange(points) / 3)
    return Curve(point, level + falling + scatter * RNG.standard_normal(points), batch)


def diverging(point: QHM) -> Curve:
    return Curve(point, np.asarray(2.0 * 1.5 ** np.arange(60), np.float64))


SMALL = [QHM.sgd(alpha) for alpha in (0.005, 0.01, 0.02, 0.04, 0.08)]


def test_both_traces_and_the_floor_come_back() -> None:
    found = fit_curves([curve(point) for point in SMALL])
    assert found.curved_trace is not None
    for (value, error), exact in ((found.noise_trace, NOISE), (found.curved_trace, CURVED), (found.floor, FLOOR)):
        assert abs(value - exact) < 3 * error + 0.1 * exact and error < 0.3 * exact
    assert Unknown.BEND not in found.unknown and Unknown.FLOOR in found.unknown
    assert found.mean_curvature == pytest.approx(CURVED / NOISE, rel=0.3)
    assert all(fitted == pytest.approx(level, abs=1e-4) for _, level, fitted in found.levels)


def test_a_known_floor_sharpens_them() -> None:
    curves = [curve(point) for point in SMALL]
    free, known = fit_curves(curves), fit_curves(curves, FLOOR)
    assert known.noise_trace[1] < free.noise_trace[1] and known.floor == (FLOOR, 0.0)
    assert known.noise_trace[0] == pytest.approx(NOISE, rel=0.02)
    assert Unknown.FLOOR not in known.unknown


def test_the_batch_is_divided_out() -> None:
    curves = [curve(point, 1e-6, batch=32.0) for point in SMALL]
    assert fit_curves(curves, FLOOR).noise_trace[0] == pytest.approx(NOISE, rel=0.05)


def test_two_plateaus_tell_the_line_and_not_its_bend() -> None:
    found = fit_curves([curve(point) for point in SMALL[:2]])
    assert found.curved_trace is None and found.mean_curvature is None
    assert {Unknown.BEND, Unknown.SMALLEST, Unknown.SPECTRUM, Unknown.LARGEST} <= set(found.unknown)
    assert found.noise_trace[0] == pytest.approx(NOISE, rel=0.1)


def test_l_is_between_what_diverges_and_what_does_not() -> None:
    steady = [curve(QHM(alpha, 0.9, 0.7)) for alpha in (0.1, 0.5)]
    found = fit_curves([*steady, diverging(QHM(4.0, 0.9, 0.7)), diverging(QHM(6.0, 0.9, 0.7))])
    bound = 2 * 1.9 / (1 + 0.9 * (1 - 1.4))
    assert found.largest == pytest.approx((bound / 4, bound / 0.5)) and Unknown.LARGEST not in found.unknown
    assert fit_curves(steady).largest[0] == 0


def test_a_curve_that_still_falls_is_told() -> None:
    slow = Curve(QHM.sgd(0.01), FLOOR + np.exp(-np.arange(90) / 60))
    assert Unknown.FALLING in fit_curves([slow, curve(SMALL[3])]).unknown
    assert Unknown.FALLING not in fit_curves([curve(SMALL[0]), curve(SMALL[3])]).unknown


def test_noise_that_is_not_there_is_not_claimed() -> None:
    flat = [Curve(point, FLOOR + 0.1 * RNG.standard_normal(90)) for point in SMALL[:2]]
    assert Unknown.NOISE in fit_curves(flat).unknown


@pytest.mark.parametrize(
    ("curves", "words"),
    [
        ([], "two or more learning rates"),
        ([curve(SMALL[0]), curve(SMALL[0])], "two or more learning rates"),
        ([curve(SMALL[0]), diverging(QHM.sgd(3.0))], "two or more that do not diverge"),
        ([curve(SMALL[0]), Curve(SMALL[1], np.ones(5))], "losses of a curve = 5 is not allowed: it must be 12 or more"),
    ],
)
def test_too_little_is_one_sentence(curves: list[Curve], words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        fit_curves(curves)


def test_what_is_not_finite_has_diverged() -> None:
    assert Curve(QHM.sgd(1.0), np.append(np.ones(20), np.nan)).diverges
    assert not curve(SMALL[0]).diverges and diverging(QHM.sgd(1.0)).diverges


@pytest.mark.parametrize(
    "curves",
    [
        [Curve(QHM.sgd(alpha), np.full(12, 1 + alpha), 2 * alpha) for alpha in (0.5, 1.0)],  # α/B is one
        [Curve(QHM.sgd(alpha), np.full(12, 1.0)) for alpha in (1e-323, 5e-324)],
    ],
)
def test_plateaus_that_tell_no_line_are_refused(curves: list[Curve]) -> None:
    with pytest.raises(ParameterError, match="curves"):
        fit_curves(curves)


def test_one_curve_without_noise_beside_others_keeps_its_digits() -> None:
    """Squares of the weights are no floats, and the normal equations would have no digit left."""
    levels = [(0.1, 1.025), (0.2, 1.05), (0.4, 1.1)]
    noisy = np.tile([-1e3, 1e3], 30)
    curves = [Curve(QHM.sgd(alpha), np.full(60, level) + (alpha > 0.3) * noisy) for alpha, level in levels]
    found = fit_curves(curves)
    assert found.noise_trace[0] == pytest.approx(1.0, rel=1e-6)
    high = [Curve(QHM.sgd(alpha), np.full(30, 1e-99 * level)) for alpha, level in ((1e99, 1.0), (1e100, 2.0))]
    assert np.isfinite(fit_curves(high).noise_trace).all()

"""A loss looks the same at every scale of its values: no margin is an absolute number."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from qhm_gui.canvas import ContourField
from qhm_gui.views.compare.surface_mesh import relief
from qhm_gui.views.shared.contour_data import field, same_height, split_minima
from qhm_math.expression import TypedLoss
from qhm_math.losses import Himmelblau, Loss, StyblinskiTang

#: Two minima of one height, two of different heights.
EQUAL, TILTED = "((x**2 - 1)**2 + y**2)", "((x**2 - 1)**2 + y**2 + x/10)"
SCALES = ("1e-300", "1e-13", "1", "1e16", "1e300")


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.slow
def test_the_lowest_minima_are_told_from_the_others_at_every_scale(scale: str) -> None:
    assert [len(part) for part in split_minima(TypedLoss(f"{scale}*{EQUAL}"))] == [2, 0]
    assert [len(part) for part in split_minima(TypedLoss(f"{scale}*{TILTED}"))] == [1, 1]


def test_minima_that_differ_by_rounding_are_equally_low() -> None:
    lowest, others = split_minima(Himmelblau())
    assert len(lowest) == 4 and len(others) == 0
    lowest, others = split_minima(StyblinskiTang())
    assert len(lowest) == 1 and len(others) == 3


@pytest.mark.slow
def test_two_values_are_one_where_they_differ_by_less_than_rounding() -> None:
    assert same_height(TypedLoss("1e16 + x**2 + y**2")) >= 4.0  # two neighbouring numbers there lie 2 apart


def bands(loss: Loss) -> list[np.ndarray]:
    """The outlines of the filled contours, from the lowest band to the highest."""
    contours, shown = ContourField(), field(loss)
    contours.setData(shown.xs, shown.ys, shown.values, shown.levels)
    return [np.array(band) for band in contours._bands]


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.slow
def test_contours_are_the_same_at_every_scale(qapp: object, scale: str) -> None:
    expected = bands(TypedLoss(EQUAL, -2.0, 2.0, -2.0, 2.0))
    found = bands(TypedLoss(f"{scale}*{EQUAL}", -2.0, 2.0, -2.0, 2.0))
    assert [band.shape for band in found] == [band.shape for band in expected]
    for band, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(band, other, atol=1e-6)


@pytest.mark.parametrize("formula", ["1e16 + x**2 + y**2", "x**2*1e308", "x*1e308", "1.7e308*sin(x)"])
@pytest.mark.slow
def test_contours_of_values_at_the_end_of_the_floats(qapp: object, formula: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert sum(band.size for band in bands(TypedLoss(formula))) > 0


@pytest.mark.parametrize("scale", SCALES)
def test_the_relief_is_as_high_at_every_scale(scale: str) -> None:
    expected, found = (
        relief(loss, field(loss).levels)
        for loss in (TypedLoss(EQUAL, -2.0, 2.0, -2.0, 2.0), TypedLoss(f"{scale}*{EQUAL}", -2.0, 2.0, -2.0, 2.0))
    )
    np.testing.assert_allclose(found.points, expected.points, atol=1e-9)
    assert len(found.isolines) == len(expected.isolines)


@pytest.mark.parametrize("formula", ["1e20 + x - x", "1.7e308*sin(x)", "x*1e308"])
@pytest.mark.slow
def test_a_relief_stands_on_finite_points(formula: str) -> None:
    loss = TypedLoss(formula)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isfinite(relief(loss, field(loss).levels).points).all()

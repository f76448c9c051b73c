"""The halos of texts."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from qhm_gui.drawing import halo, markup
from qhm_gui.drawing.glyph_outlines import outline


@pytest.mark.parametrize("alpha", [255, 150])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_a_halo_laid_letter_by_letter_is_that_of_the_text(qapp, alpha: int, scale: float):
    """Within an eighth of a pixel, the same whatever was painted before, and no darker where letters meet."""
    text, color, width = "*α*_{k} = 0.4 (k+1)^{−0.6}, effWAV fi\nall kept", QColor(20, 30, 40, alpha), 3.0
    arguments = (text, 12.0, 400, 17.4, 1.0, color.rgba(), width, scale)
    halo._letters.clear()
    first, corner = markup._halo(*arguments)
    assert markup._halo(*arguments)[0] == first and corner == QPointF(-width, -width)
    stroked = first.copy()
    stroked.fill(Qt.GlobalColor.transparent)
    with QPainter(stroked) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for run, place in markup._placed(*arguments[:5]):
            path = outline(run.text, run.font).translated(place + QPointF(width, width))
            if alpha < 255:
                painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
            painter.strokePath(path, halo.halo_pen(color, width))
    laid, one = (np.frombuffer(image.constBits(), np.uint8)[3::4].astype(int) for image in (first, stroked))
    assert laid.max() == one.max() == alpha
    assert np.abs(laid - one).mean() < 0.03 * one.mean()


def test_large_halos_are_not_kept_by_the_thousand(qapp):
    """Four thousand letters of an export at four times 4K were half a gigabyte, and took a second to give up."""
    kept = halo.Kept(1_000_000)
    made: list[int] = []

    def make(side: int) -> halo.WithCorner:
        made.append(side)
        return QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied), QPointF()

    for _ in range(2):
        for side in range(1, 40):
            assert kept.get((side,), lambda side=side: make(side))[0].width() == side
    assert made == list(range(1, 40)), "the small ones all stay"
    for side in range(300, 320):
        kept.get((side,), lambda side=side: make(side))
        assert kept.bytes <= 1_000_000
    kept.get((1,), lambda: make(1))
    assert made[-1] == 1, "given up, and made again"

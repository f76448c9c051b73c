"""The weights of past gradients: a thousand bars."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath

from qhm_gui.canvas.regions import Region
from qhm_gui.state.state import State, changed
from qhm_gui.views.converge.bars import TOGETHER, Bars
from qhm_gui.views.converge.past_gradients import PastGradientsView
from tests.gui.conftest import Shown


class Counting(QPainter):
    """Tells how many corners each path has that it fills."""

    def __init__(self, image: QImage) -> None:
        super().__init__(image)
        self.filled: list[int] = []

    def drawPath(self, path: QPainterPath) -> None:
        self.filled.append(path.elementCount())
        super().drawPath(path)


def test_a_thousand_bars_are_not_one_path_and_look_as_one(shown: Shown) -> None:
    """The monkey found it: near β = 1 a paint of the view held the window for more than a second."""
    view = shown(PastGradientsView, changed(State(), {"beta": 0.999, "tie": "shb"}), size=(1200, 800))
    assert view.result is not None and len(view.result.weights) == 1000
    frame = view.canvases[0].frame()
    bars = next(item for item in view.canvases[0].items_shown if isinstance(item, Bars))
    images = []
    for draw in (Bars.draw, Region.draw):
        image = QImage(1200, 800, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(QColor("white"))
        painter = Counting(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw(bars, painter, frame)
        painter.end()
        assert (max(painter.filled) <= 5 * TOGETHER) == (draw is Bars.draw)
        images.append(np.frombuffer(image.constBits(), np.uint8).reshape(800, 1200, 4).astype(int))
    differ = np.abs(images[0] - images[1]).max(axis=-1) > 3
    assert differ.any(axis=0).sum() <= 1000 / TOGETHER  # columns of pixels in which two paths meet

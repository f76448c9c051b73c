"""A scene painted item by item. (QGraphicsScene.render clips it all; QSvgGenerator then loses the clips within.)"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem


def paint_scene(scene: Any, painter: QPainter, target: QRectF, source: QRectF) -> None:
    """Draw the ``source`` of a pyqtgraph scene into ``target``, every item afresh.

    Qt's SVG writer does not come back from a clip to the one around it: a text after a curve would be cut off with the
    plot. Without a clip around everything each item has its own, or none.
    """
    scene.prepareForPaint()
    placed = QTransform.fromTranslate(target.x(), target.y())
    placed.scale(target.width() / source.width(), target.height() / source.height())
    placed.translate(-source.x(), -source.y())
    outer = painter.transform()
    for item in scene.items(Qt.SortOrder.AscendingOrder):
        if not item.isVisible():
            continue
        painter.save()
        painter.setTransform(item.sceneTransform() * placed * outer)
        painter.setOpacity(painter.opacity() * item.effectiveOpacity())
        item.paint(painter, QStyleOptionGraphicsItem(), None)
        painter.restore()

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
    onto = placed(target, source) * painter.transform()
    for item in scene.items(Qt.SortOrder.AscendingOrder):
        if item.isVisible():
            paint_item(item, painter, onto)


def placed(target: QRectF, source: QRectF) -> QTransform:
    """What takes ``source`` to ``target``."""
    transform = QTransform.fromTranslate(target.x(), target.y())
    transform.scale(target.width() / source.width(), target.height() / source.height())
    transform.translate(-source.x(), -source.y())
    return transform


def paint_item(item: Any, painter: QPainter, onto: QTransform) -> None:
    """Draw one item, where ``onto`` takes the scene to what is painted on."""
    painter.save()
    painter.setOpacity(painter.opacity() * item.effectiveOpacity())
    if hasattr(item, "paint_onto"):
        item.paint_onto(painter, onto)
    else:
        painter.setTransform(item.sceneTransform() * onto)
        item.paint(painter, QStyleOptionGraphicsItem(), None)
    painter.restore()

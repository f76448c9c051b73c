"""The maps that are painted, handed to whoever writes them into a file: Qt packs each into an SVG while it is painted,
and that holds the window up for a tenth of a second."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QBuffer, QIODevice, QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from qhm_gui.drawing.device import device_scale, is_raster
from qhm_gui.drawing.page_area import page_area

_listening: list[list[QImage]] = []


@contextmanager
def painted_images(images: list[QImage]) -> Iterator[None]:
    """Let ``images`` grow by every map that is painted into an SVG meanwhile; a stand-in is painted in its place."""
    _listening.append(images)
    try:
        yield
    finally:
        _listening.pop()


def draw_map(painter: QPainter, target: QRectF, image: QImage, *, smooth: bool) -> None:
    """Draw a map, a pixel of ``image`` a cell, into a rectangle: smoothed, or as cells.

    Readers of PDF and SVG smooth or not, as they please: twice the pixels of the page leave them no choice.
    """
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
    if not is_raster(painter):
        scale = 2 * device_scale(painter)
        width, height = round(target.width() * scale), round(target.height() * scale)
        mode = Qt.TransformationMode.SmoothTransformation if smooth else Qt.TransformationMode.FastTransformation
        image = image.convertToFormat(QImage.Format.Format_RGB32)
        ignored = Qt.AspectRatioMode.IgnoreAspectRatio
        image = image.scaled(max(image.width(), width), max(image.height(), height), ignored, mode)
        target, image = _within(page_area(painter), target, image)
    if _listening and isinstance(painter.device(), QSvgGenerator):
        _listening[-1].append(image)
        image = _stand_in(len(_listening[-1]) - 1)
    painter.drawImage(target, image)


def _within(area: QRectF | None, target: QRectF, image: QImage) -> tuple[QRectF, QImage]:
    """The whole pixels of an image that lie in an area, and where they go: none over its edge, where what lies on the
    map would not cover it."""
    if area is None or area.contains(target) or not area.intersects(target):
        return target, image
    across, down = target.width() / image.width(), target.height() / image.height()
    seen = area.intersected(target).translated(-target.topLeft())
    left, top = math.ceil(seen.left() / across), math.ceil(seen.top() / down)
    right, bottom = math.floor(seen.right() / across), math.floor(seen.bottom() / down)
    pixels = QRect(left, top, right - left, bottom - top).intersected(image.rect())
    if pixels.isEmpty():
        return target, image
    corner = target.topLeft() + QPointF(pixels.x() * across, pixels.y() * down)
    return QRectF(corner, QSizeF(pixels.width() * across, pixels.height() * down)), image.copy(pixels)


def put_in(content: bytes, images: list[QImage]) -> bytes:
    """The SVG with the images in place of what stands for them."""
    for number, image in enumerate(images):
        content = content.replace(_packed(_stand_in(number)), _packed(image))
    return content


def _stand_in(number: int) -> QImage:
    """An image that no other is equal to."""
    image = QImage(5, 1, QImage.Format.Format_RGB32)
    for column, color in enumerate((0x51484D, 0x4D4150, number, 0x4D4150, 0x51484D)):
        image.setPixel(column, 0, 0xFF000000 | color)
    return image


def _packed(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # pyright: ignore[reportArgumentType, reportCallIssue]
    return bytes(buffer.data().toBase64().data())

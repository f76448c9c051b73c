"""Files that the window needs: fonts, icons, and the mark."""

from __future__ import annotations

import logging
import struct
from functools import cache, lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QCoreApplication, QLibraryInfo, QPointF, QRectF, Qt, QTranslator
from PySide6.QtGui import QColor, QFontDatabase, QIcon, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtSvg import QSvgRenderer

from qhm_gui.appearance.theme import LIGHT
from qhm_math.resource_files import MOST_BYTES, ResourceError, resource_names, resource_text, resources

log = logging.getLogger("qhm")
FONTS = resources() / "fonts"
ICONS = resources() / "icons"


@cache
def load_fonts() -> tuple[str, ...]:
    """Add every font of the program's to the application, once; the families in them.

    ResourceError for one that is damaged: every other font would measure and break the texts differently.
    """
    families: list[str] = []
    for name in resource_names("fonts"):
        path = FONTS / name
        if not path.is_file():
            raise ResourceError(path.name, "missing" if not path.exists() else "damaged")
        # as data: else the folder would decide on the order of the fonts in a PDF, and each place has another one
        number = QFontDatabase.addApplicationFontFromData(path.read_bytes()) if _is_whole(path) else -1
        if number < 0:
            raise ResourceError(path.name, "damaged")
        families += QFontDatabase.applicationFontFamilies(number)
    return tuple(dict.fromkeys(families))


def _is_whole(path: Path) -> bool:
    """Whether a font ends where its directory of tables says: Qt takes one whose end is cut off, or that never ends."""
    size = path.stat().st_size
    with path.open("rb") as file:
        _version, count = struct.unpack(">4sH6x", file.read(12).ljust(12, b"\0"))
        tables = file.read(16 * count)
    if len(tables) < 16 * count or size > MOST_BYTES:
        return False
    return max((start + length for _tag, _sum, start, length in struct.iter_unpack(">4s3I", tables)), default=1) <= size


@cache
def _source(name: str) -> bytes:
    """The drawing of an icon. None where it is missing or damaged, which goes to the log: painting must go on."""
    try:
        source = resource_text(ICONS / f"{name}.svg").encode()
        if not QSvgRenderer(QByteArray(source)).isValid():
            raise ResourceError(f"{name}.svg", "damaged")
    except ResourceError as error:
        log.exception("%s", error)
        return b""
    return source


def icon_file(name: str) -> Path:
    """The file of an icon that Qt reads by itself, looked through once."""
    _source(name)
    return ICONS / f"{name}.svg"


@lru_cache(maxsize=512)
def _tinted(name: str, rgba: int, size: int, dpr: float) -> QPixmap:
    side = max(1, round(size * dpr))
    picture = QPixmap(side, side)
    picture.fill(Qt.GlobalColor.transparent)
    if source := _source(name):
        with QPainter(picture) as painter:
            QSvgRenderer(QByteArray(source)).render(painter, QRectF(0, 0, side, side))
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
            painter.fillRect(picture.rect(), QColor.fromRgba(rgba))
    picture.setDevicePixelRatio(dpr)
    return picture


def pixmap(name: str, color: QColor | str, size: int = 20, dpr: float = 1.0) -> QPixmap:
    """``resources/icons/name.svg`` in one colour, ``size`` logical pixels square."""
    return _tinted(name, QColor(color).rgba(), size, dpr)


def icon(name: str, color: QColor | str, size: int = 20, dpr: float = 1.0) -> QIcon:
    """The same as a QIcon, for menus and dialogs; holds the picture at ``dpr`` and at twice that."""
    value = QIcon(pixmap(name, color, size, dpr))
    value.addPixmap(pixmap(name, color, size, 2 * dpr))
    return value


@cache
def _qt_words(language: str) -> QTranslator:
    words = QTranslator()
    if not words.load(f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        log.error("Qt's own texts", exc_info=ResourceError(f"qtbase_{language}.qm", "missing"))
    return words


def use_qt_words(language: str) -> None:
    """Let Qt's own dialogs (files) and menus (of text fields) speak ``language``; their own is English."""
    words = _qt_words("ja")
    if language == "ja":
        QCoreApplication.installTranslator(words)
    else:
        QCoreApplication.removeTranslator(words)


def draw_logo(painter: QPainter, rect: QRectF, ink: QColor, dot: QColor) -> None:
    """The mark: a path that overshoots, settles, and ends at a dot; 28 by 20, scaled to ``rect``."""
    painter.save()
    painter.translate(rect.topLeft())
    painter.scale(rect.width() / 28, rect.height() / 20)
    path = QPainterPath(QPointF(1.2, 2.2))
    path.cubicTo(2.4, 2.6, 4.2, 16.6, 6.9, 16.6)
    path.cubicTo(9.4, 16.6, 10.4, 8.6, 13.2, 8.6)
    path.cubicTo(15.8, 8.6, 16.4, 12.4, 19.2, 12.2)
    path.cubicTo(21.0, 12.0, 21.6, 11.0, 24.2, 11.0)
    pen = QPen(ink, 2.1)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(dot)
    painter.drawEllipse(QPointF(24.4, 11.0), 3.3, 3.3)
    painter.restore()


def app_icon() -> QIcon:
    """The mark on an ink tile, in the sizes that systems ask for."""
    value = QIcon()
    for side in (16, 24, 32, 48, 64, 128, 256):
        picture = QPixmap(side, side)
        picture.fill(Qt.GlobalColor.transparent)
        with QPainter(picture) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(LIGHT.ink))
            painter.drawRoundedRect(QRectF(0, 0, side, side), side * 0.22, side * 0.22)
            width = side * 0.78
            height = width * 20 / 28
            place = QRectF((side - width) / 2, (side - height) / 2, width, height)
            draw_logo(painter, place, QColor(LIGHT.onink), QColor("#F5498E"))
        value.addPixmap(picture)
    return value

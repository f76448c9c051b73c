"""A figure for another program: on the clipboard, or dragged out of the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication

from qhm_gui.export.figure import Sheet
from qhm_gui.export.formats.png import encoded_picture, picture
from qhm_gui.export.formats.svg import svg_bytes

#: A picture for another program has so many pixels a unit.
SCALE = 2.0
SVG_TYPE = "image/svg+xml"


def copy_picture(sheet: Sheet) -> None:
    """Put the figure on the clipboard as a picture, and as the PNG that carries its state."""
    mime = QMimeData()
    image = picture(sheet, SCALE)
    mime.setImageData(image)
    mime.setData("image/png", encoded_picture(image, sheet.stamp, soon=True))
    QGuiApplication.clipboard().setMimeData(mime)


def copy_svg(sheet: Sheet) -> None:
    """Put the figure on the clipboard as SVG, also as text for programs that know no other way."""
    content = svg_bytes(sheet)
    mime = QMimeData()
    mime.setData(SVG_TYPE, content)
    mime.setText(content.decode())
    QGuiApplication.clipboard().setMimeData(mime)


def for_drag(sheet: Sheet, folder: Path, name: str) -> QMimeData:
    """The figure as picture, PNG, SVG, and as files that a program can open, written to ``folder``. OSError."""
    image = picture(sheet, SCALE)
    contents = {"png": encoded_picture(image, sheet.stamp, soon=True), "svg": svg_bytes(sheet)}
    mime = QMimeData()
    mime.setImageData(image)
    mime.setData("image/png", contents["png"])
    mime.setData(SVG_TYPE, contents["svg"])
    mime.setUrls([_written(folder / f"{name}.{key}", content) for key, content in contents.items()])
    return mime


def _written(path: Path, content: bytes) -> QUrl:
    path.write_bytes(content)
    return QUrl.fromLocalFile(str(path))

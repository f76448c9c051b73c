"""A figure for another program: on the clipboard, or dragged out of the window."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QMimeData, QObject, QTimer, QUrl
from PySide6.QtGui import QGuiApplication, QImage

from qhm_gui.background.runner import Answer, Runner
from qhm_gui.export.figure import Sheet
from qhm_gui.export.formats.png import blank, encoded_picture, picture, stripes
from qhm_gui.export.formats.svg import svg_bytes
from qhm_gui.guarded import Guarded

#: A picture for another program has so many pixels a unit.
SCALE = 2.0
SVG_TYPE = "image/svg+xml"
_IMAGE_TYPE, _PNG_TYPE = "application/x-qt-image", "image/png"
#: A picture of 3840 × 2160 is painted in so many turns of the event loop, so that none takes a tenth of a second.
_STRIPES = 4
_KEY = "png"


class CopiedPicture(QObject):
    """A figure as a picture, and as the PNG that carries its state, made while the event loop turns.

    The picture is painted a stripe a turn, the PNG is packed in a thread. Who asks before they are there waits. In the
    end the clipboard holds plain data: a class of Python's must not be what Qt ends after Python.
    """

    def __init__(self, drawing: Sheet, held: ExitStack, parent: QObject) -> None:
        """``held`` keeps the drawing until it is painted."""
        super().__init__(parent)
        self._held, self._stamp = held, drawing.stamp
        self._image = blank(drawing, SCALE)
        self._stripes = stripes(drawing, self._image, _STRIPES)
        self._painted = False
        self._png: bytes | None = None
        self._runner: Runner | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._advance)
        self._timer.start(0)
        self._promise = PictureMime(self)
        QGuiApplication.clipboard().setMimeData(self._promise)

    def image(self) -> QImage:
        """The picture."""
        while not self._painted:
            self._paint()
        return self._image

    def png(self) -> bytes:
        """The file."""
        if self._png is None:
            self._png = encoded_picture(self.image(), self._stamp, soon=True)
        return self._png

    def finish(self) -> None:
        """Do what is left, and let no thread run on: the window closes, or something else is copied."""
        self._timer.stop()
        if self._runner is not None:
            self._runner.close()
        self._keep()

    def _keep(self) -> None:
        """Plain data in place of the promise, where that is still on the clipboard."""
        clipboard = QGuiApplication.clipboard()
        if clipboard.mimeData() is self._promise:
            clipboard.setMimeData(_mime(self.image(), self.png()))
        elif not self._painted:
            self._painted = True
            self._held.close()

    def _paint(self) -> None:
        try:
            self._painted = next(self._stripes, self) is self
        except BaseException:
            self._painted = True
            raise
        finally:
            if self._painted:
                self._held.close()

    def _advance(self) -> None:
        if not self._painted:
            self._paint()
            return
        self._timer.stop()
        self._runner = Runner(self)
        self._runner.answered.connect(self._hear)
        self._runner.submit(_KEY, partial(_packed, self._image, self._stamp))

    def _hear(self, answer: Answer) -> None:
        if isinstance(answer.value, bytes):
            self._png = answer.value
            self._keep()


def _packed(image: QImage, stamp: str, _monitor: object) -> Iterator[bytes]:
    yield encoded_picture(image, stamp, soon=True)


class PictureMime(Guarded, QMimeData):
    """What the clipboard holds of a :class:`CopiedPicture`."""

    def __init__(self, copied: CopiedPicture) -> None:
        super().__init__()
        self._copied = copied

    def formats(self) -> list[str]:
        return [_IMAGE_TYPE, _PNG_TYPE]

    def hasFormat(self, mimetype: str) -> bool:
        return mimetype in self.formats()

    def retrieveData(self, mimetype: str, preferredType: Any) -> Any:
        if mimetype == _IMAGE_TYPE:
            return self._copied.image()
        return QByteArray(self._copied.png()) if mimetype == _PNG_TYPE else None


def copy_picture(sheet: Sheet) -> None:
    """Put the figure on the clipboard as a picture, and as the PNG that carries its state."""
    image = picture(sheet, SCALE)
    QGuiApplication.clipboard().setMimeData(_mime(image, encoded_picture(image, sheet.stamp, soon=True)))


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
    mime = _mime(image, contents["png"])
    mime.setData(SVG_TYPE, contents["svg"])
    mime.setUrls([_written(folder / f"{name}.{key}", content) for key, content in contents.items()])
    return mime


def _mime(image: QImage, png: bytes) -> QMimeData:
    """A picture, and the file of it."""
    mime = QMimeData()
    mime.setImageData(image)
    mime.setData(_PNG_TYPE, png)
    return mime


def _written(path: Path, content: bytes) -> QUrl:
    path.write_bytes(content)
    return QUrl.fromLocalFile(str(path))

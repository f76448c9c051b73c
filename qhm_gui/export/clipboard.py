"""A figure for another program: on the clipboard, or dragged out of the window."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, ExitStack, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QMimeData, QObject, QUrl
from PySide6.QtGui import QGuiApplication, QImage

from qhm_gui.export.figure import Sheet
from qhm_gui.export.formats.png import blank, encoded_picture, painting
from qhm_gui.export.formats.svg import svg_work
from qhm_gui.export.making import Making
from qhm_gui.export.work import Work
from qhm_gui.guarded import Guarded

log = logging.getLogger("qhm.export")

#: A picture for another program has so many pixels a unit.
SCALE = 2.0
#: Of more pixels than these it has one a unit: packing it, which closing the window waits for, would take seconds.
_MOST_PIXELS = 2**25
SVG_TYPE = "image/svg+xml"
_IMAGE_TYPE, _PNG_TYPE, _TEXT_TYPE, _FILES_TYPE = "application/x-qt-image", "image/png", "text/plain", "text/uri-list"


class Promised(QObject):
    """A figure as a picture and its PNG, or as SVG, or both, made while the event loop turns.

    Who asks before they are there waits. In the end the clipboard holds plain data: a class of Python's must not be
    what Qt ends after Python.
    """

    def __init__(
        self,
        drawing: Sheet | Callable[[], Generator[None, None, Sheet]],
        held: ExitStack,
        kinds: tuple[str, ...],
        parent: QObject,
        *,
        files: Path | None = None,
        within: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        """``drawing`` is there, or comes in steps; ``held`` keeps it until it is painted.

        ``kinds`` are "picture" and "svg"; ``files`` is the path of them as files, without the ending.
        """
        super().__init__(parent)
        self.kinds, self._files = kinds, files
        self._image: QImage | None = None
        self._contents: dict[str, bytes] = {}
        self.making = Making(self._work(drawing), held, self, within)
        self.promise = PromisedMime(self)

    def _work(self, coming: Sheet | Callable[[], Generator[None, None, Sheet]]) -> Work:
        drawing = (yield from coming()) if callable(coming) else coming
        packs = {}
        if "picture" in self.kinds:
            across, down = drawing.extent
            image = blank(drawing, SCALE if across * down * SCALE**2 <= _MOST_PIXELS else 1.0)
            yield from painting(drawing, image)
            self._image = image
            packs["png"] = partial(encoded_picture, image, drawing.stamp, soon=True)
        if "svg" in self.kinds:
            packs["svg"] = yield from svg_work(drawing)

        def pack() -> bytes:
            self._contents = {key: one() for key, one in packs.items()}
            return b"".join(self._contents.values())

        return pack

    def image(self) -> QImage:
        """The picture."""
        self.making.paint()
        return self._image or QImage()

    def content(self, key: str) -> bytes:
        """The file of a format."""
        self.making.now()
        return self._contents[key]

    def urls(self) -> list[QUrl]:
        """Both as files. OSError."""
        self.making.now()
        assert self._files is not None
        return [
            _written(self._files.with_name(f"{self._files.name}.{key}"), one) for key, one in self._contents.items()
        ]

    def offer(self) -> None:
        """Put it on the clipboard."""
        self.making.finished.connect(self._keep)
        QGuiApplication.clipboard().setMimeData(self.promise)

    def finish(self) -> None:
        """Do what is left, where it is still wanted, and let no thread run on."""
        if QGuiApplication.clipboard().mimeData() is self.promise:
            self._keep()
        self.making.cancel()

    def _keep(self, _made: object = None) -> None:
        """Plain data in place of the promise, where that is still on the clipboard."""
        clipboard = QGuiApplication.clipboard()
        if clipboard.mimeData() is not self.promise:
            return
        try:
            clipboard.setMimeData(self.plain())
        except Exception:
            log.exception("What was copied could not be made")
            clipboard.clear()

    def plain(self) -> QMimeData:
        """All of it, made."""
        mime = QMimeData()
        for key in self.promise.formats():
            if key == _IMAGE_TYPE:
                mime.setImageData(self.image())
            elif key == _FILES_TYPE:
                mime.setUrls(self.urls())
            elif key == _TEXT_TYPE:
                mime.setText(self.content("svg").decode())
            else:
                mime.setData(key, self.content("png" if key == _PNG_TYPE else "svg"))
        return mime


class PromisedMime(Guarded, QMimeData):
    """What the clipboard holds of a figure until it is made."""

    def __init__(self, promised: Promised) -> None:
        super().__init__()
        self._promised = promised
        picture, svg = ("picture" in promised.kinds, "svg" in promised.kinds)
        self._formats = [*((_IMAGE_TYPE, _PNG_TYPE) if picture else ()), *((SVG_TYPE,) if svg else ())]
        if svg and not picture:
            self._formats.append(_TEXT_TYPE)  # for programs that know no other way
        if promised._files is not None:
            self._formats.append(_FILES_TYPE)

    def formats(self) -> list[str]:
        return self._formats

    def hasFormat(self, mimetype: str) -> bool:
        return mimetype in self._formats

    def retrieveData(self, mimetype: str, preferredType: Any) -> Any:
        if mimetype not in self._formats:
            return None
        if mimetype == _IMAGE_TYPE:
            return self._promised.image()
        if mimetype == _FILES_TYPE:
            return self._promised.urls()
        if mimetype == _TEXT_TYPE:
            return self._promised.content("svg").decode()
        return QByteArray(self._promised.content("png" if mimetype == _PNG_TYPE else "svg"))


def _written(path: Path, content: bytes) -> QUrl:
    path.write_bytes(content)
    return QUrl.fromLocalFile(str(path))

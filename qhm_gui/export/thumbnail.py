"""Small pictures of presets, drawn by the views themselves and kept in the cache folder."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QIODevice, QStandardPaths
from PySide6.QtGui import QImage, QImageReader, QPainter

from qhm_gui.appearance.application import APPLICATION
from qhm_gui.appearance.theme import THEMES, Style
from qhm_gui.export.computed import soon
from qhm_gui.export.figure import CLOSE, Figure, drawn
from qhm_gui.files.atomic import write_atomically
from qhm_gui.state.preset_rows import PresetRow
from qhm_gui.text.language import language
from qhm_gui.text.symbols import chosen_letter
from qhm_gui.text.version import VERSION
from qhm_gui.views import VIEWS

#: In units at scale 1, and how many pixels each has.
SIZE, SCALE = (320, 200), 1.5
#: A view may refine its picture for so many seconds.
_SECONDS = 1.5


def figure_of(row: PresetRow, theme: str) -> Figure:
    """What is drawn of a preset: its view, without a title."""
    style = Style(THEMES[theme], 0.7)
    return Figure(VIEWS[row.view], row.state, "", "", style, SIZE, heading=CLOSE, legend="none")


def answers_of(figure: Figure) -> dict[str, Any]:
    """What it shows, as far as that is found soon. For any thread."""
    return soon(figure, _SECONDS)


def drawn_small(figure: Figure, answers: dict[str, Any]) -> QImage:
    """The picture."""
    width, height = (round(side * SCALE) for side in SIZE)
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(figure.style.theme.color("surface"))
    with drawn(figure, answers=answers) as drawing, QPainter(image) as painter:
        painter.scale(SCALE, SCALE)
        drawing.paint(painter)
    return image


def cached(figure: Figure) -> QImage | None:
    """The picture from an earlier time, in the language and with the letter in force."""
    reader = QImageReader(str(_file(figure)), b"png")
    if (reader.size().width(), reader.size().height()) != tuple(round(side * SCALE) for side in SIZE):
        return None
    image = reader.read()
    return None if image.isNull() else image


def keep(figure: Figure, image: QImage) -> None:
    """For the next time; where the disk does not take it, it is drawn again."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # pyright: ignore[reportArgumentType, reportCallIssue]
    path = _file(figure)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, bytes(buffer.data().data()), durable=False)
    except OSError:
        return


def _file(figure: Figure) -> Path:
    told = f"{VERSION} {language()} {chosen_letter()} {figure.description}"
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericCacheLocation)
    return Path(folder) / APPLICATION / "presets" / f"{hashlib.sha256(told.encode()).hexdigest()[:32]}.png"

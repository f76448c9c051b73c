"""Typeset formulas: pictures made once by ziamath, in the colours of a theme."""

from __future__ import annotations

import re
from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSizeF
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgRenderer

from qhm_gui.appearance.theme import Theme
from qhm_gui.drawing.background_colour import text_colors
from qhm_gui.text.help_words import picture_of
from qhm_math.resource_files import ResourceError, resource_text, resources

PICTURES = resources() / "formulas"
#: The size of type, in pixels, that the pictures are made with.
PX = 20.0
_FILL = re.compile('fill="([a-z0-9]+)"')


def natural_size(formula: str) -> QSizeF:
    """Of the picture of a formula, with the letter of the momentum share in force. ResourceError."""
    return _size(picture_of(formula))


def paint_formula(painter: QPainter, area: QRectF, formula: str, theme: Theme) -> None:
    """Fill ``area``, of the picture's own proportions. Shapes stay shapes in PDF and SVG. ResourceError.

    A term of :data:`~qhm_gui.text.help_words.COLOURED` has the colour of what it is in the picture.
    """
    name = picture_of(formula)
    _coloured(name, theme).render(painter, area)


@lru_cache(maxsize=64)
def _coloured(name: str, theme: Theme) -> QSvgRenderer:
    """The picture in the colours of a theme: it is read once and not at each paint."""

    def colored(match: re.Match[str]) -> str:
        name = match[1]
        color = theme.color("text") if name == "black" else text_colors(theme, None, name, "text")[0]
        return f'fill="{color.name()}"'

    return _rendered(name, _FILL.sub(colored, _text(name)))


@lru_cache(maxsize=64)
def _text(name: str) -> str:
    return resource_text(PICTURES / f"{name}.svg")


@lru_cache(maxsize=64)
def _size(name: str) -> QSizeF:
    return QSizeF(_rendered(name, _text(name)).defaultSize())


def _rendered(name: str, text: str) -> QSvgRenderer:
    found = QSvgRenderer(QByteArray(text.encode()))
    if not found.isValid():
        raise ResourceError(f"{name}.svg", "damaged")
    return found

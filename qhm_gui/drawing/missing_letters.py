"""Letters that the bundled fonts lack: found before anything is drawn, so that none becomes a box.

Another font of the machine draws them where it has their outlines; pictures of letters, as emoji are, cannot be drawn
as lines. What no font has is written by its number.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from PySide6.QtGui import QFont, QRawFont, QTextLayout

from qhm_gui.appearance.theme import FAMILIES, font
from qhm_gui.text.signs import storable

#: The first families are in the program's own files.
_OWN = FAMILIES[:2]
_PX = 24


def drawable(text: str) -> str:
    """The text with the number of each letter that no font has in its place, "[U+1F600]"; no control characters."""
    if not text.isprintable():
        text = storable(text)
    if text.isascii():
        return text
    return "".join(_shown(letter) for letter in text)


def foreign(text: str) -> dict[str, str]:
    """The letters that only another font of the machine has, with its family, in the order of the text."""
    found = {letter: family_of(letter) for letter in dict.fromkeys(text)}
    return {letter: family for letter, family in found.items() if family and family not in _OWN}


def unknown(text: str) -> list[str]:
    """The letters that no font has, in the order of the text."""
    return [letter for letter in dict.fromkeys(text) if family_of(letter) is None]


def named(letters: Iterable[str]) -> str:
    """Letters with their numbers, for a sentence: "ℝ (U+211D)"; where no font has one, its name stands for it."""
    return ", ".join(_named(letter) for letter in letters)


def _named(letter: str) -> str:
    shown = unicodedata.name(letter, "") if family_of(letter) is None else letter
    return f"{shown} ({number_of(letter)})" if shown else number_of(letter)


def number_of(letter: str) -> str:
    """The number of a letter, "U+4E16"."""
    return f"U+{ord(letter):04X}"


def _shown(letter: str) -> str:
    return f"[{number_of(letter)}]" if family_of(letter) is None else letter


@lru_cache(maxsize=4096)
def family_of(letter: str) -> str | None:
    """The family that draws a letter; '' for what is not seen, such as a blank or a joiner; None if there is none."""
    if letter.isspace() or unicodedata.category(letter) in ("Cc", "Cf", "Zs"):
        return ""
    if "\ufe00" <= letter <= "\ufe0f" or "\U000e0100" <= letter <= "\U000e01ef":  # which form of the letter before
        return ""
    for family in _OWN:
        if _own_font(family).supportsCharacter(ord(letter)):
            return family
    return _elsewhere(letter)


@lru_cache(maxsize=8)
def _own_font(family: str) -> QRawFont:
    face = QFont(family)
    face.setPixelSize(_PX)
    return QRawFont.fromFont(face)


def _elsewhere(letter: str) -> str | None:
    layout = QTextLayout(letter, font(_PX))
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    for run in layout.glyphRuns():
        face = run.rawFont()
        if face.pixelSize() <= 0:  # Qt's boxes, for a script that no font has: to ask for their family ends the program
            return None
        if any(glyph == 0 or face.pathForGlyph(glyph).isEmpty() for glyph in run.glyphIndexes()):
            return None
        return face.familyName()
    return None

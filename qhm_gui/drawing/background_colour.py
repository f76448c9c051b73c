"""What lies beneath a text decides its colour and its halo."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from PySide6.QtGui import QColor

from qhm_gui.appearance.colour_maps import luminance
from qhm_gui.appearance.theme import Theme

INK = "#17202A"
THRESHOLD = 0.26
#: The contrast that letters have with their ground (WCAG 2, AA).
READABLE = 4.5
#: The least that a text on a map, which goes from light to dark beneath it, has without a halo.
LEGIBLE = 3.0


class BackgroundColour(NamedTuple):
    """The colour of a pixel, and whether a colour map gave it: no token is legible on all of a map."""

    color: QColor
    is_map: bool = False


def resolve(theme: Theme, name: str, alpha: float | None = None) -> QColor:
    """A token ('muted'), a method's key ('qhm') or any colour text ('#B5136A') in the theme."""
    return theme.color(theme.method_colours.get(name, name), alpha)


def on_map(color: QColor) -> QColor:
    """White on the dark part of a map, ink on the light part, in both themes."""
    return QColor(INK) if luminance(color) > THRESHOLD else QColor("#FFFFFF")


def contrast(one: QColor, other: QColor) -> float:
    """The contrast ratio of two opaque colours, 1 to 21 (WCAG 2)."""
    return _ratio(luminance(one), luminance(other))


def _ratio(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def legible(color: QColor, ground: QColor) -> QColor:
    """The colour, or as much of ink or white in it as letters need on this ground: a thin line does with less."""
    return QColor.fromRgb(_legible(color.rgb(), ground.rgb()))


@lru_cache(maxsize=512)
def _legible(color: int, ground: int) -> int:
    beneath, first = QColor.fromRgb(ground), QColor.fromRgb(color)
    last = max((QColor(INK), QColor("#FFFFFF")), key=lambda end: contrast(end, beneath))
    one, two = ((each.redF(), each.greenF(), each.blueF()) for each in (first, last))
    for part in np.linspace(0, 1, 21):
        red, green, blue = (float(a + part * (b - a)) for a, b in zip(one, two, strict=True))
        mixed = QColor(QColor.fromRgbF(red, green, blue).rgb())  # as it is drawn: in 8 bits
        if contrast(mixed, beneath) >= READABLE:
            return mixed.rgb()
    return last.rgb()


def text_colors(
    theme: Theme,
    beneath: BackgroundColour | None,
    wanted: str | None,
    plain: str,
    tinted: str = "text2",
    along: Iterable[BackgroundColour | None] = (),
) -> tuple[QColor, QColor | None]:
    """The colour of a text and of its halo.

    ``wanted`` holds everywhere, with as much ink or white in it as its ground needs. Without it a text is ``plain`` on
    paper, ``tinted`` on a coloured region, and white or ink on a map. On a map there is no halo: none would fit; unless
    what lies ``along`` the text, paper (None) and regions beside the map too, is light in one place and dark in
    another, so that neither white nor ink is legible on all of it.
    """
    if beneath is None:
        return legible(resolve(theme, wanted or plain), theme.color("surface")), theme.color("surface")
    if beneath.is_map:
        paper = theme.color("surface")
        grounds = [beneath.color, *(paper if each is None else each.color for each in along)]
        inks = [legible(resolve(theme, wanted), beneath.color)] if wanted else [on_map(ground) for ground in grounds]
        lights = [luminance(ground) for ground in grounds]
        distinct = {ink.rgb(): luminance(ink) for ink in inks}
        least = {ink: min(_ratio(light, ground) for ground in lights) for ink, light in distinct.items()}
        best = max(least, key=least.__getitem__)
        if least[best] >= LEGIBLE:
            return QColor(best), None
        return inks[0], on_map(inks[0])
    return legible(resolve(theme, wanted or tinted), beneath.color), beneath.color

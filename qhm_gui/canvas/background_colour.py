"""What lies beneath a text decides its colour and its halo."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from PySide6.QtGui import QColor

from qhm_gui.appearance.colour_maps import luminance
from qhm_gui.appearance.theme import Theme

INK = "#17202A"
THRESHOLD = 0.26


class BackgroundColour(NamedTuple):
    """The colour of a pixel, and whether a colour map gave it: no token is legible on all of a map."""

    color: QColor
    is_map: bool = False


def resolve(theme: Theme, name: str, alpha: float | None = None) -> QColor:
    """A token ('muted'), a method's key ('qhm') or any colour text ('#B5136A') in the theme."""
    return theme.color(dict(theme.methods).get(name, name), alpha)


def on_map(color: QColor) -> QColor:
    """White on the dark part of a map, ink on the light part, in both themes."""
    return QColor(INK) if luminance(color) > THRESHOLD else QColor("#FFFFFF")


def text_colors(
    theme: Theme,
    beneath: BackgroundColour | None,
    wanted: str | None,
    plain: str,
    tinted: str = "text2",
    along: Iterable[BackgroundColour | None] = (),
) -> tuple[QColor, QColor | None]:
    """The colour of a text and of its halo.

    ``wanted`` holds everywhere. Without it a text is ``plain`` on paper, ``tinted`` on a coloured region, and white
    or ink on a map. On a map there is no halo: none would fit; unless what lies ``along`` the text is light in one
    place and dark in another, so that neither white nor ink is legible on all of it.
    """
    if beneath is None:
        return resolve(theme, wanted or plain), theme.color("surface")
    if beneath.is_map:
        if wanted:
            return resolve(theme, wanted), None
        ink = on_map(beneath.color)
        others = (on_map(each.color) for each in along if each is not None and each.is_map)
        return ink, next((other for other in others if other != ink), None)
    return resolve(theme, wanted or tinted), beneath.color

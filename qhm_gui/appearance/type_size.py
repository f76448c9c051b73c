"""How large the type of the canvases is: what is chosen, times what the size of the cards gives."""

from __future__ import annotations

import math

from qhm_gui.appearance.theme import Style, Theme

#: The sizes that can be chosen, in percent.
TYPE_SIZES = (100, 110, 125, 150, 175, 200)
#: The card (width, height in pixels) at which type begins to grow: in a window, and in full screen, which is read
#: from further away.
_WINDOW, _FULL_SCREEN = (720.0, 480.0), (560.0, 372.0)
#: The most that type grows with the card.
_MOST = 1.5
#: Growth is rounded to this, so that a window that is being resized does not change its type with each pixel.
_STEP = 0.05
#: Lines and marks grow by this share of what type grows by.
_LINES = 0.6


def growth(width: float, height: float, *, full_screen: bool) -> float:
    """By what factor type grows in a card of that size: with the root of its narrower side, from 1 to 1.5."""
    across, down = _FULL_SCREEN if full_screen else _WINDOW
    factor = math.sqrt(max(0.0, min(width / across, height / down)))
    return min(max(math.floor(factor / _STEP + 1e-9) / round(1 / _STEP), 1.0), _MOST)


def style_for(theme: Theme, percent: int, factor: float = 1.0) -> Style:
    """The style of canvases whose type is ``percent`` of its usual size, times ``factor``."""
    scale = percent / 100 * factor
    return Style(theme, type_scale=scale, line_scale=1 + _LINES * (scale - 1))


def neighbour(percent: int, steps: int) -> int:
    """The size that stands so many places after ``percent`` in :data:`TYPE_SIZES`, or its end."""
    index = TYPE_SIZES.index(percent) + steps
    return TYPE_SIZES[min(max(index, 0), len(TYPE_SIZES) - 1)]

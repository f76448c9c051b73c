"""What stands under the mouse is told everywhere on a plot, and beside it: rounding puts an edge at −9·10⁻¹⁹."""

from __future__ import annotations

import logging
from collections.abc import Callable
from itertools import product

import numpy as np
import pytest

from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State, changed
from qhm_gui.window.window import Window
from tests.gui.conftest import QUICK

#: Choices in the headers of cards that put other parameters on the axes.
AXES = [
    {},
    {"good.left_axes": "beta-nu", "good.right_axes": "alpha-beta", "fast.axes": "beta-nu", "choose.axes": "alpha-nu"},
    {"good.left_axes": "alpha-nu", "fast.axes": "alpha-nu", "good.line": "alpha"},
]


def places(span: tuple[float, float]) -> list[np.float64]:
    low, high = span
    beside = 0.3 * (high - low)
    return [np.float64(at) for at in (low - 1e-18, low - beside, (low + high) / 2, high + beside)]


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_a_mouse_at_and_beyond_every_edge_raises_nothing(
    used_window: Callable[..., Window], settle: Callable[[Window], None], page: str, caplog: pytest.LogCaptureFixture
) -> None:
    window = used_window(changed(State(), {**QUICK, "page": page}))
    for choices in AXES:
        if choices and not any(name.startswith(f"{page}.") for name in choices):
            continue
        possible = {name: value for name, value in choices.items() if _allowed(name, value)}
        window.store.replace(changed(State(), {**QUICK, **possible, "page": page}))
        settle(window)
        with caplog.at_level(logging.ERROR, "qhm"):
            for view in window.page.views.values():
                for canvas in view.canvases:
                    for x, y in product(*map(places, (canvas.frame().x_span, canvas.frame().y_span))):
                        at = canvas.frame().x.from_axis(x), canvas.frame().y.from_axis(y)
                        canvas.hovered.emit(float(at[0]), float(at[1]))
                        canvas.left.emit()
        assert [record.getMessage() for record in caplog.records if record.name == "qhm"] == []


def _allowed(name: str, value: str) -> bool:
    try:
        changed(State(), {name: value})
    except ValueError:
        return False
    return True

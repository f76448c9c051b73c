"""The numbers of a window that changes its language change with its words."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas import Axis, Canvas
from qhm_gui.state.state import State, changed
from qhm_gui.text.language import spoken, tr
from qhm_gui.window.window import Window
from tests.gui.conftest import QUICK

THIN = "\N{NARROW NO-BREAK SPACE}"


@pytest.mark.parametrize("page", ["choose", "fast"])
def test_no_axis_keeps_the_numbers_of_the_language_before(
    make_window: Callable[..., Window], settle: Callable[[Window], None], page: str
) -> None:
    window = make_window(changed(State(), {**QUICK, "page": page, "choose.budget": 5000}))
    for toggled, (wanted, other) in enumerate(((THIN, ","), (",", THIN), (THIN, ","))):
        if toggled:
            window.toggle_language()
        settle(window)
        numbers = [
            text
            for view in window.page.views.values()
            if (canvas := getattr(view, "_canvas", None)) is not None
            for name in ("bottom", "left")
            for text in canvas.plot_item.getAxis(name).tickStrings([], 1.0, 1.0)
        ]
        assert not any(other in text for text in numbers)
        assert page != "choose" or any(wanted in text for text in numbers)


def test_an_axis_that_was_measured_in_another_language_is_written_in_this_one(qtbot: QtBot) -> None:
    """Words of both languages are measured at the start: "1,000" stayed on an English axis."""
    canvas = Canvas(Style(), Axis(1, 1e5, "log"), Axis(0, 5000))
    qtbot.addWidget(canvas)
    canvas.resize(900, 400)
    axes = [canvas.plot_item.getAxis(name) for name in ("bottom", "left")]
    with spoken("ja"):
        assert all("1,000" in axis.tickStrings([], 1.0, 1.0) for axis in axes)
    assert all(f"1{THIN}000" in axis.tickStrings([], 1.0, 1.0) for axis in axes)


def test_a_whole_number_in_a_sentence_is_grouped_whoever_fills_it_in() -> None:
    assert tr("mean of {runs} runs, bands 50 % and 90 %", runs=2000).startswith(f"mean of 2{THIN}000 runs")
    assert tr("diverges at {step}", step=np.int64(12345)) == f"diverges at 12{THIN}345"
    assert tr("diverges at {step}", step=999) == "diverges at 999"
    with spoken("ja"):
        assert "12,345" in tr("diverges at {step}", step=12345)

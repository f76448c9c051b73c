"""The sweep on the page "Experiments": its map fills, tells its cells, and hands their parameters over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from qhm_gui.canvas.drawn import DrawnArea, DrawnCurve, DrawnMap
from qhm_gui.files import session
from qhm_gui.state.options.experiments import PRESETS
from qhm_gui.state.page_presets import holds
from qhm_gui.state.state import State, changed
from qhm_gui.text.language import spoken, tr
from qhm_gui.views.experiments.sweep import SweepMapResult, SweepView
from qhm_gui.views.shared.sweep_map_view import scale_of
from qhm_gui.window.window import Window
from qhm_math.checks import ParameterError
from qhm_math.data import DataError
from qhm_math.experiments import SweepMap
from qhm_math.progress import SILENT
from tests.gui.conftest import Shown

HERE: dict[str, Any] = {
    "page": "experiments", "expanded": "sweep", "experiments.sweep_problem": "quadratic",
    "experiments.sweep_cells": 6, "experiments.sweep_steps": 50,
}  # fmt: skip
STATE = changed(State(), HERE)


def map_drawn(view: SweepView) -> DrawnMap:
    return next(part for part in view.drawn() if isinstance(part, DrawnMap))


def known(view: SweepView) -> SweepMap:
    found = view.result.found
    assert found is not None
    return found


def test_cells_appear_and_those_that_diverged_are_hatched(shown: Shown) -> None:
    view = shown(SweepView, STATE)
    parts = list(SweepView.compute(SweepView.request(changed(STATE, {"experiments.sweep_steps": 40})), SILENT))
    assert len(parts) > 1
    view.show(parts[0])
    open_cells = np.isnan(known(view).mean)
    assert open_cells.any() and not open_cells.all()
    np.testing.assert_array_equal(np.isnan(map_drawn(view).values), open_cells)
    row, column = np.argwhere(open_cells[:-1, 1:-1])[-1]
    frame = view._canvas.frame()
    x, y = frame.px_x([known(view).xs[column + 1]])[0], frame.px_y([known(view).ys[row]])[0]
    picture = view._canvas.grab().toImage()
    assert picture.pixelColor(round(float(x)), round(float(y))) == frame.color("surface")
    view._hover(float(known(view).xs[-1]), float(known(view).ys[-1]))  # there is nothing yet
    view.show(parts[-1])
    assert np.isfinite(map_drawn(view).values).all()
    assert np.isinf(known(view).mean).any() and any(isinstance(part, DrawnArea) for part in view.drawn())
    edge = next(part for part in view.drawn() if isinstance(part, DrawnCurve))
    np.testing.assert_array_equal(edge.x, known(view).edge()[0])


def test_a_cell_is_told_and_a_click_takes_it_over(shown: Shown) -> None:
    view = shown(SweepView, STATE)
    said: list[str] = []
    edits: list[dict[str, Any]] = []
    view.said.connect(said.append)
    view.edited.connect(edits.append)
    found = known(view)
    x, y = float(found.xs[1]), float(found.ys[2])
    view._hover(x + 0.01, y - 0.02)
    assert (
        said[0].startswith("*α* 0.17")
        and "*β* 0.396" in said[0]
        and "*ν* 1" in said[0]
        and "±" in said[0]
        and "(standard error)" in said[0]
    )
    view._canvas.clicked.emit(x + 0.01, y - 0.02)
    assert edits == [{"tie": "free", "alpha": x, "beta": y, "nu": 1.0}]
    assert not view._heads[0].isVisible(), "the point has another ν"
    view.mark(changed(STATE, edits[0]))
    assert all(head.isVisible() and head.position == (x, y) for head in view._heads)


def test_the_other_map_has_a_fixed_alpha(shown: Shown) -> None:
    view = shown(SweepView, changed(STATE, {"experiments.sweep_axes": "beta-nu", "experiments.sweep_alpha": 0.25}))
    edits: list[dict[str, Any]] = []
    view.edited.connect(edits.append)
    view._canvas.clicked.emit(0.41, 0.6)
    assert edits == [{"tie": "free", "alpha": 0.25, "beta": pytest.approx(0.594), "nu": pytest.approx(0.4)}]
    names = {"nu", "beta", "loss", "standard_error", "accuracy", "expected", "expected_error"}
    assert set(view.table(view.result)) == names


def test_theory_stands_beside_it_in_the_same_colours(shown: Shown) -> None:
    view = shown(SweepView, STATE)
    measured, theory = (part for part in view.drawn() if isinstance(part, DrawnMap))
    found, (expected, error) = known(view), view.result.expected
    assert (error[np.isfinite(expected)] == 0).all(), "it is exact on a quadratic"
    scale = scale_of(found)
    for shown_map, values in ((measured, found.mean), (theory, expected)):
        fine = np.isfinite(values)
        np.testing.assert_allclose(shown_map.values[fine], scale.unit(np.maximum(values, scale.low / 10))[fine])
    both = np.isfinite(found.mean) & np.isfinite(expected)
    assert 0.5 < np.median(found.mean[both] / expected[both]) < 2
    assert {label.text for label in view._names} == {"measured", "theory"}
    said: list[str] = []
    view.said.connect(said.append)
    view._theory.canvas.hovered.emit(float(found.xs[0]), float(found.ys[0]))
    assert "theory" in said[0]
    table = view.table(view.result)
    np.testing.assert_array_equal(np.isnan(table["expected"]), ~np.isfinite(expected.ravel()))

    view.mark(changed(STATE, {"experiments.sweep_beside": "ratio"}))
    ratio = [part for part in view.drawn() if isinstance(part, DrawnMap)][1]
    np.testing.assert_array_equal(np.isnan(ratio.values), ~both)
    assert view._names[1].text == "measured / theory"
    view.mark(changed(STATE, {"experiments.sweep_beside": "nothing"}))
    assert len(view.canvases) == 1 and view._names[0].text == ""


def test_from_scratch_there_is_no_theory(shown: Shown) -> None:
    view = shown(SweepView, changed(STATE, {"experiments.sweep_origin": "scratch"}))
    assert view.result.expected is None and len(view.canvases) == 1
    assert np.isnan(view.table(view.result)["expected"]).all()


def test_a_paused_sweep_trains_nothing_and_goes_on_where_it_stood() -> None:
    going = SweepView.request(changed(STATE, {"experiments.sweep_steps": 33}))
    paused = replace(going, paused=True)
    (nothing,) = SweepView.compute(paused, SILENT)
    assert nothing.waits and nothing.found is None and not nothing.finished
    first = next(iter(SweepView.compute(going, SILENT)))
    waiting = list(SweepView.compute(paused, SILENT))
    assert waiting[-1].expected is not None and waiting[-1].found is not None and first.found is not None
    np.testing.assert_array_equal(waiting[-1].found.mean, first.found.mean)
    again = list(SweepView.compute(going, SILENT))
    assert again[0].found is not None
    np.testing.assert_array_equal(again[0].found.mean, first.found.mean)
    assert again[-1].finished


def test_a_sweep_comes_back_from_a_session_and_its_presets_are_found() -> None:
    state = changed(State(), {**HERE, "experiments.sweep_axes": "beta-nu", "experiments.sweep_origin": "scratch"})
    assert session.load(session.dump(state)) == state
    for key, _, changes in PRESETS:
        if key.startswith("sweep"):
            held = changed(State(), {"page": "experiments", **changes})
            assert holds(changes, held) and SweepView.request(held).settings.cells == 144


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sweep_cells": 60, "sweep_steps": 20_000}, "cells² × steps × seeds"),  # an hour
        ({"sweep_alpha_high": 5e-324}, "at least 10⁻³⁰⁰"),  # a twelfth of it is 0
    ],
)
def test_a_sweep_that_cannot_be_is_refused_in_both_languages(changes: dict[str, float], words: str) -> None:
    with pytest.raises(ParameterError, match=words) as refused:
        changed(STATE, {f"experiments.{name}": value for name, value in changes.items()})
    with spoken("ja"):
        assert tr(refused.value.allowed) != refused.value.allowed


def test_without_the_digits_a_sentence_says_so(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> object:
        raise DataError("digits.npz is missing.")

    view = shown(SweepView, STATE)
    monkeypatch.setattr("qhm_gui.views.experiments.sweep.make_task", missing)
    (result,) = SweepView.compute(SweepView.request(STATE), SILENT)
    assert isinstance(result, SweepMapResult) and result.found is None
    view.show(result)
    assert view.message(STATE) is not None and view.table(result) == {}


@pytest.mark.slow
def test_cancel_keeps_the_cells_and_another_request_takes_over(
    make_window: Callable[..., Window], settle: Callable[[Window], None], qtbot: QtBot
) -> None:
    long = {"experiments.sweep_cells": 40, "experiments.sweep_steps": 1500, "experiments.sweep_seeds": 3}
    window = make_window(changed(STATE, long))
    view = window.page.views["sweep"]
    assert isinstance(view, SweepView)
    qtbot.waitUntil(lambda: view.result is not None, timeout=30_000)
    assert window.page.link.cancel()
    done = np.isfinite(known(view).mean).sum()
    assert 0 < done < 1600
    qtbot.waitUntil(lambda: not window.runner.busy)
    qtbot.wait(50)
    assert np.isfinite(known(view).mean).sum() == done
    window.store.update(**long | {"experiments.sweep_seeds": 4})
    qtbot.waitUntil(lambda: view.result.request.settings.seeds == 4, timeout=30_000)
    window.store.update(**{name: HERE[name] for name in long if name in HERE}, **{"experiments.sweep_seeds": 1})
    settle(window)
    found = known(view)
    assert found.mean.shape == (6, 6) and found.settings.seeds == 1 and not np.isnan(found.mean).any()
    x, y = float(found.xs[2]), float(found.ys[3])
    view._canvas.clicked.emit(x, y)
    assert (window.store.state.alpha, window.store.state.beta, window.store.state.nu) == (x, y, 1.0)
    window.store.undo()
    assert window.store.state.alpha == STATE.alpha
    window.store.update(**{"experiments.sweep_cells": 40, "experiments.sweep_steps": 1500})
    qtbot.waitUntil(lambda: view.result.request.steps == 1500 and view.going, timeout=30_000)
    view.play()
    assert window.store.state.experiments.sweep_paused
    settle(window)
    stands = np.isfinite(known(view).mean).sum()
    assert 0 < stands < 1600 and not view.going
    view.play()
    qtbot.waitUntil(lambda: np.isfinite(known(view).mean).sum() > stands, timeout=30_000)
    view.rewind()
    qtbot.waitUntil(lambda: view.result.found is not None, timeout=30_000)
    view.play()
    settle(window)

"""The sweep on the page "Experiments": its map fills, tells its cells, and hands their parameters over."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from qhm_gui.canvas.drawn import DrawnArea, DrawnCurve, DrawnMap
from qhm_gui.commands.command_line import main
from qhm_gui.files import session
from qhm_gui.state.options.experiments import PRESETS, SWEPT
from qhm_gui.state.page_presets import holds
from qhm_gui.state.state import State, changed
from qhm_gui.state.store import Store
from qhm_gui.text.language import spoken, tr
from qhm_gui.views.experiments.sweep import SweepView
from qhm_gui.views.experiments.sweep_run import SweepMapResult
from qhm_gui.views.shared.sweep_map_picture import scale_of
from qhm_gui.views.shared.sweep_map_view import ratio_of
from qhm_gui.window.opening import Part, read_file
from qhm_gui.window.panel.page_options import PageOptions
from qhm_gui.window.window import Window
from qhm_math.checks import ParameterError
from qhm_math.data import DataError, load_images
from qhm_math.experiments import (
    PROBLEMS,
    Axis,
    LocalNoise,
    SweepError,
    SweepFile,
    SweepMap,
    SweepSettings,
    completed,
    here,
    load_sweep,
    make_task,
    open_grid,
    run_sweep,
)
from qhm_math.experiments.jobs import Job, do_job
from qhm_math.experiments.tasks import SyntheticTask
from qhm_math.probe.measure import Measure
from qhm_math.progress import SILENT
from tests.gui.conftest import Shown
from tests.gui.label_checks import texts_of
from tests.math.test_image_files import DAMAGED, cifar_folder, mnist_folder

HERE: dict[str, Any] = {
    "page": "experiments", "expanded": "sweep", "experiments.sweep_problem": "quadratic",
    "experiments.sweep_cells": 6, "experiments.sweep_steps": 50,
}  # fmt: skip
STATE = changed(State(), HERE)
SMALL_SETTINGS = SweepSettings("quadratic", Axis(0.1, 0.3, 2), Axis(0.0, 0.5, 2), Axis.at(1.0))


def map_drawn(view: SweepView) -> DrawnMap:
    return next(part for part in view.drawn() if isinstance(part, DrawnMap))


def known(view: SweepView) -> SweepMap:
    found = view._found
    assert found is not None
    return found


def has_cells(result: SweepMapResult) -> bool:
    """Whether there is more to see than theory."""
    return result.grid is not None and bool(np.isfinite(result.grid.columns["mean"]).any())


@pytest.mark.slow
def test_cells_appear_and_those_that_diverged_are_hatched(shown: Shown) -> None:
    view = shown(SweepView, STATE)
    parts = list(SweepView.compute(SweepView.request(changed(STATE, {"experiments.sweep_steps": 40})), SILENT))
    view.show(next(filter(has_cells, parts)))
    open_cells = np.isnan(known(view).mean)
    assert open_cells.any() and not open_cells.all()
    np.testing.assert_array_equal(np.isnan(map_drawn(view).values), open_cells)
    frame = view._canvas.frame()
    row = int(np.argwhere(open_cells.all(axis=1))[1, 0])
    y, xs = round(float(frame.px_y([known(view).ys[row]])[0])), frame.px_x([known(view).xs[0], known(view).xs[-1]])
    picture = view._canvas.grab().toImage()
    colors = {picture.pixelColor(x, y).name() for x in range(round(float(xs[0])) + 2, round(float(xs[1])) - 2)}
    edge = {"#ffffff", frame.color("surface").name()}  # of condition (13) there is nothing in this row, and no seam
    assert colors <= edge
    view._hover(float(known(view).xs[-1]), float(known(view).ys[-1]))  # there is nothing yet
    view.show(parts[-1])
    assert np.isfinite(map_drawn(view).values).all()
    areas = {part.color for part in view.drawn() if isinstance(part, DrawnArea)}
    assert np.isinf(known(view).mean).any() and areas == {"div"}  # as on every other map, and in the legend
    edge = next(part for part in view.drawn() if isinstance(part, DrawnCurve))
    np.testing.assert_array_equal(edge.x, known(view).edge()[0])


@pytest.mark.slow
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


def test_that_theory_is_still_measured_is_said_and_can_be_asked_for_again(shown: Shown) -> None:
    """Once all cells were trained, half a minute went by without a word; cancelled, it never came."""
    view = shown(SweepView, STATE)
    notes: list[str] = []
    renewed: list[None] = []
    view.noted.connect(notes.append)
    view.renewed.connect(lambda: renewed.append(None))
    whole = view.result
    assert whole.grid is not None and whole.grid.expected is not None
    words = "Theory follows when curvatures and noise at the minimum are measured."
    view.show(replace(whole, grid=replace(whole.grid, expected=None)))
    assert notes[-1] == words and view.going and view.play_words() == "Pause the training"
    view.given_up()
    assert not view.going and notes[-1] != words and view.play_words() == "Measure curvatures and noise"
    view.play()
    assert renewed == [None]
    view.mark(changed(STATE, {"experiments.sweep_beside": "accuracy"}))
    assert notes[-1] == "" and view.play_words() == "Train all cells again"
    view.mark(STATE)
    view.show(replace(whole, whole=False, grid=replace(whole.grid, expected=None)))
    assert notes[-1] == words and view.play_words() == "Pause the training", "while cells are trained, too"
    view.given_up()
    assert view.play_words() == "Train the missing cells"
    view.play()
    assert renewed == [None, None]
    view.show(whole)
    assert notes[-1] == "" and view.play_words() == "Train all cells again"


def test_a_sweep_in_the_window_is_given_all_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[int] = []

    def sweep(*_: Any, workers: int, theory: bool) -> list[Any]:
        assert theory
        given.append(workers)
        return []

    monkeypatch.setattr("qhm_gui.views.experiments.sweep_run.sweep_here", sweep)
    monkeypatch.setattr("qhm_gui.views.experiments.sweep_run.usable_cores", lambda: 7)
    list(SweepView.compute(SweepView.request(STATE), SILENT))
    assert given == [7]


def curves_drawn(view: SweepView) -> list[DrawnCurve]:
    """The curves below the maps: what theory expects, and what was measured."""
    return [part for part in view._curve.canvas.drawn() if isinstance(part, DrawnCurve) and len(part.x)]


@pytest.mark.slow
def test_the_learning_curve_of_the_cell_stands_below_with_that_of_theory(shown: Shown) -> None:
    view = shown(SweepView, STATE)
    assert view._curve.canvas not in view.canvases, "the current point is on no cell"
    found = known(view)
    view.mark(changed(STATE, {"tie": "free", **found.point(2, 1)}))
    assert view._curve.canvas in view.canvases and found.expected is not None
    theory, measured = curves_drawn(view)
    np.testing.assert_array_equal(measured.y, found.curve[2, 1])
    np.testing.assert_array_equal(theory.y, found.expected.curve[2, 1])
    np.testing.assert_array_equal(measured.x, found.curve_steps())
    assert measured.x[0] == 0 and measured.x[-1] == 49 and measured.y[0] == 0, "it begins at the minimum"
    last_half = measured.x >= 25
    np.testing.assert_allclose(measured.y[last_half].mean(), found.mean[2, 1], rtol=1e-5)
    np.testing.assert_allclose(theory.y[last_half].mean(), found.expected.mean[2, 1], rtol=1e-9)
    assert "theory" in view._curve.words_at(30.2) and "*k*" in view._curve.canvas.x_axis.title
    gone = tuple(int(at) for at in np.argwhere(np.isinf(found.mean))[0])
    view.mark(changed(STATE, {"tie": "free", **found.point(*gone)}))
    assert np.isnan(curves_drawn(view)[-1].y).any()
    view.mark(changed(STATE, {"tie": "free", **found.point(2, 1), "experiments.sweep_beside": "nothing"}))
    assert view.canvases == [view._canvas]


@pytest.mark.slow
def test_the_words_of_a_learning_curve_keep_off_it(shown: Shown) -> None:
    """It stood at the upper left, also where the curve had its peak there."""
    view = shown(SweepView, STATE)
    found = known(view)
    view.mark(changed(STATE, {"tie": "free", **found.point(2, 1)}))
    curve, canvas = view._curve, view._curve.canvas
    peak = np.full_like(found.curve, 0.02)
    peak[2, 1, 6:9] = 4.0
    curve.draw(replace(found, curve=peak, expected=None), (2, 1), "*α* 7.00   *β* 0.180   *ν* 1.000", "qhm")
    canvas.prepare()
    text = next(part for part in texts_of(canvas) if "0.180" in part.words)
    frame = canvas.frame()
    line = [part for part in canvas.drawn() if isinstance(part, DrawnCurve) and len(part.x)][-1]
    left, right = (float(x) for x in frame.px_x([line.x[0], line.x[-1]]))
    x = np.linspace(left, right, 2000)
    places = zip(x.tolist(), np.interp(x, frame.px_x(line.x), frame.px_y(line.y)).tolist(), strict=True)
    assert not any(text.area.contains(x, y) for x, y in places)


@pytest.mark.slow
def test_over_all_three_the_map_is_that_of_the_nearest_share(shown: Shown) -> None:
    three = changed(STATE, {"experiments.sweep_axes": "all", "experiments.sweep_cells": 3, "nu": 0.9})
    view = shown(SweepView, three)
    assert known(view).nu == 1.0 and known(view).mean.shape == (3, 3)
    view.mark(changed(three, {"nu": 0.4}))
    assert known(view).nu == 0.5
    np.testing.assert_array_equal(known(view).mean, view.result.grid.columns["mean"].reshape(3, 3, 3)[1])
    other = changed(STATE, {"experiments.sweep_axes": "alpha-nu", "experiments.sweep_cells": 3})
    view = shown(SweepView, changed(other, {"experiments.sweep_beta": 0.5}))
    assert (known(view).across, known(view).up) == ("alpha", "nu")
    assert known(view).point(2, 1) == {"alpha": pytest.approx(1 / 3), "beta": 0.5, "nu": 1.0}


def test_accuracy_stands_beside_it(shown: Shown) -> None:
    digits = {
        "experiments.sweep_problem": "softmax-digits", "experiments.sweep_cells": 2, "experiments.sweep_steps": 12,
        "experiments.sweep_beside": "accuracy", "experiments.sweep_origin": "scratch",
    }  # fmt: skip
    view = shown(SweepView, changed(STATE, digits))
    found, errors = known(view), [part for part in view.drawn() if isinstance(part, DrawnMap)][1]
    best = np.unravel_index(int(np.argmax(found.accuracy)), (2, 2))
    assert errors.values[best] == errors.values.max() and view._pictures[1].name == "test images"


@pytest.mark.slow
def test_the_file_of_a_sweep_is_opened_and_goes_on(
    shown: Shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = completed(
        SweepSettings("quadratic", Axis(0.02, 0.5, 3), Axis(0.0, 0.9, 2), Axis.at(1.0), epochs=0.2, origin="checkpoint")
    )
    path = tmp_path / "a.sweep"
    with SweepFile.create(path, settings, {}) as file:
        checkpoint = make_task(settings).checkpoint()
        file.keep_checkpoint(checkpoint)
        noise = make_task(settings).local_noise(checkpoint.weights, settings.batch)
        assert noise is not None
        file.keep_noise(noise)
        job = Job(settings, 0, 0, 6, checkpoint.weights)
        file.keep(job, do_job(job))
    part = read_file(path)
    assert isinstance(part, Part) and part.sentence == "a.sweep: quadratic, 6 of 12 runs finished."
    state = changed(State(), part.changes)
    assert session.load(session.dump(state)) == state
    view = shown(SweepView, state)
    assert np.isnan(known(view).mean).all() and known(view).expected is not None and not view.going
    assert view.subtitle(state).startswith("a.sweep: quadratic, 40 steps")
    on = changed(state, {"experiments.sweep_paused": False})
    *_, last = SweepView.compute(SweepView.request(on), SILENT)
    assert last.finished and load_sweep(path).finished.all()
    said: list[str] = []
    view.noted.connect(said.append)
    with SweepFile.open(path, write=True) as file:
        file._connection.execute("DELETE FROM cells WHERE seed = 1")
    path.chmod(0o400)
    monkeypatch.setattr("qhm_math.experiments.sweep_file.os.access", lambda *_: False)  # root may write everywhere
    *_, stands = SweepView.compute(SweepView.request(on), SILENT)
    view.mark(on)
    view.show(stands)
    assert said[-1] == f"{path} may not be written to." and view.message(on) is None and not view.going
    monkeypatch.undo()
    path.chmod(0o600)
    path.write_bytes(b"no sweep")
    (nothing,) = SweepView.compute(SweepView.request(on), SILENT)
    view.show(nothing)
    assert view.message(on) == ("This sweep cannot be trained or shown", f"{path} is no sweep file.")
    with pytest.raises(session.SessionError, match="is no sweep file"):
        read_file(path)


def test_theory_of_a_file_that_has_none_is_measured_into_it(shown: Shown, tmp_path: Path) -> None:
    """A sweep of the command had none in the window, unless the command had been asked for it."""
    settings = completed(
        SweepSettings("quadratic", Axis(0.02, 0.1, 2), Axis(0.0, 0.9, 2), Axis.at(1.0), epochs=0.2, origin="checkpoint")
    )
    path = tmp_path / "a.sweep"
    with SweepFile.create(path, settings, {"images": "{}"}) as file:
        assert run_sweep(file)
    part = read_file(path)
    assert isinstance(part, Part)
    state = changed(State(), part.changes)
    view = shown(SweepView, state)
    said: list[str] = []
    edits: list[dict[str, Any]] = []
    view.noted.connect(said.append)
    view.edited.connect(edits.append)
    view.show(view.result)
    assert known(view).expected is None and said[-1].startswith("No theory stands beside this map")
    assert view.play_words() == "Measure curvatures and noise"
    view.play()
    assert edits == [{"experiments.sweep_paused": False}]
    on = changed(state, edits[0])
    view.mark(on)
    assert load_sweep(path).noise is None
    before, last = SweepView.compute(SweepView.request(on), SILENT)
    view.show(before)
    assert said[-1].startswith("Theory follows")
    view.show(last)
    assert known(view).expected is not None and said[-1] == "" and view.play_words() == "Read the file again"
    assert load_sweep(path).noise is not None
    (again,) = list(SweepView.compute(SweepView.request(on), SILENT))[1:]
    assert again.grid is not None and again.grid.expected is not None, "once"


@pytest.mark.slow
def test_a_sweep_with_descending_axes_has_the_same_map(shown: Shown, tmp_path: Path) -> None:
    maps: list[DrawnMap] = []
    for way, line in (("up", ["0.05:0.4:4:log", "0:0.9:3"]), ("down", ["0.4:0.05:4:log", "0.9:0:3"])):
        path = tmp_path / f"{way}.sweep"
        given = ["--alpha", line[0], "--beta", line[1], "--epochs", "0.2", "--seeds", "1", "--workers", "1"]
        assert main(["sweep", "quadratic", *given, "--out", str(path)]) == 0
        view = shown(SweepView, changed(STATE, {"experiments.sweep_file": str(path)}))
        maps.append(map_drawn(view))
        picture = view._canvas.grab().toImage()
        ground = picture.pixelColor(2, 2)
        inside = view._canvas.frame()
        x, y = round(float(inside.px_x([0.1])[0])), round(float(inside.px_y([0.45])[0]))
        assert picture.pixelColor(x, y) != ground, "there is a map"
    np.testing.assert_allclose(maps[0].values, maps[1].values)


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
    found = known(view)
    assert found.expected is not None
    expected, error = found.expected.mean, found.expected.error
    assert (error[np.isfinite(expected)] == 0).all(), "it is exact on a quadratic"
    scale = scale_of(found)
    for shown_map, values in ((measured, found.mean), (theory, expected)):
        fine = np.isfinite(values)
        np.testing.assert_allclose(shown_map.values[fine], scale.unit(np.maximum(values, scale.low / 10))[fine])
    both = np.isfinite(found.mean) & np.isfinite(expected)
    assert 0.5 < np.median(found.mean[both] / expected[both]) < 2
    assert [picture.name for picture in view._pictures] == ["measured", "theory"]
    said: list[str] = []
    view.said.connect(said.append)
    view._pictures[1].canvas.hovered.emit(float(found.xs[0]), float(found.ys[0]))
    assert "theory" in said[0]
    table = view.table(view.result)
    np.testing.assert_array_equal(np.isnan(table["expected"]), ~np.isfinite(expected.ravel()))

    view.mark(changed(STATE, {"experiments.sweep_beside": "ratio"}))
    ratio = [part for part in view.drawn() if isinstance(part, DrawnMap)][1]
    np.testing.assert_array_equal(np.isinf(ratio_of(found)), ~both)
    assert np.isfinite(ratio.values).all(), "where one diverges it is hatched, not empty as if it were not trained"
    hatched = [sum(isinstance(part, DrawnArea) for part in canvas.drawn()) for canvas in view.canvases]
    assert hatched[1] > 0
    assert view._pictures[1].name == "measured / theory"
    view.mark(changed(STATE, {"experiments.sweep_beside": "nothing"}))
    assert len(view.canvases) == 1 and view._pictures[0].name == ""


def test_from_scratch_there_is_no_theory(shown: Shown) -> None:
    view = shown(SweepView, changed(STATE, {"experiments.sweep_origin": "scratch"}))
    assert known(view).expected is None and len(view.canvases) == 1
    said: list[str] = []
    view.noted.connect(said.append)
    view.retranslate()
    assert said == ["From the initial weights there is no theory."]
    assert np.isnan(view.table(view.result)["expected"]).all()


def test_a_paused_sweep_trains_nothing_and_goes_on_where_it_stood() -> None:
    going = SweepView.request(changed(STATE, {"experiments.sweep_steps": 33}))
    paused = replace(going, paused=True)
    (nothing,) = SweepView.compute(paused, SILENT)
    assert nothing.waits and nothing.grid is None and not nothing.finished
    first = next(filter(has_cells, SweepView.compute(going, SILENT)))
    waiting = list(SweepView.compute(paused, SILENT))
    assert waiting[-1].grid is not None and waiting[-1].grid.expected is not None and first.grid is not None
    np.testing.assert_array_equal(waiting[-1].grid.at().mean, first.grid.at().mean)
    again = list(SweepView.compute(going, SILENT))
    assert again[0].grid is not None
    np.testing.assert_array_equal(again[0].grid.at().mean, first.grid.at().mean)
    assert again[-1].finished


def test_a_sweep_comes_back_from_a_session_and_its_presets_are_found() -> None:
    state = changed(State(), {**HERE, "experiments.sweep_axes": "beta-nu", "experiments.sweep_origin": "scratch"})
    assert session.load(session.dump(state)) == state
    for key, changes in ((one.key, one.changes) for one in PRESETS):
        if key.startswith("sweep"):
            held = changed(State(), {"page": "experiments", **changes})
            assert holds(changes, held) and SweepView.request(held).settings.cells == 144


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sweep_cells": 60, "sweep_steps": 20_000}, "cells² × slices × steps × seeds"),  # an hour
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
    monkeypatch.setattr("qhm_gui.views.experiments.sweep_run.make_task", missing)
    (result,) = SweepView.compute(SweepView.request(STATE), SILENT)
    assert isinstance(result, SweepMapResult) and result.grid is None
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

    def begun(steps: int) -> bool:
        found = view._result is not None and view._found is not None and view._result.request.steps == steps
        return found and bool(np.isfinite(known(view).mean).any())

    qtbot.waitUntil(lambda: begun(1500), timeout=30_000)
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
    qtbot.waitUntil(lambda: begun(1500) and view.going, timeout=30_000)
    view.play()
    assert window.store.state.experiments.sweep_paused
    settle(window)
    stands = np.isfinite(known(view).mean).sum()
    assert 0 < stands < 1600 and not view.going
    view.play()
    qtbot.waitUntil(lambda: np.isfinite(known(view).mean).sum() > stands, timeout=30_000)
    view.rewind()
    qtbot.waitUntil(lambda: view.result.grid is not None, timeout=30_000)
    view.play()
    settle(window)


def test_images_that_are_not_bundled_are_asked_for_and_found_by_any_file_of_theirs(
    shown: Shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qhm_math.experiments.resnet.require_torch", lambda: None)
    problem = {"experiments.sweep_problem": "resnet18-cifar10"}
    view = shown(SweepView, changed(STATE, problem))
    found = view.result
    assert found is not None
    assert found.fault == "CIFAR-10 is not bundled: open data_batch_1.bin of it, or drop its folder on the window."
    view.rewind()  # no more than a sentence
    records = np.random.default_rng(0).integers(0, 256, (20, 3073), dtype=np.uint8)
    records[:, 0] %= 10
    for name in ("data_batch_1.bin", "test_batch.bin"):
        (tmp_path / name).write_bytes(records.tobytes())
    for path in (tmp_path, tmp_path / "test_batch.bin"):
        part = read_file(path)
        assert isinstance(part, Part)
        state = changed(State(), part.changes)
        assert state.experiments.sweep_data == str(tmp_path) and state.experiments.sweep_problem == "resnet18-cifar10"
        assert "20 images to train with, 20 to test with. MD5 (data_batch_1.bin): " in part.sentence
        assert SweepView.request(state).settings.data == str(tmp_path)
    digits = changed(state, {"experiments.sweep_problem": "mlp-digits", "experiments.sweep_width": 5})
    assert SweepView.request(digits).settings.data == "" and SweepView.request(digits).settings.width == 5
    (tmp_path / "test_batch.bin").write_bytes(b"short")
    with pytest.raises(session.SessionError, match="is damaged"):
        load_images.cache_clear()
        read_file(tmp_path)


@pytest.mark.parametrize(
    ("chosen", "folder", "wanted"),
    [
        ("resnet18-fashion", "images", "resnet18-fashion"),
        ("resnet18-fashion", "my-fashion", "resnet18-fashion"),
        ("mlp-mnist", "images", "mlp-mnist"),
        ("mlp-mnist", "my-fashion", "resnet18-fashion"),
        ("softmax-digits", "images", "softmax-mnist"),
    ],
)
def test_images_that_are_dropped_leave_the_problem_that_they_are_for(
    chosen: str, folder: str, wanted: str, tmp_path: Path, make_window: Callable[..., Window]
) -> None:
    """The page asked for Fashion-MNIST, was given it, and trained on MNIST's problem with it."""
    (tmp_path / folder).mkdir()
    mnist_folder(tmp_path / folder)
    window = make_window(State())
    window.store.update(**{"experiments.sweep_problem": chosen})
    part = read_file(tmp_path / folder)
    assert isinstance(part, Part)
    window.document.take(part)
    options = window.store.state.experiments
    assert (options.sweep_problem, options.sweep_data) == (wanted, str(tmp_path / folder))


def test_a_fault_is_told_in_the_language_in_force(shown: Shown, tmp_path: Path) -> None:
    path = tmp_path / "a.sweep"
    state = changed(STATE, {"experiments.sweep_file": str(path)})
    view = shown(SweepView, state)
    noted: list[str] = []
    view.noted.connect(noted.append)
    assert view.empty(state) == ("This sweep cannot be trained or shown", f"{path} is no file.")
    known_map = SweepMapResult(
        view.request(state), open_grid(SMALL_SETTINGS, 5), error=SweepError("{path} is no file.", path="a")
    )
    with spoken("ja"):
        found = view.empty(state)
        assert found is not None and found[1] == f"{path} というファイルはありません。"
        view.show(known_map)
        assert noted[-1] == "a というファイルはありません。"
    view.retranslate()
    assert noted[-1] == "a is no file.", "it is still told"


def test_every_problem_can_be_trained_in_the_window() -> None:
    assert {key for key, *_ in SWEPT} == set(PROBLEMS)


def test_without_pytorch_the_page_says_what_to_install(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    make_task.cache_clear()
    view = shown(SweepView, changed(STATE, {"experiments.sweep_problem": "resnet18-fashion"}))
    assert view.result is not None and "pip install 'qhm-explorer[train]'" in view.result.fault


def test_a_width_of_zero_is_said_to_be_automatic(qtbot: QtBot) -> None:
    state = changed(STATE, {"experiments.sweep_problem": "mlp-digits"})
    assert "sweep_width" in state.experiments.panel_fields(state)
    assert "sweep_width" not in STATE.experiments.panel_fields(STATE)
    options = PageOptions(Store(state))
    qtbot.addWidget(options)
    options.follow(state, QColor("black"))
    row = options.form.row("experiments.sweep_width")
    assert "auto" in [edit.text() for edit in row.findChildren(QLineEdit)]


@pytest.mark.parametrize("what", DAMAGED)
def test_damaged_images_are_refused_in_the_language_in_force(what: str, tmp_path: Path) -> None:
    name, content, _ = DAMAGED[what]
    (cifar_folder if name.endswith(".bin") else mnist_folder)(tmp_path)
    (tmp_path / name).write_bytes(content)
    load_images.cache_clear()
    with spoken("ja"), pytest.raises(session.SessionError, match=r"[ぁ-ん]"):
        read_file(tmp_path)
    load_images.cache_clear()


@pytest.mark.slow
def test_a_sweep_that_is_trained_here_says_that_its_checkpoint_is_no_minimum(
    shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file of a sweep and a recording did; this one knew the curvatures of its noise no more."""
    saddle = LocalNoise(Measure(np.array([[-1.0, 2.0]]), np.array([[1.0, 3.0]])), 0.1, 0.01, 1e4)
    monkeypatch.setattr(here, "_noises", {})
    monkeypatch.setattr(SyntheticTask, "local_noise", lambda *_: saddle)
    view = shown(SweepView, changed(STATE, {"experiments.sweep_steps": 30}))
    noted: list[str] = []
    view.noted.connect(noted.append)
    view.retranslate()
    assert noted[-1].startswith("The checkpoint is no minimum: 25\u2009% of the noise"), noted

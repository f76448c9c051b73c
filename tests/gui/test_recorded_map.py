"""Figure 3's other rows: the recorded maps as the view shows them, and the commands that made them."""

from __future__ import annotations

import argparse
from dataclasses import replace

import numpy as np
import pytest

from qhm_gui.canvas.drawn import DrawnCurve, DrawnMap
from qhm_gui.commands import sweep
from qhm_gui.state.paper_presets import FIGURES
from qhm_gui.state.recordings import RECORDINGS
from qhm_gui.state.state import changed
from qhm_gui.views.good.recorded_map import RecordedMapView
from qhm_math.experiments import SweepSettings, completed
from qhm_math.experiments.recordings import FOLDER, load_recording

PRESETS = [row for row in FIGURES.values() if row.view == "recorded"]


def test_every_recording_has_a_file_and_a_figure() -> None:
    assert {path.stem for path in FOLDER.glob("*.npz")} == set(RECORDINGS)
    assert {row.state.good.recorded for row in PRESETS} == set(RECORDINGS)


def test_maps_that_share_cells_have_the_same_losses_there() -> None:
    """So they start at one minimum, and meet the same mini-batches."""
    over_alpha, over_nu = load_recording("resnet18-nu-1"), load_recording("resnet18-alpha-2.16")
    column = int(np.argmin(np.abs(over_alpha.xs - over_nu.settings.alpha.low)))
    np.testing.assert_array_equal(over_alpha.mean[:, column], over_nu.mean[:, -1])
    softmax = [load_recording(key) for key in ("softmax-nu-1", "softmax-nu-0.7")]
    np.testing.assert_allclose(softmax[0].mean[0], softmax[1].mean[0], rtol=1e-3)  # at β = 0 there is no ν


@pytest.mark.slow
def test_theory_stands_beside_the_recorded_maps_of_softmax(shown) -> None:
    for key in ("softmax-nu-1", "softmax-nu-0.7", "softmax-alpha-2.2"):
        found = load_recording(key)
        assert found.expected is not None
        inside = np.isfinite(found.expected.mean)
        ratio = found.mean[inside] / found.expected.mean[inside]
        assert 1 < np.median(ratio) < 2
    calm = load_recording("softmax-nu-0.7")
    assert calm.expected is not None
    assert (np.abs(calm.mean / calm.expected.mean - 1)[:, 0] < 0.15).all(), "where alpha is small it holds"
    state = changed(PRESETS[1].state, {"good.recorded_beside": "theory", "tie": "free", **calm.point(20, 8)})
    view = shown(RecordedMapView, state)
    assert len([part for part in view.drawn() if isinstance(part, DrawnMap)]) == 2
    curves = [part for part in view._curve.canvas.drawn() if isinstance(part, DrawnCurve) and len(part.x)]
    np.testing.assert_array_equal(curves[-1].y, calm.curve[20, 8])


@pytest.mark.slow
def test_theory_stands_beside_the_recorded_maps_of_a_network_which_say_that_they_begin_at_no_minimum(shown) -> None:
    for key in ("resnet18-nu-1", "resnet18-nu-0.7"):
        found = load_recording(key)
        assert found.expected is not None
        calm = (found.xs > 0.03) & (found.xs < 0.2)
        ratio = found.mean[:-1, calm] / found.expected.mean[:-1, calm]
        assert (ratio > 0.7).all() and (ratio < 1.25).all() and 0.9 < np.median(ratio) < 1.1
        assert np.isinf(found.expected.mean[0, -1]) and np.isfinite(found.mean).all(), "beyond (13) nothing diverges"
    state = changed(FIGURES["figure-3-7"].state, {"good.recorded_beside": "theory"})
    view = shown(RecordedMapView, changed(state, {"good.recorded_beside": "nothing"}))
    noted: list[str] = []
    view.noted.connect(noted.append)
    view.mark(state)
    assert noted[-1].startswith("The checkpoint is no minimum: 39\u2009% of the noise is on negative curvature")
    view.mark(changed(state, {"good.recorded_beside": "nothing"}))
    assert noted[-1] == ""
    calm_view = shown(RecordedMapView, changed(PRESETS[0].state, {"good.recorded_beside": "theory"}))
    assert calm_view._found is not None and calm_view._found.negative_share == 0.0


@pytest.mark.parametrize("key", RECORDINGS)
def test_the_command_in_a_recording_is_that_of_its_settings(key: str) -> None:
    found = load_recording(key)
    parser = argparse.ArgumentParser()
    sweep.add_arguments(parser)
    words = found.about["command"].split()
    given = sweep._given(parser.parse_args([*words[1:], "--out", "x"]))
    settings = completed(SweepSettings(**{**sweep._DEFAULTS, **given}))
    assert replace(settings, data=settings.data.rpartition("/")[2]) == found.settings


@pytest.mark.parametrize("preset", PRESETS, ids=lambda row: row.key)
@pytest.mark.slow
def test_the_map_shows_every_cell_and_condition_13(shown, preset) -> None:
    view = shown(RecordedMapView, preset.state)
    found = load_recording(preset.state.good.recorded)
    drawn = view.drawn()
    (cells,) = (part for part in drawn if isinstance(part, DrawnMap))
    assert cells.values.shape == found.mean.shape
    finite = np.isfinite(found.mean)
    order = np.argsort(found.mean[finite])
    assert (np.diff(cells.values[finite][order]) <= 1e-12).all(), "light is low"
    (edge,) = (part for part in drawn if isinstance(part, DrawnCurve))
    np.testing.assert_array_equal(edge.x, found.edge()[0])
    table = view.table(view.result)
    np.testing.assert_array_equal(table["loss"][finite.ravel()], found.mean[finite])


def test_the_status_line_tells_a_cell(shown) -> None:
    view = shown(RecordedMapView, PRESETS[0].state)
    said: list[str] = []
    view.said.connect(said.append)
    found = load_recording(PRESETS[0].state.good.recorded)
    view._hover(float(found.xs[3]) + 0.01, float(found.ys[5]))
    assert said[0].startswith("*α* 0.67") and "±" in said[0] and "(standard error)" in said[0] and "%" in said[0]

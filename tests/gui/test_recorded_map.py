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
from qhm_gui.views.good.recorded_map import RecordedMapView
from qhm_math.experiments import SweepSettings, completed
from qhm_math.experiments.recordings import FOLDER, load_recording

PRESETS = [row for row in FIGURES.values() if row.view == "recorded"]


def test_every_recording_has_a_file_and_a_figure() -> None:
    assert {path.stem for path in FOLDER.glob("*.npz")} == set(RECORDINGS)
    assert {row.state.good.recorded for row in PRESETS} == set(RECORDINGS)


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

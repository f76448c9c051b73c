"""A CSV tells the unit and the meaning of every column, and is one table that NumPy reads, of every view and page."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qhm_gui.appearance.application import make_application
from qhm_gui.export import EXPORTERS
from qhm_gui.export.compose import compose
from qhm_gui.export.computed import soon
from qhm_gui.export.options import ExportOptions
from qhm_gui.export.page import sheet
from qhm_gui.export.scene import page_scene, view_scene
from qhm_gui.files.probe_file import examples, read_probe
from qhm_gui.files.provenance import read_state
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State, changed
from qhm_gui.text.language import spoken
from qhm_gui.views import VIEWS
from qhm_gui.views.columns import column_of
from qhm_gui.views.good.stationary_cloud import CloudView
from qhm_gui.views.view import Table, View
from qhm_math.declared import declared_fields
from qhm_math.expression import TypedLoss
from qhm_math.probed import OfProbe
from qhm_math.progress import SILENT
from tests.gui.conftest import QUICK
from tests.gui.test_language import TABLE

FEW: dict[str, Any] = {**QUICK, "steps": 20, "runs": 4}
#: Beside the choices in a card's header: what else decides which columns there are.
STATES: tuple[dict[str, Any], ...] = ({}, {"loss": TypedLoss("x**4 + y**4")}, {"tie": "nag"}, {"alpha": 1e5})


def tables_of(view: type[View]) -> Iterator[Table]:
    """The tables of the view's first answers: in each state, and for every choice in the card's header."""
    own = [{"choose.spectrum": OfProbe.of(read_probe(examples()[0]))}] if view.key == "training_run" else []
    for changes in (*STATES, *own):
        base = changed(State(), {**changes, **FEW})
        variants = [base]
        for option in view.options if not changes else ():
            owner, _, name = option.field.rpartition(".")
            declared = declared_fields(getattr(base, owner) if owner else base)[name]
            variants += [changed(base, {option.field: key}) for key, _ in declared.choices]
        for state in variants:
            if (
                view.ready(state)
                and (answer := next(iter(view.compute(view.request(state), SILENT)), None)) is not None
            ):
                yield view.table(answer)


@pytest.mark.parametrize("key", VIEWS)
@pytest.mark.slow
def test_every_column_has_a_unit_and_a_meaning_in_both_languages(key: str) -> None:
    view = VIEWS[key]
    tables = list(tables_of(view))
    assert tables
    for name in dict.fromkeys(name for table in tables for name in table):
        found = column_of(name, view.columns)
        assert found is not None, f"the view {key} says nothing of its column {name}"
        column, blanks = found
        assert column.meaning in TABLE and all(blanks.values())
        numbers = {table[name].dtype.kind in "iuf" for table in tables if name in table}
        assert numbers == {column.unit != ""}, f"{key}, {name}: texts have no unit, numbers have one"


@pytest.mark.parametrize(
    "key",
    [
        *VIEWS,
        *(page if page in ("explore", "compare") else pytest.param(page, marks=pytest.mark.soak) for page in PAGES),
    ],
)
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Input line")  # NumPy's, that comments count for no rows
def test_a_csv_is_one_table_with_a_comment_for_each_column(key: str) -> None:
    make_application()
    scene = view_scene(key) if key in VIEWS else page_scene(PAGES[key])
    figure = compose(scene, changed(State(), FEW), ExportOptions())
    with sheet(figure, soon(figure, 0.05)) as drawing:
        tables = drawing.tables()
        text = EXPORTERS["csv"].encode(drawing).decode()
    lines = text.splitlines()
    comments = [line for line in lines if line.startswith("#")]
    assert [line for line in lines if not line] == []
    for each, table in tables.items():
        place = comments.index(f"# view: {each}")
        told = {row[1] for row in csv.reader(comments[place:]) if len(row) > 1}
        assert set(table) <= told, f"{each}: {set(table) - told}"
    if not tables:
        return
    names = next(csv.reader([lines[2]]))
    assert len(set(names)) == len(names)
    longest = max(len(values) for table in tables.values() for values in table.values())
    assert len(lines) == len(comments) + 1 + longest
    if longest > 10_000:  # the largest maps are read by their first rows
        text = "\n".join(lines[: len(comments) + 100])
    read = np.loadtxt(io.StringIO(text), comments="#", delimiter=",", quotechar='"', dtype=str, ndmin=2)[1:]
    for each, table in tables.items():
        for name, values in table.items():
            name = name if len(tables) == 1 else f"{each}.{name}"
            column, shown = read[: len(values), names.index(name)], values[: len(read)]
            if values.dtype.kind == "f":
                found = [float(cell) if cell else np.nan for cell in column]
                np.testing.assert_array_equal(found, shown, err_msg=name)
            else:
                assert column.tolist() == [str(value) for value in shown], name


@pytest.mark.slow
@pytest.mark.parametrize("key", ["path", "roots", "optima", "several"])
def test_numpy_finds_the_names_of_columns_in_the_third_line(key: str) -> None:
    make_application()
    figure = compose(view_scene(key), changed(State(), FEW), ExportOptions())
    with sheet(figure, soon(figure, 0.05)) as drawing:
        text, table = EXPORTERS["csv"].encode(drawing).decode(), drawing.tables()[key]
    read = np.genfromtxt(io.StringIO(text), delimiter=",", names=True, skip_header=2)
    assert len(read.dtype.names or ()) == len(table)
    assert all(len(read) == len(values) for values in table.values())


@pytest.mark.slow
def test_a_spreadsheet_tears_no_comment_apart_and_keeps_the_state(tmp_path: Path) -> None:
    """Its cells are those of the csv module; what it writes again has other signs between them, and empty cells."""
    make_application()
    state = changed(State(), FEW)
    figure = compose(page_scene(PAGES["choose"]), state, ExportOptions())
    with sheet(figure, soon(figure, 0.05)) as drawing, spoken("en"):
        text, notes = EXPORTERS["csv"].encode(drawing).decode(), drawing.notes(drawing.tables())
    rows = list(csv.reader(io.StringIO(text)))
    for note in [note for view in notes.values() for note in view]:
        assert ["#", *(" ".join(words.split()) for words in note)] in rows
    for number, sign in enumerate(",;\t"):
        path = tmp_path / f"{number}.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, delimiter=sign, quoting=csv.QUOTE_MINIMAL if sign == "," else csv.QUOTE_ALL).writerows(
                [*row, "", ""] for row in rows[:9]
            )
        assert read_state(path) == state


def test_a_cloud_says_how_much_of_the_runs_it_is() -> None:
    def said(**changes: Any) -> str:
        state = changed(State(), {"steps": 20, "runs": 40, **changes})
        *_, answer = CloudView.compute(CloudView.request(state), SILENT)
        assert answer.measured is not None and len(CloudView.table(answer)["x"]) == len(answer.measured.dots)
        return CloudView.extent(answer)

    assert said() == "all 800 positions of the runs after the burn-in"
    assert said(runs=400, steps=500).startswith("a sample: ")
    with spoken("ja"):
        assert said(runs=400, steps=500).startswith("標本：")
    none = replace(next(iter(CloudView.compute(CloudView.request(State()), SILENT))), measured=None)
    assert CloudView.extent(none) == ""

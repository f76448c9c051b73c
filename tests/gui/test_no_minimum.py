"""A loss without a minimum: every view, export, copy and film of it, and both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QSize
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from qhm_gui.appearance.application import make_application
from qhm_gui.appearance.theme import DARK, LIGHT
from qhm_gui.commands import command_line as cli
from qhm_gui.export import clipboard
from qhm_gui.export.computed import soon
from qhm_gui.export.figure import Figure
from qhm_gui.export.film.stage import Moment, Stage
from qhm_gui.export.page import sheet
from qhm_gui.export.scene import page_scene
from qhm_gui.files import session
from qhm_gui.state.pages import PAGES, view_keys
from qhm_gui.state.state import State, changed
from qhm_gui.text import language
from qhm_gui.views import VIEWS
from qhm_gui.window.window import Window
from qhm_math.expression import TypedLoss
from tests.gui.conftest import QUICK

FALLING: dict[str, Any] = {"loss": TypedLoss("x"), **QUICK, "steps": 20, "runs": 4}


def falling(**changes: Any) -> State:
    """f(x, y) = x, which falls for ever."""
    return changed(State(), {**FALLING, **changes})


def test_the_rows_of_pages_name_every_view() -> None:
    assert set(VIEWS) == view_keys()


@pytest.mark.parametrize("key", sorted(VIEWS))
@pytest.mark.slow
def test_a_view_of_it_is_drawn_or_says_why_not(qtbot: QtBot, key: str) -> None:
    make_application()
    state = falling(page=next(row.key for row in PAGES.values() if key in (*row.views, *row.alone)))
    figure = Figure(VIEWS[key], state)
    assert bool(figure.requests()) == VIEWS[key].ready(state)
    with sheet(figure, soon(figure, 0.1)) as drawing:
        image = QImage(*drawing.size, QImage.Format.Format_ARGB32)
        with QPainter(image) as painter:
            drawing.paint(painter)
        drawing.tables()


@pytest.mark.parametrize("page", sorted(PAGES))
@pytest.mark.slow
def test_a_film_of_it_says_so_on_the_cards(qtbot: QtBot, page: str) -> None:
    make_application()
    state = falling(page=page)
    with Stage(page_scene(PAGES[page]), QSize(640, 360), LIGHT) as stage:
        for step in (0, 1):
            assert not stage.picture(Moment(state, step), {}).isNull()


def test_language_theme_copying_and_dragging_go_on(
    window: Window, settle: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failures: list[str] = []
    monkeypatch.setattr(clipboard, "SCALE", 1.0)  # its pixels are looked at elsewhere
    window.exports.failed.connect(failures.append)
    window.store.update(**FALLING)
    for page in PAGES.values():
        window.store.update(page=page.key)
        settle(window)
        window.toggle_language()
        window.toggle_language()
        window.use_theme(DARK.key)
        window.use_theme(LIGHT.key)
        for at, key in enumerate(page.views):  # each of them draws the view: one a view, all on every page
            if at % 3 == 0:
                window.exports.copy_picture(key)
            elif at % 3 == 1:
                window.exports.copy_svg(key)
            else:
                dragged = window.exports.dragged(key)
                assert dragged is not None and isinstance(dragged.promise, QMimeData)
    assert failures == [] and language.language() == "en"
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.slow
def test_the_command_exports_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "falling.json"
    session.write(file, falling(page="fast"))
    assert cli.main(["export", str(file), "--out", str(tmp_path), "--format", "svg", "--name", "falling"]) == 0
    assert (tmp_path / "falling.svg").exists()
    assert "Traceback" not in capsys.readouterr().err

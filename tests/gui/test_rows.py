"""One file and one row: what is added to a table is in the window, on the command line, in its help and in the dialogs.

Each test adds a row at run time, as short as a row can be, without words or a look of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel, QMenu, QWidget

from qhm_gui.appearance.theme import LIGHT, METHOD_LOOKS
from qhm_gui.commands.command_line import main
from qhm_gui.dialogs import preset_wall
from qhm_gui.dialogs.film import FilmDialog
from qhm_gui.export import EXPORTERS, Exporter
from qhm_gui.export.film.film import FILMS, FilmOptions
from qhm_gui.export.film.writer import FilmFormat
from qhm_gui.files import session
from qhm_gui.state.options.compare import Entry
from qhm_gui.state.pages import PAGES, PagePreset, PageRow
from qhm_gui.state.paper_presets import FIGURES, Preset
from qhm_gui.state.preset_rows import preset_rows
from qhm_gui.state.state import State, changed
from qhm_gui.views import VIEWS
from qhm_gui.views.compare.compared_methods import main_look
from qhm_gui.views.view import View
from qhm_gui.views.view_rows import ViewRow
from qhm_gui.widgets.choice_field import ChoiceField
from qhm_gui.widgets.combo_box import Choice
from qhm_gui.widgets.segments import Segments
from qhm_gui.window.window import Window
from qhm_math.checks import FloatArray
from qhm_math.declared import declared
from qhm_math.declared_parameters import declared_alpha
from qhm_math.losses import FINITE_SUMS, LOSSES, LeastSquares, Quadratic
from qhm_math.methods import METHODS, SGD, Parts, Step
from qhm_math.methods import State as MethodState
from qhm_math.methods.base import Oracle
from qhm_math.noise import NOISES, NoNoise
from qhm_math.schedules import SCHEDULES
from qhm_math.schedules.families import Constant
from tests.gui.conftest import QUICK

TABLES: tuple[dict, ...] = (
    LOSSES,
    FINITE_SUMS,
    METHODS,
    NOISES,
    SCHEDULES,
    PAGES,
    VIEWS.rows,
    FIGURES,
    EXPORTERS,
    FILMS,
)


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Every table is afterwards what it was."""
    before = [dict(table) for table in TABLES]
    yield
    for table, rows in zip(TABLES, before, strict=True):
        table.clear()
        table.update(rows)


@dataclass(frozen=True)
class Bowl(Quadratic):
    key: ClassVar[str] = "bowl"
    title: ClassVar[str] = ""
    summary: ClassVar[str] = ""


@dataclass(frozen=True)
class Sum(LeastSquares):
    key: ClassVar[str] = "sum"
    title: ClassVar[str] = "Another sum"
    summary: ClassVar[str] = ""


@dataclass(frozen=True)
class Walk:
    """Not a word of its own, not even empty ones."""

    alpha: float = declared_alpha(0.1)

    key: ClassVar[str] = "walk"
    source: ClassVar[str] = "this test"
    oracle: ClassVar[Oracle] = "sampled"

    def initialise(self, points: FloatArray) -> MethodState:
        return SGD(self.alpha).initialise(points)

    def update(self, points: FloatArray, state: MethodState, gradient: FloatArray) -> tuple[FloatArray, MethodState]:
        return SGD(self.alpha).update(points, state, gradient)

    def parts(self, state: MethodState) -> Parts:
        return SGD(self.alpha).parts(state)

    def explain(self, step: Step) -> Parts:
        return SGD(self.alpha).explain(step)


@dataclass(frozen=True)
class Steady(Constant):
    key: ClassVar[str] = "steady"
    title: ClassVar[str] = ""
    offset: float = declared(1.0, label="Offset", low=0.0)


@dataclass(frozen=True)
class Hum(NoNoise):
    key: ClassVar[str] = "hum"
    title: ClassVar[str] = ""
    summary: ClassVar[str] = ""
    level: float = declared(1.0, label="Level", low=0.0)


class Empty(View):
    """As little as a view can be."""

    key = "empty_view"
    title = "Nothing at all"

    def __init__(self, style) -> None:
        super().__init__(style)
        self._label = QLabel("nothing")

    @property
    def widget(self) -> QWidget:
        return self._label

    @staticmethod
    def request(state: State) -> tuple[float]:
        return (state.alpha,)

    @staticmethod
    def compute(request, monitor) -> Iterator[tuple[float]]:
        yield request

    def subtitle(self, state: State) -> str:
        return ""

    def show(self, result) -> None:
        self._label.setText(str(result))

    def mark(self, state: State) -> None:
        pass

    @staticmethod
    def table(result) -> dict[str, np.ndarray]:
        return {"alpha": np.array(result)}

    def restyle(self, style) -> None:
        self.style = style


def words_of(choice: Choice | Segments) -> dict[Any, Any]:
    """Key -> what it is called, of every choice."""
    return {option[0]: option[1] for option in choice._options}


def help_of(command: str, capsys: pytest.CaptureFixture[str]) -> str:
    """The command's help on one line, hyphens of broken words and all."""
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    return " ".join(capsys.readouterr().out.split())


def read_back(state: State, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command line reads the state in a file."""
    session.write(path, state)
    capsys.readouterr()
    assert main(["open", "--print", str(path)]) == 0
    assert session.load(capsys.readouterr().out) == state


@pytest.mark.parametrize(("table", "kind"), [(LOSSES, Bowl), (FINITE_SUMS, Sum)])
def test_a_loss(make_window: Callable[..., Window], settle, capsys, tmp_path: Path, table, kind) -> None:
    table[kind.key] = kind
    window = make_window(changed(State(), QUICK))
    assert words_of(window.panel.plane.loss)[kind.key] == (kind.title or kind.key)
    window.panel.plane.loss.chosen.emit(kind.key)
    for page in PAGES if table is LOSSES else ("explore", "compare"):  # a finite sum is on each page: test_page_compare
        window.store.update(page=page)
        settle(window)
    assert window.store.state.loss == kind()
    read_back(window.store.state, tmp_path / "s.json", capsys)


def test_a_method(make_window: Callable[..., Window], settle, capsys, tmp_path: Path, monkeypatch) -> None:
    METHODS["walk"] = Walk  # type: ignore[assignment]
    window = make_window(changed(State(), {"steps": 5, "page": "compare"}))
    settle(window)
    texts: list[str] = []
    monkeypatch.setattr(
        QMenu, "popup", lambda menu, _at: texts.extend(action.text() for action in menu.actions()) or menu.deleteLater()
    )
    window.panel.methods._title.action_triggered.emit()
    assert "walk" in texts
    window.panel.methods.add("walk")
    settle(window)
    assert window.store.state.compare.entries[-1].name == "walk" and not window.page.link.failures
    look = METHOD_LOOKS["walk"]
    assert LIGHT.method("walk") == LIGHT.method("other") and look == METHOD_LOOKS["walk"] and look.name == "walk"
    assert main_look("walk").shape == look.shape
    window.grab()
    read_back(window.store.state, tmp_path / "s.json", capsys)


def test_a_noise(make_window: Callable[..., Window], settle, capsys, tmp_path: Path) -> None:
    NOISES["hum"] = Hum
    window = make_window(changed(State(), {"steps": 5, "runs": 2}))
    noise = window.panel.plane.noise
    assert words_of(noise.editor)["hum"] == "hum"
    noise.committed.emit("hum")
    settle(window)
    assert window.store.state.noise == Hum()
    assert window.panel.plane.noise_form.names() == ["level"]
    read_back(window.store.state, tmp_path / "s.json", capsys)


def test_a_schedule(make_window: Callable[..., Window], settle, capsys, tmp_path: Path) -> None:
    SCHEDULES["steady"] = Steady
    window = make_window(changed(State(), {"steps": 5, "page": "converge", "converge.steps": 50, "converge.runs": 2}))
    settle(window)
    entry = window.panel._page.form.row("converge.alpha.key").entry
    assert isinstance(entry, ChoiceField) and words_of(entry.editor)["steady"] == "steady"
    window.store.update(**{"converge.alpha.key": "steady"})
    settle(window)
    assert type(window.store.state.converge.alpha) is Steady
    assert "converge.alpha.offset" in window.panel._page.form.names()
    read_back(window.store.state, tmp_path / "s.json", capsys)


def test_a_view(make_window: Callable[..., Window], settle, capsys, tmp_path: Path) -> None:
    VIEWS.add(ViewRow("empty_view", f"{__name__}:Empty"))
    PAGES["explore"] = replace(PAGES["explore"], views=(*PAGES["explore"].views, "empty_view"))
    window = make_window(changed(State(), {"steps": 5, "runs": 2}))
    settle(window)
    view = window.page.views["empty_view"]
    assert isinstance(view, Empty) and view.widget.isVisible() and view._label.text() == "(1.7,)"
    dialog = window.exports.dialog("empty_view")
    assert ("view", "Nothing at all") in dialog._fields()["scope"].choices
    window.exports.put_away(dialog)
    for command in ("export", "film"):
        assert "empty_view" in help_of(command, capsys)
    assert main(["export", "1a", "--view", "empty_view", "--format", "csv", "--out", str(tmp_path)]) == 0
    lines = (tmp_path / "empty_view.csv").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == ["alpha", "0.1"]


def test_a_page(make_window: Callable[..., Window], settle, capsys, tmp_path: Path) -> None:
    PAGES["lab"] = PageRow("lab", "The lab", 3, ("loss", "rate"))
    window = make_window(changed(State(), {"steps": 5, "runs": 2, "page": "lab"}))
    settle(window)
    assert list(window.page.views) == ["loss", "rate"]
    assert window.header.tabs.current() == "lab"
    for command in ("export", "film", "screenshots"):
        assert "lab" in help_of(command, capsys)
    assert main(["export", "1a", "--page", "lab", "--format", "csv", "--out", str(tmp_path)]) == 0
    assert "# view: loss" in (tmp_path / "lab.csv").read_text(encoding="utf-8")
    assert main(["screenshots", "--page", "nowhere", "--out", str(tmp_path)]) == 2
    assert f"one of {', '.join(PAGES)}." in capsys.readouterr().err
    dialog = FilmDialog(window, LIGHT, window.store.state, "loss", FilmOptions())
    assert ("page", "the page") in dialog._fields()["scope"].choices
    dialog.deleteLater()
    read_back(window.store.state, tmp_path / "s.json", capsys)


def test_a_preset(make_window: Callable[..., Window], settle, capsys, tmp_path: Path) -> None:
    FIGURES["figure-lab"] = Preset("figure-lab", "Of the lab", "fast", "roots", "Roots", "", "", {"alpha": 0.3})
    window = make_window(changed(State(), {"page": "fast"}))
    settle(window)
    assert words_of(window.panel._page.preset)["figure-lab"] == "Of the lab"
    window.panel._page.preset.chosen.emit("figure-lab")
    assert window.store.state.alpha == 0.3
    assert main(["figures", "--list", "lab"]) == 0
    assert capsys.readouterr().out.split() == ["figure-lab", "Roots:"]
    assert main(["figures", "lab", "--format", "csv", "--out", str(tmp_path)]) == 0
    assert (tmp_path / "figure-lab.csv").is_file()


def test_a_preset_of_a_page(make_window: Callable[..., Window], settle, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a sentence, and on a page that had no presets of its own."""
    row = PagePreset("lab", "Of the lab", {"alpha": 0.3})
    PAGES["compare"] = replace(PAGES["compare"], presets=(row,))
    window = make_window(changed(State(), {"steps": 5, "page": "compare"}))
    settle(window)
    assert words_of(window.panel._page.preset)["lab"] == "Of the lab"
    window.panel._page.preset.chosen.emit("lab")
    assert window.store.state.alpha == 0.3
    shown = [each for each in preset_rows() if each.key == "lab"]
    assert [(each.page, each.view) for each in shown] == [("compare", PAGES["compare"].views[0])]
    monkeypatch.setattr(preset_wall, "preset_rows", lambda: iter(shown))
    wall = preset_wall.PresetWall(window, LIGHT, "compare")
    assert [each.key for each in wall.shown()] == ["lab"] and not wall.grab().isNull()
    wall.close()
    wall.deleteLater()


def test_an_export_format(make_window: Callable[..., Window], settle, capsys, tmp_path: Path) -> None:
    EXPORTERS["txt"] = Exporter("txt", "", lambda sheet: sheet.title.encode(), table=True)
    for command in ("export", "figures"):
        assert "npz, txt;" in help_of(command, capsys)
    assert main(["export", "1a", "--format", "txt", "--out", str(tmp_path)]) == 0
    assert (tmp_path / "figure-1a.txt").read_text(encoding="utf-8").startswith("The best")
    assert main(["export", "1a", "--format", "doc", "--out", str(tmp_path)]) == 2
    assert "txt" in capsys.readouterr().err
    window = make_window(changed(State(), {"steps": 5, "runs": 2}))
    dialog = window.exports.dialog("loss")
    assert words_of(dialog.formats)["txt"] == "txt"
    dialog.formats.chosen.emit("txt")
    assert dialog.options.kind == "txt" and "txt" in dialog.save_button.text()
    window.exports.put_away(dialog)


def test_a_film_format(make_window: Callable[..., Window], capsys, tmp_path: Path) -> None:
    class Writer:
        def __init__(self, path: Path, look) -> None:
            self._path, self._count = path, 0

        def add(self, image) -> None:
            self._count += 1

        def close(self) -> None:
            self._path.write_text(f"{self._count} frames", encoding="utf-8")

        def abandon(self) -> None:
            pass

    FILMS["reel"] = FilmFormat("reel", "", Writer, "numpy")
    assert "FILE.gif or FILE.reel" in help_of("film", capsys)
    out = tmp_path / "film.reel"
    short = ["--seconds", "0.2", "--fps", "10", "--size", "320x240"]
    assert main(["film", "1a", "--sweep", "nu:0:1", "--out", str(out), *short]) == 0
    assert out.read_text(encoding="utf-8") == "2 frames"
    window = make_window(changed(State(), {"steps": 5, "runs": 2}))
    dialog = FilmDialog(window, LIGHT, window.store.state, "loss", FilmOptions(kind="reel"))
    assert ("reel", "reel") in dialog._fields()["kind"].choices
    dialog.deleteLater()


def test_what_is_no_row_is_refused_and_named(capsys, tmp_path: Path) -> None:
    with pytest.raises(session.SessionError, match="not known"):
        session.load(session.dump(State()).replace('"kind": "quadratic"', '"kind": "bowl"'))
    assert Entry().name == "QHM"

"""Films: what a reader of each format finds, both ends of a sweep, what cancelling leaves, and what is refused."""

from __future__ import annotations

import contextlib
import os
import random
import re
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image, UnidentifiedImageError
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from qhm_gui.appearance.application import make_application
from qhm_gui.appearance.theme import LIGHT
from qhm_gui.commands.command_line import main
from qhm_gui.dialogs.film import FilmDialog
from qhm_gui.export.film.film import FILMS, MOST_FRAMES, Film, FilmOptions, computed, make_film, sweepable, whole_sweep
from qhm_gui.export.film.writer import FilmError
from qhm_gui.export.scene import Scene, page_scene, view_scene
from qhm_gui.files import session
from qhm_gui.files.provenance import is_export, read_state
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State, changed
from qhm_gui.text import language
from qhm_gui.text.numbers import grouped
from qhm_gui.widgets.value_field import ValueField
from qhm_gui.window.film_actions import Reel
from qhm_gui.window.window import Window
from qhm_math.expression import TypedLoss
from qhm_math.progress import SILENT, Cancelled

ROOT = Path(__file__).resolve().parents[2]
FEW = changed(State(), {"steps": 24, "runs": 8})
SMALL = FilmOptions(seconds=0.8, rate=10, width=320, height=180)
EXPLORE = page_scene(PAGES["explore"])
QHM = (0xB5, 0x13, 0x6A)

Pictures = list[np.ndarray]


@pytest.fixture(autouse=True)
def application() -> Iterator[None]:
    make_application()
    yield
    language.set_language("en")


def film(scene: Scene | None = None, state: State = FEW, **options: Any) -> Film:
    return Film(scene or view_scene("path"), state, replace(SMALL, **options))


def sweep(scene: Scene | None = None, **options: Any) -> Film:
    return film(scene, **{"what": "sweep", "low": 0.1, "high": 3.0, **options})


def read(path: Path) -> tuple[Pictures, float]:
    """The pictures of a film as its players show them, and its duration in seconds."""
    with contextlib.suppress(UnidentifiedImageError), Image.open(path) as moving:  # GIF, and whatever else Pillow plays
        pictures, seconds = [], 0.0
        for index in range(getattr(moving, "n_frames", 1)):
            moving.seek(index)
            seconds += moving.info["duration"] / 1000
            pictures.append(np.asarray(moving.convert("RGB")).astype(int))
        return pictures, seconds
    with av.open(str(path)) as container:
        duration = container.duration
        assert duration is not None
        pictures = [frame.to_ndarray(format="rgb24").astype(int) for frame in container.decode(video=0)]
    return pictures, duration / 1e6


def apart(one: np.ndarray, other: np.ndarray) -> float:
    """The share of pixels that are clearly different."""
    return float((np.abs(one - other).max(axis=-1) > 40).mean())


# -- what is shown


@pytest.mark.parametrize(("low", "high", "spacing"), [(0.05, 5.0, "log"), (0.1, 0.3, "linear"), (3.3, 0.7, "log")])
def test_a_sweep_visits_both_ends_exactly(low: float, high: float, spacing: str) -> None:
    made = sweep(low=low, high=high, spacing=spacing)
    values = [moment.state.alpha for moment in made.moments()]
    assert (values[0], values[-1], len(values)) == (low, high, 8)
    steps = np.diff(np.log(values) if spacing == "log" else values)
    np.testing.assert_allclose(steps, steps[0], rtol=1e-12)
    assert {moment.step for moment in made.moments()} == {FEW.steps}


def test_what_belongs_to_the_swept_parameter_follows() -> None:
    tied = changed(FEW, {"tie": "nag"})
    states = [moment.state for moment in film(None, tied, what="sweep", path="beta", low=0.0, high=0.9).moments()]
    assert all(state.nu == state.beta for state in states)
    inside = [moment.state for moment in sweep(path="loss.mu", low=0.02, high=0.5).moments()]
    assert [state.curvatures[0] for state in inside] == pytest.approx(np.linspace(0.02, 0.5, 8))
    whole = [moment.state.steps for moment in sweep(path="steps", low=1, high=4).moments()]
    assert whole == [1, 1, 2, 2, 3, 3, 4, 4]


def test_playing_begins_at_the_start_and_ends_at_the_end() -> None:
    steps = [moment.step for moment in film().moments()]
    assert (steps[0], steps[-1], len(steps)) == (0, FEW.steps, 8)
    assert steps == sorted(steps)


def test_the_captions_tell_the_value() -> None:
    assert [moment.caption for moment in film().moments()][-1] == "step 24"
    assert [moment.caption for moment in sweep().moments()][-1] == "*α* = 3.00"
    assert [moment.caption for moment in sweep(path="runs", low=2, high=5).moments()][-1] == "runs = 5"


def test_only_what_changes_is_computed() -> None:
    answers = [set(found) for _, found in computed(sweep(EXPLORE, path="start_x", low=-1.0, high=1.0), SILENT)]
    assert answers[0] == {"path", "loss", "stability", "rate"}
    assert set().union(*answers[1:]) == {"path", "loss"}
    assert [found for _, found in computed(film(EXPLORE), SILENT)][1:] == [{}] * 7


@pytest.mark.parametrize("scene", [EXPLORE, view_scene("rate")], ids=["page", "view"])
@pytest.mark.slow
def test_theory_without_a_minimum_is_asked_for_nothing(scene: Scene) -> None:
    made = sweep(scene, state=changed(FEW, {"loss": TypedLoss("x + y"), "steps": 24}), high=0.2)
    moments = list(computed(made, SILENT))
    assert set(moments[0][1]) == {"path", "loss"} & {view.key for view in scene.views}
    with made.stage() as stage:  # says so in place of the pictures
        pictures = [stage.picture(*moment) for moment in moments]
    assert (pictures[0].width(), pictures[0].height()) == (320, 180)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_all_its_views(page: str) -> None:
    scene = page_scene(PAGES[page])
    assert tuple(view.key for view in scene.views) == PAGES[page].views
    places = {(cell.row + line, cell.column) for cell in scene.cells for line in range(cell.rows)}
    assert len(places) == sum(cell.rows for cell in scene.cells)


def test_every_declared_number_can_be_swept() -> None:
    paths = sweepable(State())
    assert {"alpha", "beta", "nu", "start_x", "steps", "loss.mu", "noise.sigma", "fast.kappa"} <= set(paths)
    assert "converge.alpha.exponent" in paths and "converge.alpha.value" not in paths  # the start is the state's own
    assert not {"tie", "loss_scale", "fast.axes", "page"} & set(paths)
    for path in paths:
        options = whole_sweep(FilmOptions(what="sweep"), FEW, path)
        assert options.low != options.high


# -- the files


@pytest.mark.parametrize("kind", FILMS)
@pytest.mark.parametrize("make", [film, sweep], ids=["playback", "sweep"])
@pytest.mark.slow
def test_a_film_reads_back(tmp_path: Path, make: Callable[..., Film], kind: str) -> None:
    path = tmp_path / f"film.{kind}"
    make_film(make(kind=kind), path, SILENT)
    pictures, seconds = read(path)
    assert len(pictures) == 8 and seconds == pytest.approx(0.8, abs=1e-3)
    assert {picture.shape for picture in pictures} == {(180, 320, 3)}
    assert apart(pictures[0], pictures[-1]) > 0.002
    assert np.abs(pictures[0][2, 2] - 255).max() <= 2  # the ground is white
    assert min(np.abs(pictures[-1] - QHM).max(axis=-1).ravel()) <= (0 if kind == "gif" else 40)
    assert [name.name for name in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize(("kind", "rate"), [("mp4", 24), ("gif", 21), ("gif", 7)])
@pytest.mark.slow
def test_a_film_is_as_long_as_it_should_be(tmp_path: Path, kind: str, rate: int) -> None:
    path = tmp_path / f"film.{kind}"
    make_film(film(kind=kind, rate=rate, seconds=1.0), path, SILENT)
    pictures, seconds = read(path)
    assert len(pictures) == rate and seconds == pytest.approx(1.0, abs=1e-3)


@pytest.mark.slow
def test_a_gif_lets_stand_what_stands(tmp_path: Path) -> None:
    """More frames than steps: equal ones are shown longer, not written again."""
    path = tmp_path / "film.gif"
    make_film(film(None, changed(FEW, {"steps": 2}), kind="gif", rate=20, seconds=1.0), path, SILENT)
    pictures, seconds = read(path)
    assert len(pictures) == 3 and seconds == pytest.approx(1.0)


@pytest.mark.parametrize("kind", FILMS)
@pytest.mark.slow
def test_the_same_film_gives_the_same_bytes(tmp_path: Path, kind: str) -> None:
    contents = []
    for name in ("one", "two"):
        make_film(sweep(kind=kind), tmp_path / name, SILENT)
        contents.append((tmp_path / name).read_bytes())
    assert contents[0] == contents[1]


@pytest.mark.parametrize("kind", FILMS)
@pytest.mark.slow
def test_a_film_gives_its_state_back(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"film.{kind}"
    make_film(film(kind=kind, seconds=0.2), path, SILENT)
    if kind == "gif":
        with Image.open(path) as gif:
            assert session.load(gif.info["comment"].decode()) == FEW
    elif kind == "mp4":
        with av.open(str(path)) as container:
            assert session.load(container.metadata["comment"]) == FEW
    assert is_export(path) and read_state(path) == FEW


@pytest.mark.parametrize("kind", FILMS)
@pytest.mark.slow
def test_a_damaged_film_is_refused_or_read(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"film.{kind}"
    make_film(film(kind=kind, seconds=0.2), path, SILENT)
    whole, rng = path.read_bytes(), random.Random(3)
    for _ in range(100):
        at = rng.randrange(min(len(whole), 6000))
        path.write_bytes(rng.choice([whole[:at], whole[:at] + rng.randbytes(8) + whole[at + 8 :]]))
        try:
            assert isinstance(read_state(path), State)
        except session.SessionError as refusal:
            assert str(refusal).endswith(".")


@pytest.mark.slow
def test_a_film_of_a_page_moves_where_the_run_is(tmp_path: Path) -> None:
    path = tmp_path / "page.gif"
    make_film(film(EXPLORE, kind="gif", width=640, height=360), path, SILENT)
    pictures, _ = read(path)
    top, bottom = np.s_[30:190], np.s_[190:]
    assert apart(pictures[0][top], pictures[-1][top]) > 0.002
    assert apart(pictures[0][bottom], pictures[-1][bottom]) == 0  # stability and rate have no playhead


# -- what is left


class Impatient:
    """Cancels after some frames."""

    def __init__(self, frames: int) -> None:
        self.left = frames

    def report(self, fraction: float) -> None:
        self.left -= 1

    def cancelled(self) -> bool:
        return self.left <= 0


@pytest.mark.parametrize("kind", FILMS)
@pytest.mark.parametrize("frames", [0, 3])
@pytest.mark.slow
def test_cancelling_leaves_what_was_there(tmp_path: Path, kind: str, frames: int) -> None:
    path = tmp_path / f"film.{kind}"
    path.write_bytes(b"older")
    with pytest.raises(Cancelled):
        make_film(film(kind=kind), path, Impatient(frames))
    assert [name.name for name in tmp_path.iterdir()] == [path.name]
    assert path.read_bytes() == b"older"


@pytest.mark.slow
def test_a_film_that_is_killed_leaves_the_older_one(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"older")
    arguments = ["film", "2-1", "--view", "path", "--out", str(path), "--seconds", "100", "--size", "320x180"]
    arguments.append("--force")
    process = subprocess.Popen([sys.executable, str(ROOT / "main.py"), *arguments])
    try:
        end = time.monotonic() + 60
        while not any(part.stat().st_size for part in tmp_path.glob(".film.mp4.*.part")):
            assert process.poll() is None and time.monotonic() < end
            time.sleep(0.05)
    finally:
        process.kill()
        process.wait()
    assert path.read_bytes() == b"older"


@pytest.mark.parametrize("kind", FILMS)
@pytest.mark.slow
def test_a_full_disk_is_a_sentence(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    path = tmp_path / f"film.{kind}"
    with pytest.raises(FilmError, match=r"cannot be written: No space left on device\.$"):
        make_film(film(kind=kind), path, SILENT)
    assert list(tmp_path.iterdir()) == []


def test_what_waits_for_a_full_disk_is_given_up_in_silence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing a file writes what waits in its buffer, which fails once more."""

    class Full:
        def __init__(self, *_: object) -> None:
            pass

        def add(self, image: object) -> None:
            raise OSError(27, "File too large")

        abandon = close = lambda self: self.add(None)

    monkeypatch.setitem(FILMS, "gif", replace(FILMS["gif"], writer=Full))
    with pytest.raises(FilmError, match=r"cannot be written: File too large\.$"):
        make_film(film(kind="gif"), tmp_path / "film.gif", SILENT)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    for path in (tmp_path / "missing" / "film.mp4", tmp_path):
        with pytest.raises(FilmError, match=r"cannot be written: .*\.$"):
            make_film(film(), path, SILENT)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_views_of_a_film_are_gone_with_it(tmp_path: Path) -> None:
    before = len(QApplication.topLevelWidgets())
    make_film(film(), tmp_path / "film.mp4", SILENT)
    QApplication.sendPostedEvents(None, 52)  # DeferredDelete
    assert len(QApplication.topLevelWidgets()) == before


# -- what is refused


@pytest.mark.parametrize(
    ("kind", "module", "words"), [("mp4", "av", "pip install av"), ("gif", "PIL", "pip install pillow")]
)
def test_a_missing_extra_is_a_sentence(
    tmp_path: Path, kind: str, module: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(FilmError) as refused:
        make_film(film(kind=kind), tmp_path / "film", SILENT)
    assert words in str(refused.value) and "\n" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_the_sentence_names_a_package_of_the_extra() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert {re.split("[<>=]", line)[0] for line in extras["video"]} == {row.package for row in FILMS.values()}
    assert any(pin.startswith("qhm-explorer[") and "video" in pin for pin in extras["test"])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"seconds": 0.01}, "0 frames"),
        ({"seconds": 600, "rate": 60}, f"2 to {grouped(MOST_FRAMES)}"),
        ({"kind": "gif", "rate": 60}, "at most 50"),
        ({"kind": "mp4", "width": 321, "height": 242}, "such as 322×242, not 321×242"),
        ({"what": "sweep", "path": "gamma"}, "gamma"),
        ({"what": "sweep", "path": "tie"}, "tie"),
        ({"what": "sweep", "low": 1.0, "high": 1.0}, "two different ends"),
        ({"what": "sweep", "low": 0.0, "spacing": "log"}, "above 0"),
        ({"what": "sweep", "low": -1.0}, "α = −1"),
        ({"what": "sweep", "path": "beta", "low": 0.5, "high": 1.0}, "β = 1"),
        ({"what": "sweep", "path": "runs", "low": 1, "high": 1e9}, "runs"),
    ],
)
def test_what_cannot_be_filmed_is_a_sentence(options: dict[str, Any], words: str) -> None:
    with pytest.raises(FilmError) as refused:
        film(**options)
    assert words in str(refused.value) and str(refused.value).endswith(".")


@pytest.mark.slow
def test_a_film_has_the_size_that_was_asked_for(tmp_path: Path) -> None:
    make_film(sweep(kind="gif", width=321, height=181, seconds=0.2), tmp_path / "a.gif", SILENT)
    assert read(tmp_path / "a.gif")[0][0].shape == (181, 321, 3)


def test_a_view_without_a_playhead_cannot_be_played() -> None:
    with pytest.raises(FilmError, match="playhead"):
        film(view_scene("rate"))
    assert len(list(sweep(view_scene("rate")).moments())) == 8


# -- the command line


@pytest.mark.slow
def test_the_command_makes_a_film(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved, out = tmp_path / "talk.json", tmp_path / "film.mp4"
    saved.write_text(session.dump(FEW), encoding="utf-8")
    arguments = ["film", str(saved), "--view", "stability", "--out", str(out), "--seconds", "0.5", "--fps", "12"]
    assert main([*arguments, "--size", "480x270", "--sweep", "alpha:0.05:5:log"]) == 0
    pictures, seconds = read(out)
    assert (len(pictures), pictures[0].shape) == (6, (270, 480, 3)) and seconds == pytest.approx(0.5)
    assert capsys.readouterr().out.strip() == str(out)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nothing"], "neither a file nor a preset"),
        (["1a", "--page", "nowhere"], "--page nowhere"),
        (["1a", "--view", "nowhere"], "--view nowhere"),
        (["1a", "--page", "explore", "--view", "path"], "not both"),
        (["1a", "--out", "film.avi"], ".mp4 or .gif"),
        (["1a", "--size", "big"], "--size big"),
        (["1a", "--size", "10x10"], "10"),
        (["1a", "--seconds", "soon"], "--seconds: “soon” is not a number."),
        (["1a", "--seconds", "nan"], "nan"),
        (["1a", "--fps", "2.5"], "--fps: “2.5” is not a whole number."),
        (["1a", "--fps", "0"], "0"),
        (["1a", "--sweep", "alpha"], "NAME:FROM:TO"),
        (["1a", "--sweep", "alpha:1:2:cubic"], "NAME:FROM:TO"),
        (["1a", "--sweep", "alpha:low:2"], "low"),
        (["1a", "--sweep", "omega:1:2"], "omega"),
        (["1a", "--theme", "pink"], "pink"),
        (["1a", "--out", "/nowhere/film.mp4", "--sweep", "nu:0:1"], "/nowhere/film.mp4"),
    ],
)
def test_a_mistake_in_the_arguments_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    out = [] if "--out" in arguments else ["--out", str(tmp_path / "film.mp4")]
    assert main(["film", *arguments, *out]) == 2
    told = capsys.readouterr().err.strip()
    assert words in told and told.endswith(".") and "\n" not in told
    assert list(tmp_path.iterdir()) == []


# -- the window


def test_a_film_is_made_while_the_window_goes_on(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    fractions: list[float] = []
    turns: list[float] = []
    window.films.progressed.connect(lambda _words, fraction, _left: fractions.append(fraction))
    clock = QTimer()
    clock.timeout.connect(lambda: turns.append(time.monotonic()))
    clock.start(1)
    window.films.begin(film(EXPLORE, width=640, height=360, seconds=3.0), path)
    window.store.update(alpha=0.9)  # the film has a state of its own
    qtbot.waitUntil(lambda: not window.films.active, timeout=30_000)
    clock.stop()
    pictures, seconds = read(path)
    assert len(pictures) == 30 and seconds == pytest.approx(3.0)
    assert fractions == sorted(fractions) and (fractions[0], fractions[-1]) == (0, 1)
    assert len(turns) > 15  # between the pictures the window has its turn
    assert str(path) in window.status.text()


def test_the_window_and_the_command_make_the_same_film(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    window.films.begin(sweep(), tmp_path / "one.mp4")
    qtbot.waitUntil(lambda: not window.films.active, timeout=30_000)
    make_film(sweep(), tmp_path / "two.mp4", SILENT)
    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()


@pytest.mark.parametrize("kind", FILMS)
def test_escape_cancels_a_film_and_leaves_nothing(window: Window, qtbot: QtBot, tmp_path: Path, kind: str) -> None:
    window.films.begin(film(seconds=60.0, kind=kind), tmp_path / "film")
    qtbot.waitUntil(lambda: len(list(tmp_path.iterdir())) == 1)
    qtbot.wait(100)
    assert window.films.active and "Animation" in window.status.text()
    window.cancel()
    assert not window.films.active and list(tmp_path.iterdir()) == []
    assert "cancelled" in window.status.text()


def test_a_film_that_is_stopped_between_two_moments_says_so(tmp_path: Path) -> None:
    """In the word that the runner takes for no fault."""
    reel = Reel(film(seconds=60.0, kind="gif"), tmp_path / "film.gif")
    reel.stopped = True
    with pytest.raises(Cancelled):
        next(reel.advance(None, SILENT))
    reel.file.abandon()
    assert list(tmp_path.iterdir()) == []


def test_closing_the_window_cancels_a_film(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    window.films.begin(film(seconds=60.0), tmp_path / "film.mp4")
    qtbot.wait(100)
    window.hide()
    window.close()
    assert not window.films.active and list(tmp_path.iterdir()) == []


def test_a_film_that_cannot_be_begun_is_told(window: Window, tmp_path: Path) -> None:
    window.films.begin(film(), tmp_path / "missing" / "film.mp4")
    assert not window.films.active and "cannot be written" in window.status.text()


def test_the_dialog_asks_for_what_matters(window: Window) -> None:
    dialog = FilmDialog(window, LIGHT, window.store.state, "path", FilmOptions())
    assert dialog.form.names() == ["scope", "what", "seconds", "rate", "size", "kind", "theme"]
    dialog.form.edited.emit("what", "sweep")
    assert dialog.form.names()[2:6] == ["path", "low", "high", "spacing"]
    dialog.form.edited.emit("path", "nu")
    assert (dialog.options.low, dialog.options.high, dialog.options.spacing) == (0.0, 1.0, "linear")
    dialog.form.edited.emit("spacing", "log")
    assert dialog.film is None and not dialog.accept_button.isEnabled()
    dialog.form.edited.emit("low", 0.1)
    dialog.form.edited.emit("size", "960x540")
    dialog.form.edited.emit("scope", "page")
    assert dialog.film is not None and len(dialog.film.scene.views) == 4
    assert (dialog.film.look.width, dialog.film.look.height) == (960, 540)
    dialog.form.edited.emit("seconds", -1.0)
    assert "seconds" in dialog.form.error("seconds") and dialog.options.seconds == 4.0
    dialog.accept()  # the film would have another length than the one that is seen
    assert dialog.result() == 0
    seconds = dialog.form.row("seconds").entry
    assert isinstance(seconds, ValueField)
    for typed, accepted in (("1e9", 0), ("0.5", 1)):
        seconds._edit.setText(typed)
        seconds._edit.setModified(True)
        dialog.accept()
        assert dialog.result() == accepted
    assert dialog.film is not None and dialog.film.options.seconds == 0.5
    dialog.deleteLater()


def test_a_view_without_a_playhead_is_swept(window: Window) -> None:
    dialog = FilmDialog(window, LIGHT, window.store.state, "rate", FilmOptions())
    assert "what" not in dialog.form.names() and dialog.film is not None
    dialog.deleteLater()


def test_the_menu_leads_to_a_film(
    window: Window, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def accept(dialog: FilmDialog) -> int:
        asked.append(dialog._view)
        dialog.form.edited.emit("kind", "gif")
        dialog.form.edited.emit("seconds", 0.2)
        return 1

    monkeypatch.setattr(FilmDialog, "exec", accept)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "film"), ""))
    window.page.film_requested.emit("loss")
    qtbot.waitUntil(lambda: not window.films.active, timeout=30_000)
    assert asked == ["loss"]
    assert len(read(tmp_path / "film.gif")[0]) == 6

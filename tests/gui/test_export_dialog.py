"""The dialog of an export, the clipboard, and figures dragged out of the window."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from qhm_gui.appearance.application import make_application
from qhm_gui.canvas.handle import Handle
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.text import Label
from qhm_gui.dialogs.export import ExportDialog
from qhm_gui.export import EXPORTERS, Figure, drawn
from qhm_gui.export import compose as export_compose
from qhm_gui.export import page as export_page
from qhm_gui.export.clipboard import Promised
from qhm_gui.export.compose import ExportError, Words, at_resolution, compose, for_format
from qhm_gui.export.computed import computed
from qhm_gui.export.figure import CLOSE, ROOMY
from qhm_gui.export.formats.png import picture
from qhm_gui.export.formats.svg import svg_bytes
from qhm_gui.export.options import PRESETS, ExportOptions
from qhm_gui.export.page import PageFigure, sheet
from qhm_gui.export.scene import page_scene, view_scene
from qhm_gui.files.provenance import read_state
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State, changed
from qhm_gui.views import VIEWS
from qhm_gui.window import export_actions
from qhm_gui.window.export_actions import remembered
from qhm_gui.window.window import Window
from qhm_math.losses import Plateau

FEW = changed(State(), {"steps": 40, "runs": 10})


@pytest.fixture
def few(make_window: Callable[..., Window]) -> Window:
    """A window with a short run."""
    return make_window(FEW)


@pytest.fixture
def dialog(few: Window, qtbot: QtBot) -> Iterator[Callable[[str], ExportDialog]]:
    """Dialogs over this window, with their previews drawn."""
    made: list[ExportDialog] = []

    def make(view: str) -> ExportDialog:
        made.append(few.exports.dialog(view))
        made[-1].show()
        wait(made[-1], qtbot)
        return made[-1]

    yield make
    for one in made:
        if isValid(one):  # it has not been put away
            few.exports.put_away(one)


def wait(dialog: ExportDialog, qtbot: QtBot) -> None:
    """Until the preview shows what was chosen."""
    before = dialog.preview.image.cacheKey()
    qtbot.waitUntil(lambda: not dialog.busy and dialog.preview.image.cacheKey() != before, timeout=20_000)


def shape(image: QImage) -> float:
    return image.width() / image.height()


@pytest.mark.parametrize("key", PRESETS)
def test_sizes_are_what_they_say(key: str) -> None:
    figure = compose(view_scene("rate"), FEW, ExportOptions(size=key))
    width, height = figure.size
    inches = {"slide": (40 / 3, 7.5), "half": (20 / 3, 7.5), "third": (40 / 9, 7.5), "slide43": (10, 7.5)}
    papers = {"column": (85 / 25.4, 68 / 25.4), "text": (170 / 25.4, 102 / 25.4)}
    assert (width / 144, height / 144) == pytest.approx((inches | papers)[key], abs=0.01)
    assert isinstance(figure, Figure)
    assert figure.style.type_scale * 12 == pytest.approx(16 if key in papers else 25)  # 8 pt, or 25 px of a slide
    assert figure.heading is (CLOSE if key in ("third", *papers) else ROOMY)


def test_a_custom_size_has_its_unit() -> None:
    assert compose(view_scene("rate"), FEW, ExportOptions(size="custom", width=5, height=4, unit="in")).size == (
        720,
        576,
    )
    for unit, value in (("mm", 1), ("px", 10), ("px", 19_000), ("in", 900)):
        with pytest.raises(ExportError, match=rf"A figure must be from .* to .* {unit} wide and high\."):
            compose(view_scene("rate"), FEW, ExportOptions(size="custom", width=value, height=value, unit=unit))


def test_a_page_is_previewed_a_card_a_turn(
    dialog: Callable[[str], ExportDialog], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it in one turn of the event loop holds the window up for a second."""
    one = dialog("")
    figure, shown, begun = one.figure, one.preview.image.copy(), list[object]()
    assert isinstance(figure, PageFigure)
    original = export_page.drawn

    def counted(*given: Any, **named: Any) -> Any:
        begun.append(given)
        return original(*given, **named)

    monkeypatch.setattr(export_page, "drawn", counted)
    one._draw(figure)
    turns = [len(begun)]
    while one.preview.busy:
        one.preview._draw_on()
        turns.append(len(begun))
    assert max(after - before for before, after in pairwise(turns)) == 1
    assert len(begun) == len(figure.figures()) and len(turns) > 2 * len(begun)
    assert one.preview.image == shown and not one.busy
    with sheet(figure, one._answers.of(figure)) as drawing:  # and it is what is painted at once
        room = one.preview.room(figure.size)
        image = QImage(shown.size(), shown.format())
        image.fill(0)
        image.setDevicePixelRatio(shown.devicePixelRatio())
        with QPainter(image) as painter:
            painter.scale(room, room)
            drawing.paint(painter)
    assert image == shown


def test_what_does_not_fit_is_found_out_a_canvas_a_turn(
    dialog: Callable[[str], ExportDialog], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every size is tried until one is large enough."""
    one = dialog("")
    begun = list[object]()
    original = export_compose.drawn

    def counted(*given: Any, **named: Any) -> Any:
        begun.append(given)
        return original(*given, **named)

    monkeypatch.setattr(export_compose, "drawn", counted)
    one.edit("size", "third")
    one.edit("type_scale", 1.6)
    assert isinstance(one.figure, PageFigure)
    one._timer.stop()
    one._draw(one.figure)
    turns = [0]
    while one.preview.busy:
        one.preview._draw_on()
        turns.append(len(begun))
    assert "does not fit" in one.sentence or "fits no size" in one.sentence
    assert len(begun) > 2 and max(after - before for before, after in pairwise(turns)) == 1


def drawn_picture(options: ExportOptions, view: str = "rate", scale: float = 1.0, words: Words | None = None) -> QImage:
    figure = compose(view_scene(view), FEW, options, words)
    with sheet(figure, computed(figure)) as drawing:
        return picture(drawing, scale)


@pytest.mark.slow
def test_a_transparent_background_is_transparent() -> None:
    make_application()
    image = drawn_picture(ExportOptions(ground="clear"), "loss")
    alphas = {image.pixelColor(x, y).alpha() for x, y in ((2, 2), (image.width() - 2, image.height() - 2), (960, 230))}
    assert alphas == {0}
    assert any(image.pixelColor(x, 600).alpha() == 255 for x in range(image.width()))  # lines are not
    assert not drawn_picture(ExportOptions(), "loss").hasAlphaChannel()


@pytest.mark.parametrize("view", ["rate", "loss", "path"])
@pytest.mark.slow
def test_layers_are_hidden_or_shown(view: str) -> None:
    make_application()
    layer = {"rate": "point", "loss": "playhead", "path": "start"}[view]
    pictures = [drawn_picture(replace(ExportOptions(), **{layer: word}), view) for word in ("hidden", "shown")]
    assert pictures[0] != pictures[1]
    figure = compose(view_scene("path"), FEW, ExportOptions())
    with drawn(figure) as drawing:  # pyright: ignore[reportArgumentType]
        assert isinstance(drawing.view.widget, Canvas)
        shown = [item for item in drawing.view.widget.items() if item.isVisible()]
        assert not any(isinstance(item, Handle) for item in shown)
        assert not any(isinstance(item, Label) and "start" in item.text for item in shown)


@pytest.mark.slow
def test_a_legend_stands_where_it_was_asked_for() -> None:
    make_application()
    heights: dict[str, float] = {}
    for place in ("auto", "below", "above", "none"):
        figure = compose(view_scene("path"), FEW, ExportOptions(legend=place))
        with drawn(figure) as drawing:  # pyright: ignore[reportArgumentType]
            heights[place] = drawing._body.top()
            heights[f"{place} bottom"] = drawing._body.bottom()
    assert heights["auto bottom"] == heights["below bottom"] < heights["none bottom"] - 20
    assert heights["above bottom"] == pytest.approx(heights["none bottom"])
    assert heights["above"] - 20 > heights["below"] == heights["none"]
    figure = compose(view_scene("loss"), FEW, ExportOptions())  # its lines are named: no legend
    with drawn(figure) as drawing:  # pyright: ignore[reportArgumentType]
        assert drawing._legend_lines == 0


def test_long_words_take_more_lines() -> None:
    make_application()
    words = Words(
        "A title that is much too long for a third of a slide", "and 副題も長いので折り返します。" * 4, "word " * 60
    )
    with drawn(compose(view_scene("rate"), FEW, ExportOptions(size="third"), words)) as drawing:  # pyright: ignore[reportArgumentType]
        assert len(drawing._wrapped(drawing.title, 15, 600)) > 1
        assert drawing._body.top() > CLOSE.body_top * drawing.figure.style.type_scale
        assert drawing._body.bottom() < drawing.size[1] - 100


def test_maps_are_computed_for_the_size_of_the_file() -> None:
    figure = compose(view_scene("rate"), FEW, ExportOptions())
    assert isinstance(figure, Figure)
    cells = [computed(one)["rate"].rates.shape for one in (figure, for_format(figure, "png"))]
    assert cells == [(360, 480), (540, 960)]
    page = at_resolution(compose(page_scene(PAGES["explore"]), FEW, ExportOptions()), 1)
    assert isinstance(page, PageFigure) and computed(page)["rate"].rates.shape == (540, 960)
    with drawn(for_format(figure, "png")) as drawing:  # pyright: ignore[reportArgumentType]
        assert len(drawing.table()["rate"]) == 360 * 480  # tables hold what the window shows


@pytest.mark.slow
def test_a_loss_without_a_minimum_says_so() -> None:
    make_application()
    state = changed(FEW, {"loss": Plateau()})
    figure = compose(page_scene(PAGES["explore"]), state, ExportOptions())
    with sheet(figure, computed(figure)) as drawing:
        assert set(drawing.tables()) == {"path", "loss"} | ({"stability", "rate"} if state.has_theory else set())
        picture(drawing, 1)


# -- the dialog


def test_the_preview_follows(dialog: Callable[[str], ExportDialog], qtbot: QtBot) -> None:
    shown = dialog("rate")
    assert shape(shown.preview.image) == pytest.approx(16 / 9, abs=0.02)
    light = QImage(shown.preview.image)
    shown.edit("theme", "dark")
    wait(shown, qtbot)
    assert shown.preview.image.pixelColor(3, 3).lightness() < 40 < light.pixelColor(3, 3).lightness()
    shown.edit("size", "half")
    wait(shown, qtbot)
    assert shape(shown.preview.image) == pytest.approx(8 / 9, abs=0.02)
    shown.edit("scope", "page")
    wait(shown, qtbot)
    assert shown.texts.title.value() == "Explore" and shown.texts.subtitle.isHidden()
    assert shown.preview.image.isNull() and "does not fit" in shown.sentence and not shown.save_button.isEnabled()
    shown.edit("size", "slide")
    wait(shown, qtbot)
    assert shown.texts.title.value() == "Explore" and not shown.preview.image.isNull() and shown.save_button.isEnabled()


def test_a_wrong_size_is_refused_in_a_sentence(dialog: Callable[[str], ExportDialog]) -> None:
    shown = dialog("rate")
    shown.edit("size", "custom")
    shown.edit("width", 3.0)
    assert shown.sentence == "A figure must be from 28 to 1\u202f411 mm wide and high."
    assert not shown.save_button.isEnabled()
    shown.edit("width", -1.0)
    assert "width" in shown.form.error("width") and shown.options.width == 3.0
    shown.edit("width", 100.0)
    assert shown.sentence == "" and shown.save_button.isEnabled()


def test_options_are_remembered(dialog: Callable[[str], ExportDialog], few: Window) -> None:
    shown = dialog("rate")
    shown.edit("size", "column")
    shown.edit("kind", "svg")
    few.exports.put_away(shown)
    again = dialog("loss")
    assert (again.options.size, again.options.kind) == ("column", "svg")
    for damaged in ("", "{", "[]", '{"size": "huge"}', '{"size": 3}', '{"unknown": 1}', "[" * 5000):
        assert remembered(damaged) == ExportOptions()


def test_files_are_written_and_failures_said(
    dialog: Callable[[str], ExportDialog], tmp_path: Path, qtbot: QtBot
) -> None:
    shown = dialog("rate")
    shown.edit("size", "third")
    for kind in EXPORTERS:
        shown.edit("kind", kind)
        shown.save_to(tmp_path / f"a.{kind}")
        qtbot.waitUntil(lambda: shown.sentence.startswith("Saved"), timeout=20_000)
        assert read_state(tmp_path / f"a.{kind}") == FEW
    shown.save_to(tmp_path / "a.csv" / "b.npz")
    qtbot.waitUntil(lambda: "could not be saved" in shown.sentence, timeout=20_000)
    shown.edit("kind", "png")
    shown.edit("type_scale", 70.0)  # nothing is made of other numbers than are seen
    shown.save_to(tmp_path / "b.png")
    shown.copy_picture()
    assert shown._making is shown._then is None and shown.form.error("type_scale")


def copied(window: Window, act: str, view: str) -> Promised:
    """What is being copied, once all that it shows is computed."""
    getattr(window.exports, act)(view)
    while window.exports._wanted is not None:
        QGuiApplication.processEvents()
    found = window.exports._copied
    assert found is not None
    return found


def test_a_view_is_copied_as_picture_and_as_svg(few: Window) -> None:
    copied(few, "copy_picture", "stability")
    mime = QGuiApplication.clipboard().mimeData()
    assert mime.hasImage() and QImage(mime.imageData()).width() == 3840
    copied(few, "copy_svg", "stability")
    mime = QGuiApplication.clipboard().mimeData()
    assert b"qhm:state" in bytes(mime.data("image/svg+xml").data()) and mime.text().startswith("<?xml")


def test_a_picture_is_painted_and_packed_while_the_event_loop_turns(few: Window, qtbot: QtBot) -> None:
    """In the call itself nothing is painted or packed: that holds up the window, or who asks for it, not both."""
    making = copied(few, "copy_picture", "stability").making
    assert not making.painted and not making.done
    qtbot.waitUntil(lambda: making.done, timeout=20_000)
    mime = QGuiApplication.clipboard().mimeData()
    assert type(mime) is QMimeData  # nothing of Python's is left for Qt to end after Python
    packed = bytes(mime.data("image/png").data())
    assert packed == making.now() and b"qhm-explorer" in packed
    found, whole = QImage.fromData(packed), QImage(mime.imageData())
    assert found.convertToFormat(whole.format()) == whole and whole.pixelColor(0, 0) == whole.pixelColor(0, 2159)


@pytest.mark.parametrize("turns", [0, 1, 3])
def test_a_picture_can_be_had_at_any_time_also_of_a_window_that_is_closed(few: Window, turns: int) -> None:
    few.exports.copy_picture("stability")
    for _ in range(turns):
        QGuiApplication.processEvents()
    few.exports.copy_picture("loss")
    for _ in range(turns):
        QGuiApplication.processEvents()
    few.close()
    mime = QGuiApplication.clipboard().mimeData()
    assert type(mime) is QMimeData
    assert QImage(mime.imageData()).size() == QSize(3840, 2160)
    assert bytes(mime.data("image/png").data()).startswith(b"\x89PNG")


def test_what_is_copied_meanwhile_elsewhere_stays_on_the_clipboard(few: Window, qtbot: QtBot) -> None:
    making = copied(few, "copy_picture", "stability").making
    QGuiApplication.clipboard().setText("hello")
    qtbot.waitUntil(lambda: making.done, timeout=20_000)
    few.close()
    assert QGuiApplication.clipboard().text() == "hello"


def test_what_the_window_shows_is_not_computed_again_for_a_copy(
    few: Window, settle: Callable[[Window], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(few)

    def never(*_: object) -> None:
        raise AssertionError("computed again")

    monkeypatch.setattr(export_actions, "soon", never)
    few.exports.copy_picture("loss")
    assert few.exports._copied is None  # its views are made in the next turn: with what leads to it that was .13 s
    few.exports.close()
    assert QGuiApplication.clipboard().mimeData().hasImage()
    copied(few, "copy_svg", "loss")
    assert QGuiApplication.clipboard().mimeData().text().startswith("<?xml")


def test_a_card_is_dragged_by_its_title(few: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(few.exports, "drag", asked.append)
    card = few.page._cards["rate"].card
    QTest.mousePress(card, Qt.MouseButton.LeftButton, pos=QPointF(30, 20).toPoint())
    QTest.mouseMove(card, QPointF(34, 20).toPoint())
    assert not asked
    QTest.mouseMove(card, QPointF(80, 60).toPoint())
    QTest.mouseRelease(card, Qt.MouseButton.LeftButton, pos=QPointF(80, 60).toPoint())
    assert asked == ["rate"]
    dragged = few.exports.dragged("stability")
    assert dragged is not None
    mime = dragged.promise
    assert mime.hasImage() and QImage(mime.imageData()).width() == 3840
    assert mime.hasFormat("image/svg+xml") and mime.hasFormat("image/png")
    files = [Path(url.toLocalFile()) for url in mime.urls()]
    assert [file.name for file in files] == ["stability.png", "stability.svg"]
    assert all(read_state(file) == FEW for file in files)


# -- SVG as other programs draw it


@pytest.mark.parametrize("view", ["stability", "rate", "path"])
@pytest.mark.slow
def test_an_svg_looks_like_the_picture(view: str, tmp_path: Path) -> None:
    """Pixels apart by more than a quarter of the range lie along edges. Measured with librsvg: up to 0.08 % of the
    pixels, 0.3 of 255 on average; with Qt: 0.3 % and 3.8. Without its map a rate is apart by 36 % and 58."""
    make_application()
    figure = compose(view_scene(view), FEW, ExportOptions())
    with sheet(figure, computed(figure)) as drawing:
        ours = picture(drawing, 1).convertToFormat(QImage.Format.Format_RGB32)
        content = svg_bytes(drawing)
    theirs = rendered(content, tmp_path).convertToFormat(QImage.Format.Format_RGB32)
    assert theirs.size() == ours.size()
    apart = np.abs(grey(ours) - grey(theirs))
    assert (apart > 64).mean() < 0.005
    assert apart.mean() < 6


def rendered(content: bytes, folder: Path) -> QImage:
    """By librsvg where it is installed, else by Qt's own renderer."""
    tool = shutil.which("rsvg-convert")
    if tool:
        (folder / "a.svg").write_bytes(content)
        subprocess.run([tool, str(folder / "a.svg"), "-w", "1920", "-o", str(folder / "a.png")], check=True)
        return QImage(str(folder / "a.png"))
    renderer = QSvgRenderer(content)
    image = QImage(1920, 1080, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    with QPainter(image) as painter:
        renderer.render(painter, QRectF(image.rect()))
    return image


def grey(image: QImage) -> np.ndarray:
    small = image.convertToFormat(QImage.Format.Format_Grayscale8)
    pixels = np.frombuffer(small.constBits(), np.uint8).reshape(small.height(), small.bytesPerLine())
    return pixels[:, : small.width()].astype(float)


def test_every_view_can_be_exported() -> None:
    assert all(isinstance(compose(view_scene(key), FEW, ExportOptions()), Figure) for key in VIEWS)

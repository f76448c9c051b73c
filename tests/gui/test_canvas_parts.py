"""While a playhead moves only a part of a canvas is painted anew; what then stands there is what all of it would be."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPaintEvent
from PySide6.QtWidgets import QApplication

from qhm_gui.appearance.theme import LIGHT, Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.chips import Tooltip
from qhm_gui.canvas.crosshair import Playhead
from qhm_gui.canvas.curves import PlotCurve
from qhm_gui.canvas.drawn import DrawnText
from qhm_gui.canvas.markers import Head, StepDots
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.text import Label
from qhm_gui.drawing.stroke import Segments
from qhm_gui.views.compare.arrows import Arrow, Arrows
from tests.covering import covered

STEPS = 2000
#: One by one where strokes change their kind with the number of points, far on, back, and off the plot.
JUMPS = [*range(36, 44), *range(116, 126), 500, 501, 502, 900, 120, 0, 1, 2, 1999, 2000, 3]

#: Of 255: how Qt rounds the smooth edge of a stroke depends on its clip, and several edges lie on each other.
EDGE = 8


class Watched(Canvas):
    """Counts the paints of less than the whole of it."""

    parts = 0

    def paintEvent(self, ev: QPaintEvent) -> None:
        self.parts += not ev.region().boundingRect().contains(self.rect())
        super().paintEvent(ev)


@pytest.fixture
def canvas(qtbot) -> Watched:
    """On the screen, in a window of its own."""
    canvas = Watched(Style(LIGHT), Axis(-1.5, 1.5, title="x"), Axis(-1.5, 1.5, title="y"))
    qtbot.addWidget(canvas)
    canvas.resize(420, 300)
    canvas.show()
    qtbot.waitExposed(canvas)
    return canvas


def spiral() -> tuple[np.ndarray, np.ndarray]:
    """It turns in, with noise, and leaves the plot for a while."""
    k = np.arange(STEPS + 1)
    noise = np.random.default_rng(4).normal(size=(2, len(k))) * 0.02
    radius = 1.6 * np.exp(-k / 400)
    return radius * np.cos(k / 9) + noise[0], radius * np.sin(k / 9) + noise[1]


def loss() -> tuple[np.ndarray, np.ndarray]:
    """It goes to the right, with a gap."""
    k = np.arange(STEPS + 1)
    y = 1.4 * np.exp(-k / 300) * np.cos(k / 5)
    y[700:720] = np.nan
    return 3 * k / STEPS - 1.5, y


LINES = {
    "path": lambda c: [c.add(PlotCurve("qhm"))],
    "dashed": lambda c: [c.add(PlotCurve("qhm", dash=(4.4, 1.7)))],
    "theory": lambda c: [c.add(PlotCurve("ink", dash="theory"))],
    "cased": lambda c: [c.add(PlotCurve("#ffffff", casing=True))],
    "pale": lambda c: [c.add(PlotCurve("qhm", alpha=0.4))],
    "wide": lambda c: [c.add(PlotCurve("qhm", width=5.0))],
    "hair": lambda c: [c.add(PlotCurve("qhm", width=0.8))],
    "dots": lambda c: [c.add(StepDots("sgd", 2.6)), c.add(StepDots("shb", 2.6, alpha=0.5))],
    "all": lambda c: [c.add(PlotCurve("qhm", 1.4)), c.add(PlotCurve("sgd", 2.4)), c.add(StepDots("nag"))],
}


def on_screen(canvas: Watched) -> QImage:
    """After all that was asked for has been painted."""
    for _ in range(4):  # a paint may ask for another one, and that for a turn
        QApplication.processEvents()
        while canvas.turns.behind:
            QApplication.processEvents()
    return canvas.screen().grabWindow(canvas.winId()).toImage().convertToFormat(QImage.Format.Format_RGB32)


def afresh(canvas: Watched) -> QImage:
    image = QImage(canvas.size(), QImage.Format.Format_RGB32)
    canvas.render(image)
    return image


def difference(one: QImage, other: QImage) -> int:
    """The largest of a channel."""
    data = (np.frombuffer(image.constBits(), dtype=np.uint8).astype(np.int64) for image in (one, other))
    return int(np.abs(next(data) - next(data)).max())


@pytest.mark.parametrize(("kind", "data"), covered(list(LINES), (spiral, loss)))
@pytest.mark.slow
def test_a_part_is_painted_as_the_whole(canvas: Watched, kind: str, data) -> None:
    items = LINES[kind](canvas)
    head = canvas.add(Head("square", "qhm"))
    x, y = data()
    for item in items:
        item.setData(x, y)
    wrong: list[int] = []
    canvas.parts = 0
    for step in JUMPS:
        for item in items:
            item.set_split(step)
        head.set_position(x[step], y[step])
        if difference(on_screen(canvas), afresh(canvas)) > EDGE:
            wrong.append(step)
    assert not wrong
    assert canvas.parts > len(JUMPS) / 2


@pytest.mark.parametrize("width", [1.8, 5.0])
@pytest.mark.slow
def test_a_past_that_plays_is_that_which_is_drawn_at_once(canvas: Watched, width: float, monkeypatch) -> None:
    """Of lines upon each other only what is new is drawn, in the order of the lines; at rest all of it, as ever."""
    lines = [canvas.add(PlotCurve(color, width)) for color in ("sgd", "qhm", "adam")]
    for turn, line in enumerate(lines):
        line.setData(*np.roll(spiral(), 40 * turn, axis=1))
    drawn: list[int] = []
    kept = Segments.draw_from
    monkeypatch.setattr(Segments, "draw_from", lambda own, *how: drawn.append(how[2] - how[1]) or kept(own, *how))
    canvas.set_playing(True)
    for step in (150, 199, 210, 212, 213, 700, 702, 1100, 1099, 1110, 1999, 2000, 0, 3, 400, 401):
        for line in lines:
            line.set_split(step)
        if step == 702:
            lines[1].set_color("nag")
        if step == 1110:
            canvas.vb.setRange(xRange=(-1.0, 1.0), padding=0)
        assert difference(on_screen(canvas), afresh(canvas)) <= EDGE
    assert sum(points < 20 for points in drawn) >= 12
    canvas.set_playing(False)
    drawn.clear()
    assert difference(on_screen(canvas), afresh(canvas)) == 0 and not drawn


def test_a_text_that_finds_another_place_while_a_part_is_painted_leaves_nothing(canvas: Watched, monkeypatch) -> None:
    playhead = canvas.add(Playhead())
    label = canvas.add(Label("a name that gives way", "text"))
    label.set_position(0.0, 0.0)
    on_screen(canvas)
    monkeypatch.setattr(canvas, "prepare_later", lambda: None)  # the turn has no time for it: the paint itself does it
    places = set()
    for step in (0.1, 0.5, 0.05, -0.3, 0.2, 1.4, 0.15):
        playhead.set_position(step)
        assert difference(on_screen(canvas), afresh(canvas)) <= EDGE
        places |= {spot.area.getRect() for spot in canvas.placer.known(label)}
    assert len(places) > 1


@pytest.mark.slow
def test_of_a_run_of_which_few_points_are_drawn_a_part_is_painted_as_the_whole(canvas: Watched) -> None:
    line = canvas.add(PlotCurve("qhm"))
    noise = np.random.default_rng(5).normal(size=(2, 200_000))
    line.setData(*np.clip(0.3 * noise, -1.4, 1.4))
    assert line.few() is not None
    for step in (60_001, 60_002, 61_000, 60_990, 150_000, 150_300, 20_005, 20_006, 199_990):
        line.set_split(step)
        assert difference(on_screen(canvas), afresh(canvas)) <= EDGE


def test_a_line_that_has_other_data_is_painted_as_a_whole(canvas: Watched) -> None:
    """Its split may move before it is painted: the points that were seen are those of before."""
    line = canvas.add(PlotCurve("qhm"))
    for count in (0, 30, 2000, 3, 0, 500):
        line.setData(*(part[:count] for part in loss()))
        line.set_split(0)
        line.pixels(canvas.frame())
        line.set_split(max(0, count - 2))
        assert difference(on_screen(canvas), afresh(canvas)) <= EDGE


@pytest.mark.slow
def test_arrows_are_painted_where_they_were_and_are(canvas: Watched) -> None:
    arrows = canvas.add(Arrows())
    for turn in np.linspace(0, 6, 13):
        way = 0.4 * np.cos(turn), 0.4 * np.sin(turn)
        arrows.set_arrows(
            -0.5, 0.2, [Arrow(*way, "qhm", "buffer"), Arrow(-way[0], way[1] / 9, "sgd", "step")], "arrows"
        )
        assert difference(on_screen(canvas), afresh(canvas)) <= EDGE


def test_arrows_that_move_have_nothing_painted_as_far_as_their_note(canvas: Watched) -> None:
    """The note of how much they are magnified stands in the corner: one area about both was half of the plot."""
    arrows = canvas.add(Arrows())
    told = [Arrow(0.002, 0.001 * turn, "qhm", "") for turn in range(3)]
    for arrow in told:
        arrows.set_arrows(-1.2, 1.2, [arrow], "arrows")
        on_screen(canvas)
    assert [part.text for part in canvas.drawn() if isinstance(part, DrawnText) and "arrows" in part.text]
    corner = canvas.frame().plot.bottomRight()
    assert not arrows.cover(canvas.frame()).contains(corner.x() - 20, corner.y() - 20)
    (note,) = arrows.companions
    before = note.revision
    arrows.set_arrows(-1.2, 1.2, told[:1], "arrows")
    on_screen(canvas)
    assert note.revision == before and difference(on_screen(canvas), afresh(canvas)) <= EDGE


def test_a_tip_that_is_found_anew_where_it_stands_is_not_painted(canvas: Watched) -> None:
    """What is under the mouse is asked for after every change, at each picture that plays."""
    tip = canvas.add(Tooltip())
    for _ in range(2):
        tip.set_text(["here"])
        tip.set_position(0.3, 0.2)
        on_screen(canvas)
        before = tip.revision
    tip.set_text(["here"])
    tip.set_position(0.3, 0.2)
    assert tip.revision == before
    tip.set_position(0.3, 0.3)
    assert tip.revision > before


@pytest.mark.parametrize(("kind", "what"), covered(list(LINES), ["gaps only", "far off", "no point", "one gap"]))
@pytest.mark.slow
def test_a_split_moves_where_nothing_of_a_line_is_seen(canvas: Watched, kind: str, what: str) -> None:
    """A curve that had no points, as of a view that waits, raised an IndexError as the playhead moved."""
    k = np.arange({"no point": 0, "one gap": 1}.get(what, STEPS + 1), dtype=np.float64)
    y = np.full(len(k), 1e9 if what == "far off" else np.nan)
    for item in LINES[kind](canvas):
        item.setData(k, y)
        on_screen(canvas)
        for step in (0, 5, 3, len(k) - 1, 0):
            item.set_split(step)
            assert difference(on_screen(canvas), afresh(canvas)) <= EDGE

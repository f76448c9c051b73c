"""Lines: what may be left out, and that what is drawn keeps its look at every size."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas import Axis, Band, Canvas, PlotCurve, StepDots
from qhm_gui.drawing import shown_points, stroke, thinning
from qhm_gui.drawing.arc_length import longest, subdivided
from qhm_gui.drawing.pens import make_pen
from qhm_gui.drawing.thinning import envelope, pieces, visible
from qhm_gui.views.shared.hover import nearest_step


@pytest.fixture
def canvas(qtbot) -> Canvas:
    canvas = Canvas(Style(), Axis(0, 100), Axis(0, 100), show_axes=False, margins=(0, 0, 0, 0))
    qtbot.addWidget(canvas)
    canvas.resize(200, 200)
    return canvas


def picture(canvas: Canvas, scale: int = 1) -> np.ndarray:
    """The canvas at so many pixels a pixel, as (height, width, 3)."""
    image = QImage(canvas.width() * scale, canvas.height() * scale, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        canvas.render(painter, QRectF(image.rect()))
    pixels = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), image.width(), 4)
    return pixels[:, :, 2::-1].astype(int)


def test_decimation_keeps_the_extremes_of_every_column():
    rng = np.random.default_rng(0)
    x = np.linspace(0, 300, 50_000)
    y = rng.standard_normal(50_000)
    kept = visible(x, y)
    few_x, few_y = x[kept], y[kept]
    assert len(few_x) <= 2 * 301
    assert np.all(np.diff(few_x) >= 0)
    assert few_x[0] == x[0] and few_x[-1] == x[-1]
    for column in (0, 17, 150, 299):
        every, few = (values[np.floor(at) == column] for at, values in ((x, y), (few_x, few_y)))
        assert few.min() == every.min() and few.max() == every.max()


def test_decimation_takes_little_of_a_column_that_is_level():
    """Of values that are equal one is as low and as high as any."""
    x = np.linspace(0, 10, 5000)
    y = np.where(x < 5, 1.0, np.where(np.arange(5000) % 2, 2.0, 3.0))
    kept = visible(x, y)
    kept_x, kept_y = x[kept], y[kept]
    level = kept_x < 5
    assert level.sum() <= 6 and set(kept_y[~level]) == {2.0, 3.0}


def test_a_rough_line_is_straightened_once_and_a_smooth_one_thoroughly(monkeypatch):
    random = np.random.default_rng(1)
    passes: list[int] = []
    count = np.count_nonzero
    monkeypatch.setattr(np, "count_nonzero", lambda a, *r, **k: (passes.append(len(a)), count(a, *r, **k))[1])
    x = np.linspace(0, 400, 2000)
    thinning._straight(x, 100 * random.random(2000), 1.0)
    assert len(passes) == 1
    assert len(thinning._straight(x, 0.3 * x, 1.0)) < 60


def test_decimation_keeps_gaps():
    x = np.linspace(0, 100, 5000)
    y = np.sin(x)
    y[2000:2500] = np.nan
    kept = visible(x, y)
    few_x, few_y = x[kept], y[kept]
    gap = np.isnan(few_y)
    assert gap.any()
    assert few_x[gap].min() < 41 and few_x[gap].max() > 49
    assert not np.isnan(few_y[(few_x > 51) | (few_x < 39)]).any()


def test_decimation_of_a_path_that_turns_back_moves_nothing_far():
    angle = np.linspace(0, 40 * np.pi, 100_000)
    x, y = 50 * np.cos(angle), 50 * np.sin(angle)
    kept = visible(x, y)
    few_x, few_y = x[kept], y[kept]
    assert len(few_x) < 70_000
    gaps = np.hypot(np.diff(few_x), np.diff(few_y))
    assert gaps.max() < 0.7
    assert (few_x[-1], few_y[-1]) == (x[-1], y[-1])


def test_a_short_line_is_left_alone():
    x, y = np.array([0.0, 1.0, 2.0]), np.array([5.0, np.nan, 5.0])
    assert visible(x, y).tolist() == [0, 1, 2]


def test_a_thinned_band_keeps_its_extremes():
    x = np.linspace(0, 100, 10_000)
    lower, upper = np.full(10_000, 10.0), np.full(10_000, 20.0)
    lower[5003], upper[7001] = 2.0, 33.0
    _, low, high = envelope(x, lower, upper)
    assert len(low) < 300 and low.min() == 2.0 and high.max() == 33.0


def test_a_gap_in_the_data_is_a_gap_in_the_line(canvas: Canvas):
    line = canvas.add(PlotCurve("#000000", 4))
    line.setData([0, 40, 50, 60, 100], [50, 50, np.nan, 50, 50])
    row = picture(canvas)[100, :, 0]
    assert row[60] < 10 and row[150] < 10
    assert (row[90:110] > 250).all()


@pytest.mark.parametrize("points", [2, 5000])
@pytest.mark.parametrize("scale", [1, 4])
def test_a_line_keeps_its_width_at_every_scale(canvas: Canvas, points: int, scale: int):
    """Long lines are drawn in another way than short ones: both must be 3 px wide."""
    line = canvas.add(PlotCurve("#000000", 3))
    line.setData(np.linspace(0, 100, points), np.full(points, 50.2))
    column = picture(canvas, scale)[:, 100 * scale, 0]
    thickness = (255 - column).sum() / 255 / scale
    assert thickness == pytest.approx(3, abs=0.25)


def test_a_long_line_that_turns_back_keeps_its_width(canvas: Canvas):
    line = canvas.add(PlotCurve("#000000", 3))
    there = np.linspace(0, 100, 300)
    line.setData(np.concatenate((there, there[::-1])), np.concatenate((np.full(300, 30), np.full(300, 70))))
    column = picture(canvas)[:, 101, 0]
    assert (255 - column).sum() / 255 == pytest.approx(6, abs=0.6)


@pytest.mark.parametrize("points", [20, 5000])
def test_a_ghost_is_as_pale_as_asked_everywhere(canvas: Canvas, points: int):
    """Segments that overlap must not darken each other."""
    line = canvas.add(PlotCurve("#000000", 4))
    x = np.linspace(0, 100, points)
    line.setData(x, np.full(points, 50.0))
    line.set_split(points // 2, 0.25)
    row = picture(canvas)[100, :, 0]
    assert (row[5:95] < 5).all()
    assert row[110:190] == pytest.approx(np.full(80, 191), abs=4)


def test_a_dash_of_widths(qapp):
    pen = make_pen(QColor("black"), 2.0, (10.0, 8.0))
    assert pen.dashPattern() == pytest.approx([5, 4])
    rim = make_pen(QColor("black"), 2.0, (10.0, 8.0), casing=1.0)
    assert rim.widthF() == 4 and rim.dashPattern() == pytest.approx([3, 1.5])


def test_band_over_nothing_and_over_a_gap(canvas: Canvas):
    band = canvas.add(Band("#000000", 1.0))
    picture(canvas)
    band.setData([0, 20, 40, 60, 80, 100], [20, 20, np.nan, 20, 20, 20], [80] * 6)
    row = picture(canvas)[100, :, 0]
    assert (row[2:38] < 5).all() and (row[42:118] > 250).all() and (row[122:198] < 5).all()


@pytest.mark.parametrize("count", [10, 400])
def test_dots_stand_where_they_are(canvas: Canvas, count: int):
    """Many dots are copies of one; they must not lie half a pixel off."""
    dots = canvas.add(StepDots("#000000", 3))
    dots.setData(np.repeat([20.0, 70.13], count // 2), np.repeat([50.0, 50.11], count // 2) + 0.0)
    for scale in (1, 2):
        dark = 255 - picture(canvas, scale)[:, :, 0]
        for x, y, part in ((20.0, 50.0, slice(0, 100)), (70.13, 50.11, slice(100, 200))):
            window = dark[:, part.start * scale : part.stop * scale].astype(float)
            rows, columns = np.indices(window.shape)
            across = (columns * window).sum() / window.sum() + 0.5 + part.start * scale
            down = (rows * window).sum() / window.sum() + 0.5
            assert across / scale == pytest.approx(2 * x, abs=0.15)
            assert down / scale == pytest.approx(2 * (100 - y), abs=0.15)
            assert window.sum() / 255 / scale**2 == pytest.approx(np.pi * 9, rel=0.12)


def test_the_nearest_step_of_all_lines(canvas: Canvas):
    one, two = canvas.add(PlotCurve("#000000")), canvas.add(PlotCurve("#000000"))
    one.setData([10, 20, 30], [10, 10, 10])
    two.setData([10, 20, np.nan], [20, 20, 20])
    assert nearest_step(canvas, [one, two], 19, 11) == (0, 1)
    assert nearest_step(canvas, [one, two], 21, 19) == (1, 1)
    assert nearest_step(canvas, [one, two], 60, 60) is None
    two.setVisible(False)
    assert nearest_step(canvas, [one, two], 21, 18) is None


def wandering(count: int = 60_000, *, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """A path that comes to a cloud of 90 by 40 pixels and stays there, with one excursion late."""
    noise = np.random.default_rng(seed).normal(size=(2, count))
    fall = np.exp(-np.arange(count) / 30)
    x, y = 200 + 180 * fall + 15 * noise[0], 150 - 100 * fall + 6 * noise[1]
    x[count - 500], y[count - 500] = 60.0, 250.0
    return x, y


def drawn_line(
    x: np.ndarray, y: np.ndarray, width: float = 1.8, short: bool | None = None, scale: float = 1
) -> np.ndarray:
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(scale, scale)
        stroke.draw_polyline(painter, x, y, QColor("#B5136A"), width, short=short)
    return np.frombuffer(image.constBits(), dtype=np.uint8).reshape(300, 400, 4)[..., :3].astype(int)


@pytest.mark.slow
def test_segments_that_others_cover_are_left_out_and_not_missed(qtbot, monkeypatch):
    monkeypatch.setattr(stroke, "_MOST_SMOOTH", 10**6)  # so that the whole line has smooth edges, as what is left of it
    x, y = wandering()
    points = thinning.thinned(x, y, cover=True)
    assert len(points) < 0.15 * len(thinning.thinned(x, y))
    apart = np.abs(drawn_line(x, y) - drawn_line(*thinning.take(x, y, points))).max(axis=-1)
    painted = (drawn_line(x, y) < 250).any(axis=-1)
    assert (apart > 100).sum() < 0.01 * painted.sum()
    assert 59_500 in points  # the excursion is there
    order = np.where(points < 0, -points - 1, points)
    assert (np.diff(order) >= 0).all() and order[0] == 0 and order[-1] == len(x) - 1


@pytest.mark.parametrize("width", [1.8, 2.6, 4.7, 9.0])
@pytest.mark.parametrize("count", [16, 110])
def test_a_line_up_and_down_the_plot_needs_no_stroker(monkeypatch, count: int, width: float):
    """Qt's own takes 100 ms for forty points, and round ends 4 s for two thousand at 4K."""

    class Pen(QPen):
        def setCapStyle(self, style: Qt.PenCapStyle) -> None:
            assert style != Qt.PenCapStyle.RoundCap
            super().setCapStyle(style)

    x = np.linspace(20, 380, count)
    y = 150 + np.random.default_rng(3).uniform(0.5, 1, count) * np.where(np.arange(count) % 2, 130, -130)
    stroked = drawn_line(x, y, width, short=True)
    monkeypatch.setattr(stroke, "stroke_line", lambda *_: pytest.fail("stroked"))
    monkeypatch.setattr(stroke, "QPen", Pen)
    drawn = drawn_line(x, y, width)
    apart = np.abs(drawn - stroked).max(axis=-1)
    assert (apart > 60).sum() < 0.03 * (stroked < 250).any(axis=-1).sum()


def test_corners_are_round_where_a_pixel_has_many_pixels_of_the_device():
    """In a picture at four times the size square ends stuck out of each corner."""
    x, y = np.linspace(20, 380, 30) / 4, (40 + 35 * (-1.0) ** np.arange(30))
    pictures = [drawn_line(x, y, 1.8, short, scale=4) for short in (True, False)]
    apart = np.abs(pictures[0] - pictures[1]).max(axis=-1)
    assert (apart > 60).sum() < 0.003 * (pictures[0] < 250).any(axis=-1).sum()


@pytest.mark.slow
def test_of_a_million_points_no_extreme_is_lost():
    """Placing texts, thinning and hovering looked at each: .6 s in one turn."""
    x, y = wandering(1_000_000)
    x[700_000], y[800_000], y[900_000:900_100], x[940_000:] = 390.0, 299.0, np.nan, np.nan
    few = thinning.fewer(x, y)
    assert few is not None and len(few) < thinning.LONG and (np.diff(few) > 0).all()
    assert (few[:1000] == np.arange(1000)).all() and few[-1] == len(x) - 1
    assert {700_000, 800_000, 899_999, 900_000, 900_100, 939_999, 940_000} <= set(few.tolist())
    for line in (x, y):
        for part in (slice(30_000, 50_000), slice(500_000, 900_000)):
            kept = line[few[(few >= part.start) & (few < part.stop)]]
            assert np.nanmin(line[part]) >= np.nanmin(kept) - 1 and np.nanmax(kept) == np.nanmax(line[part])
    assert thinning.fewer(x[: thinning.LONG], y[: thinning.LONG]) is None


def test_of_a_million_points_the_step_under_the_mouse_and_the_split_are_those_of_the_data(
    canvas: Canvas, monkeypatch: pytest.MonkeyPatch
):
    x, y = wandering(300_000)
    line = canvas.add(PlotCurve("qhm"))
    line.setData(x / 4, y / 3)
    assert len(line.pixels(canvas.frame())[0]) < 130_000
    found = nearest_step(canvas, [line], x[299_500] / 4, y[299_500] / 3)
    assert found == (0, 299_500)  # the excursion
    drawn = []
    keep = lambda *given: drawn.append(given[5:])  # noqa: E731
    monkeypatch.setattr(PlotCurve, "_draw", keep)  # of the past, and of the ghost
    few = line.few()
    assert few is not None
    hidden = next(at for at in range(200_000, 300_000) if at not in set(few.tolist()))
    line.set_split(hidden)
    picture(canvas)
    frame = canvas.frame()
    ends = next(ends for ends, alpha in drawn if alpha == 1.0)
    assert ends[-1] == (frame.px_x(x[hidden] / 4), frame.px_y(y[hidden] / 3))


@pytest.mark.slow
def test_a_crowded_line_has_no_dashes_and_a_long_dashed_path_is_thinned(canvas: Canvas, monkeypatch):
    """Of a curve of 200,000 noisy steps half a million dashes were cut, for .24 s."""
    cut: list[int] = []
    rows = stroke.dash_rows
    for module in (stroke, shown_points):
        monkeypatch.setattr(module, "dash_rows", lambda x, *line: (cut.append(len(x)), rows(x, *line))[1])
    line = canvas.add(PlotCurve("qhm", dash=(8.0, 3.0)))
    x = np.linspace(5, 95, 200_000)
    y = 50 + np.random.default_rng(3).uniform(-30, 30, 200_000)
    line.setData(x, y)
    picture(canvas, 8)
    assert not cut
    line.setData(x[::2000], y[::2000])
    picture(canvas, 8)
    assert len(cut) == 1
    line.setData([], [])
    path = canvas.add(PlotCurve("qhm", dash=(8.0, 3.0)))
    path.setData(*(line / 4 for line in wandering(40_000)))
    picture(canvas)
    assert path._seen is not None and len(path._seen.points) < 10_000


def test_a_line_with_gaps_far_away_and_nowhere_is_thinned_too():
    x, y = wandering(9_000)
    y[4_000:4_100] = np.nan
    x[6_000], y[7_000] = 1e300, -np.inf
    shows = thinning.uncovered(x, y)
    assert len(shows) == len(x) - 1 and not shows[3_999:4_100].any() and not shows[6_999:7_001].any()
    drawn_x, drawn_y = thinning.take(x, y, thinning.thinned(x, y, cover=True))
    assert np.isfinite(drawn_y).any() and len(drawn_x) == len(drawn_y)
    assert not thinning.uncovered(np.full(5_000, np.nan), np.full(5_000, np.nan)).any()


@pytest.mark.parametrize("split", [0, 1, 777, 30_000, 59_499, 59_500, 59_999])
def test_the_past_of_a_thinned_path_ends_at_its_step(canvas: Canvas, split: int):
    x, y = wandering()
    line = canvas.add(PlotCurve("qhm"))
    line.setData(x / 40, y / 30)
    line.set_split(split, 0.25)
    told: list[tuple[np.ndarray, ...]] = []

    def note(_painter, _frame, seen, count, ends, _alpha):
        told.append(tuple(np.append(line[:count], [at[i] for at in ends]) for i, line in enumerate((seen.x, seen.y))))

    line._draw = note  # type: ignore[method-assign]
    canvas.grab()
    xs, ys = told[-1]
    px, py = line.pixels(canvas.frame())
    assert (xs[-1], ys[-1]) == (px[split], py[split])
    known = {(float(a), float(b)) for a, b in zip(px[: split + 1], py[: split + 1], strict=True)}
    assert all((float(a), float(b)) in known for a, b in zip(xs, ys, strict=True) if np.isfinite(a))


def test_the_dashes_of_a_line_that_stays_are_cut_once(canvas: Canvas, monkeypatch: pytest.MonkeyPatch) -> None:
    """While others play beside it; and those of its past anew at every step."""
    cut: list[int] = []
    rows = stroke.dash_rows
    for module in (stroke, shown_points):
        monkeypatch.setattr(module, "dash_rows", lambda x, *line: (cut.append(len(x)), rows(x, *line))[1])
    line = canvas.add(PlotCurve("qhm", dash=(8.0, 3.0)))
    line.setData(np.linspace(5, 95, 400), 50 + 30 * np.sin(np.linspace(0, 40, 400)))
    first = picture(canvas)
    assert len(cut) == 1 and np.array_equal(picture(canvas), first) and len(cut) == 1
    line.set_split(200)
    picture(canvas)
    assert len(cut) == 2 and cut[1] < cut[0]
    line.set_split(None)
    line.setData(np.linspace(5, 95, 400), 50 + 20 * np.sin(np.linspace(0, 40, 400)))
    assert not np.array_equal(picture(canvas), first) and len(cut) == 3


def test_a_line_in_pieces_has_points_near_each_other_where_it_is_seen_and_one_longest_piece() -> None:
    nan = np.nan
    x = np.array([0.0, 10.0, nan, 20.0, 20.0, 3000.0, nan, nan, 5.0])
    y = np.array([0.0, 0.0, nan, 0.0, 7.0, 7.0, nan, nan, 5.0])
    parts = pieces(np.column_stack((x, y)))
    assert [len(part) for part in parts] == [2, 3, 1]
    fine_x, fine_y = subdivided(x, y, 1.5, QRectF(-5, -5, 100, 100))
    found = pieces(np.column_stack((fine_x, fine_y)))
    for part, fine in zip(parts, found, strict=True):
        assert {tuple(row) for row in part.tolist()} <= {tuple(row) for row in fine.tolist()}
        steps = np.hypot(*np.diff(fine, axis=0).T)
        assert steps.sum() == pytest.approx(np.hypot(*np.diff(part, axis=0).T).sum())
        assert (steps <= 1.5 + 1e-9).all()
    beside = pieces(np.column_stack(subdivided(x, y, 1.5, QRectF(-5, -5, 20, 100))))
    assert [len(part) for part in beside] == [8, 3, 1]
    assert [line.tolist() for line in longest(x, y)] == [[20.0, 20.0, 3000.0], [0.0, 7.0, 7.0]]

"""Window, PNG, PDF and SVG are drawn by the same items: lines and texts stand at the same places in all of them."""

from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PySide6.QtCore import QMarginsF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator, QSvgRenderer

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas import Axis, Canvas, ContourField, Handle, Label, PlotCurve, UnstableRegion

WIDTH, HEIGHT, SCALE = 480, 320, 3
LINE, WORDS = (255, 0, 0), (0, 0, 255)


@pytest.fixture
def canvas(qtbot) -> Canvas:
    canvas = Canvas(Style(), Axis(0, 100, title="step *k*"), Axis(1e-4, 10, "log", "loss", decades=True), grid_y=True)
    qtbot.addWidget(canvas)
    canvas.resize(WIDTH, HEIGHT)
    line = canvas.add(PlotCurve("#FF0000", 3))
    line.setData([20, 50, 50, 80], [1e-2, 1e-2, 1, 1])
    canvas.add(Label("a label of *β*_{max}", color="#0000FF", px=16, weight=700)).set_position(10, 1e-3)
    with qtbot.waitExposed(canvas):
        canvas.show()
    return canvas


def grabbed(canvas: Canvas) -> QImage:
    return canvas.grab().toImage()


def as_png(canvas: Canvas) -> QImage:
    image = QImage(WIDTH * SCALE, HEIGHT * SCALE, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        canvas.render(painter, QRectF(image.rect()))
    return image


def write_pdf(canvas: Canvas, path: Path) -> None:
    writer = QPdfWriter(str(path))
    writer.setResolution(96)
    writer.setPageSize(QPageSize(QSizeF(WIDTH * 0.75, HEIGHT * 0.75), QPageSize.Unit.Point))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    with QPainter(writer) as painter:
        canvas.render(painter, QRectF(0, 0, WIDTH, HEIGHT))


def as_pdf(canvas: Canvas, folder: Path) -> QImage:
    write_pdf(canvas, folder / "one.pdf")
    page = pypdfium2.PdfDocument(folder / "one.pdf")[0]
    pixels = page.render(scale=round(SCALE / 0.75), rev_byteorder=True).to_numpy()[:, :, :3].copy()
    return QImage(pixels.data, pixels.shape[1], pixels.shape[0], pixels.strides[0], QImage.Format.Format_RGB888).copy()


def write_svg(canvas: Canvas, path: Path) -> None:
    generator = QSvgGenerator()
    generator.setFileName(str(path))
    generator.setSize(QSize(WIDTH, HEIGHT))
    generator.setViewBox(QRect(0, 0, WIDTH, HEIGHT))
    generator.setResolution(96)
    with QPainter(generator) as painter:
        canvas.render(painter, QRectF(0, 0, WIDTH, HEIGHT))


def as_svg(canvas: Canvas, folder: Path) -> QImage:
    write_svg(canvas, folder / "one.svg")
    image = QImage(WIDTH * SCALE, HEIGHT * SCALE, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    with QPainter(image) as painter:
        QSvgRenderer(str(folder / "one.svg")).render(painter)
    return image


def extent(image: QImage, color: tuple[int, int, int]) -> np.ndarray:
    """Left, top, right and bottom of what has a colour, in pixels of the canvas."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    raw = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), image.width(), 4)[:, :, 2::-1]
    near = np.abs(raw.astype(int) - color).max(axis=2) < 110
    rows, columns = np.flatnonzero(near.any(axis=1)), np.flatnonzero(near.any(axis=0))
    assert len(rows) and len(columns)
    ends = np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1], dtype=float)
    return ends * WIDTH / image.width()


@pytest.mark.parametrize("color, tolerance", [(LINE, 1.0), (WORDS, 1.5)])
@pytest.mark.slow
def test_lines_and_texts_stand_at_the_same_places(canvas: Canvas, tmp_path: Path, color, tolerance: float):
    sharp = extent(as_png(canvas), color)
    for image in (grabbed(canvas), as_pdf(canvas, tmp_path), as_svg(canvas, tmp_path)):
        assert extent(image, color) == pytest.approx(sharp, abs=tolerance)
    if color == LINE:
        first, last = canvas.to_pixels(20, 1e-2), canvas.to_pixels(80, 1)
        assert sharp == pytest.approx([first.x(), last.y(), last.x(), first.y()], abs=2.0)


def test_lines_stay_lines_and_texts_stay_texts_in_a_page_of_vectors(canvas: Canvas, tmp_path: Path):
    """Also what the screen keeps as a bitmap, what is pale, and what is drawn in segments on a screen."""
    xs, ys = np.linspace(0, 100, 40), np.geomspace(1e-4, 10, 40)
    canvas.add(ContourField()).setData(xs, ys, (xs / 50 - 1) ** 2 + np.log10(ys)[:, None] ** 2, [0.5, 1, 2, 4])
    hatched = canvas.add(UnstableRegion())
    hatched.setData([80, 100, 100, 80], [1e-4, 1e-4, 10, 10])
    noisy = canvas.add(PlotCurve("qhm", 2.6, alpha=0.4))
    noisy.setData(np.arange(100), 10.0 ** np.random.default_rng(0).uniform(-3, 0, 100))
    noisy.set_split(50)
    canvas.add(Handle("qhm")).set_position(30, 0.1)
    canvas.grab()  # what is kept is kept now
    write_svg(canvas, tmp_path / "all.svg")
    assert "<image" not in (tmp_path / "all.svg").read_text(encoding="utf-8")
    write_pdf(canvas, tmp_path / "all.pdf")
    assert b"/Subtype /Image" not in (tmp_path / "all.pdf").read_bytes()
    words = pypdfium2.PdfDocument(tmp_path / "all.pdf")[0].get_textpage().get_text_bounded()
    assert "a label of" in words and "step" in words and "100" in words


def test_an_export_leaves_what_the_screen_keeps(qtbot, canvas: Canvas, tmp_path: Path):
    canvas.grab()
    before = canvas.grab().toImage()  # the second paint copies what the first has drawn
    write_pdf(canvas, tmp_path / "one.pdf")
    assert canvas.layers.pictures > 0
    assert canvas.grab().toImage() == before
